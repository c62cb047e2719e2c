import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { seriesKey } from '../../src/core/series';
import { spread } from '../../test/bench/bench-row';
import { startEditor } from '../../test/editor/harness/editor';
import { cacheFolder, repositoryRoot } from '../editor/toolchain';
import { DEMO_SETTINGS, FIRST_TASK, MainJob, SECOND_TASK, type WatchedRun } from './main-job';
import { shownAt, type PaintedStep } from './paint-log';
import { readTrackerCopy, type TrackedTask } from './tracker-copy';

/** What the last line says. Latency: from the moment a point's console line was read to the frame that showed it. */
interface DemoResult {
  readonly launched: boolean;
  readonly seriesSeen: number;
  readonly pointsSeen: number;
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly samples: number };
  readonly launchToFirstCurveMs: number;
  readonly finalStatuses: Readonly<Record<string, string>>;
  readonly screenshots: readonly string[];
}

const say = (message: string): void => {
  process.stderr.write(`demo: ${message}\n`);
};

async function perform(extension: 'vsix' | 'folder', screenshotFolder: string): Promise<DemoResult> {
  const root = repositoryRoot();
  const scratch = mkdtempSync(path.join(tmpdir(), 'trackside-demo-'));
  say('starting the editor');
  const editor = await startEditor({
    extension,
    workspace: path.join(root, 'examples'),
    settings: DEMO_SETTINGS,
  });
  try {
    const window = await editor.openWindow({ width: 1600, height: 900 });
    try {
      const seen = await new MainJob({ window, screenshotFolder, say }).run();
      say('comparing with what the tracker holds');
      const tracked = await readTrackerCopy(root, editor.extensionDataFolder, path.join(scratch, 'tracker'));
      return compare(seen, tracked);
    } catch (error) {
      say(`what was on screen: ${await window.screenshot('demo-failed', screenshotFolder)}`);
      window
        .hostConsole()
        .slice(-10)
        .forEach((line) => say(line));
      throw error;
    }
  } finally {
    await editor.dispose();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Puts the page's figures beside the tracker's; throws when they contradict each other. */
function compare(seen: WatchedRun, tracked: readonly TrackedTask[]): DemoResult {
  const first = named(tracked, FIRST_TASK);
  const second = named(tracked, SECOND_TASK);
  assertSame(`points of ${SECOND_TASK}`, seen.secondPanel.points, pointCount(second));
  assertSame(`series of ${SECOND_TASK}`, seen.secondPanel.series, second.series.length);
  assertSame(`points of ${FIRST_TASK}`, seen.firstPanel.points, pointCount(first));
  const { p50Ms, p95Ms, samples } = spread(latencies(seen.steps, first));
  return {
    launched: true,
    seriesSeen: seen.firstPanel.series + seen.secondPanel.series,
    pointsSeen: seen.firstPanel.points + seen.secondPanel.points,
    latencyMs: { p50: p50Ms, p95: p95Ms, samples },
    launchToFirstCurveMs: seen.launchToFirstCurveMs,
    finalStatuses: Object.fromEntries(tracked.map(({ name, status }) => [name, status])),
    screenshots: seen.screenshots,
  };
}

function latencies(steps: readonly PaintedStep[], task: TrackedTask): number[] {
  const samplesMs = task.series.flatMap((series) =>
    Array.from(series.steps, (step, index) => {
      const at = shownAt(steps, seriesKey(series), step);
      const reportedAt = series.times[index];
      return at === undefined || reportedAt === undefined ? [] : [at - reportedAt];
    }).flat(),
  );
  if (samplesMs.length === 0) {
    throw new Error('The panel showed no point while it was watched.');
  }
  return samplesMs;
}

function named(tasks: readonly TrackedTask[], name: string): TrackedTask {
  const found = tasks.filter((task) => task.name === name);
  const [task] = found;
  if (task === undefined || found.length > 1) {
    throw new Error(`The tracker holds ${found.length} tasks named ${name} instead of one.`);
  }
  return task;
}

function pointCount(task: TrackedTask): number {
  return task.series.reduce((sum, { steps }) => sum + steps.length, 0);
}

function assertSame(what: string, inPage: number, inTracker: number): void {
  if (inPage !== inTracker) {
    throw new Error(`The page and the tracker disagree on ${what}: ${inPage} and ${inTracker}.`);
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      extension: { type: 'string', default: 'vsix' },
      screenshots: { type: 'string', default: path.join(cacheFolder(), 'screenshots') },
      'update-readme-picture': { type: 'boolean', default: false },
    },
  });
  const result = await perform(values.extension === 'folder' ? 'folder' : 'vsix', values.screenshots);
  const picture = result.screenshots.find((file) => file.endsWith('2-live-dark.png'));
  if (values['update-readme-picture'] && picture !== undefined) {
    cpSync(picture, path.join(repositoryRoot(), 'docs', 'images', 'live-panel.png'));
  }
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
