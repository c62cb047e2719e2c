import type { Page } from 'playwright-core';
import { percentile, tidy, type BenchContext, type BenchRow, type Figures } from './bench-row';
import { withEditor } from './editor-session';

const STARTS = 5;
/** High enough for most extensions that run; Git's row is read where Trackside's is seen. */
const WINDOW_PX = { width: 1_600, height: 3_000 };
const SCROLL_PX = 500;
const LOOK_MS = 250;
const MOST_LOOKS = 80;
const FIGURE = /Activation: (\d+) ?ms/;
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
    return readActivation(window.page);
  });
}

/** Of a list, rows off screen do not exist: it is scrolled until Trackside's has been seen. */
async function readActivation(page: Page): Promise<Activation> {
  const rows = page.locator('.extension');
  const texts = new Set<string>();
  await rows.first().hover();
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    (await rows.allInnerTexts()).forEach((text) => texts.add(text));
    const tracksideMs = activationOf(texts, 'Trackside');
    if (tracksideMs !== undefined) {
      return { tracksideMs, gitMs: activationOf(texts, 'Git') };
    }
    await page.mouse.wheel(0, SCROLL_PX);
    await page.waitForTimeout(LOOK_MS);
  }
  throw new Error(
    `VS Code shows no activation time for Trackside: ${[...texts].join(' | ').slice(0, 1_000)}`,
  );
}

function activationOf(rows: ReadonlySet<string>, name: string): number | undefined {
  const row = [...rows].find((text) => text.trimStart().startsWith(`${name}\n`) && FIGURE.test(text));
  return row === undefined ? undefined : Number(FIGURE.exec(row)?.[1]);
}

function median(samplesMs: readonly number[]): number {
  return tidy(percentile(samplesMs, 0.5));
}
