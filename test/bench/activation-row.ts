import { percentile, tidy, type BenchContext, type BenchRow, type Figures } from './bench-row';
import { withEditor } from './editor-session';

const STARTS = 5;
/** High enough for all extensions that run: of a list, rows off screen do not exist, and what starts quickly is last. */
const WINDOW_PX = { width: 1_600, height: 3_000 };
/** After this time a window has done what it does at its start, and no longer shares the processor with it. */
const SETTLED_MS = 10_000;

interface Activation {
  readonly tracksideMs: number;
  readonly gitMs: number | undefined;
}

/**
 * VS Code's own figures of what activating cost, in windows where a command of Trackside is the first to be used: as soon
 * as the window is there, which most of the editor's own parts are busy with, and after it has settled. Git is active
 * from the start of a window.
 */
export const activationRow: BenchRow = {
  id: 'activation',
  title: 'Activation, as VS Code measures it',
  budget: '< 50 ms, no network',
  run: async (context): Promise<Figures> => {
    const atOnce: Activation[] = [];
    const settled: Activation[] = [];
    for (let start = 0; start < STARTS; start += 1) {
      context.say(`activation, start ${start + 1}`);
      atOnce.push(await activate(context, 0));
      settled.push(await activate(context, SETTLED_MS));
    }
    const gitMs = [...atOnce, ...settled].flatMap((each) => each.gitMs ?? []);
    return {
      settledWindowP50Ms: median(settled.map(({ tracksideMs }) => tracksideMs)),
      startingWindowP50Ms: median(atOnce.map(({ tracksideMs }) => tracksideMs)),
      startingWindowMaxMs: Math.max(...atOnce.map(({ tracksideMs }) => tracksideMs)),
      ...(gitMs.length === 0 ? {} : { gitExtensionP50Ms: median(gitMs) }),
      samples: STARTS,
    };
  },
};

function activate(context: BenchContext, afterMs: number): Promise<Activation> {
  return withEditor(context, async ({ window }) => {
    await window.page.waitForTimeout(afterMs);
    await window.runCommand('Trackside: Show Log');
    await window.page.setViewportSize(WINDOW_PX);
    await window.runCommand('Developer: Show Running Extensions');
    const rows = window.page.locator('.extension');
    await rows.filter({ hasText: 'Trackside' }).first().waitFor();
    const texts = await rows.allInnerTexts();
    return {
      tracksideMs: activationOf(texts, 'Trackside'),
      gitMs: texts.some((text) => text.startsWith('Git\n')) ? activationOf(texts, 'Git') : undefined,
    };
  });
}

function median(samplesMs: readonly number[]): number {
  return tidy(percentile(samplesMs, 0.5));
}

function activationOf(rows: readonly string[], name: string): number {
  const row = rows.find((text) => text.trimStart().startsWith(name)) ?? '';
  const figure = /Activation: (\d+) ?ms/.exec(row)?.[1];
  if (figure === undefined) {
    throw new Error(`VS Code shows no activation time for ${name}: ${rows.join(' | ').slice(0, 300)}`);
  }
  return Number(figure);
}
