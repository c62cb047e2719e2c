import { setTimeout as delay } from 'node:timers/promises';
import { readPaintLog, readPanel, shownAt, startPaintLog } from '../../scripts/demo/paint-log';
import { seriesKey } from '../../src/core/series';
import { until } from '../editor/harness/until';
import { spread, type BenchRow, type Figures } from './bench-row';
import { openPanel, withConnectedEditor } from './editor-session';
import { scalarLines, type TrackerClient } from './tracker-client';

const TASK = 'Live run';
const SAMPLES = 100;
const INTERVAL_MS = 150;
const SERIES = { metric: 'loss', variant: 'train' } as const;

/** One scalar at a time: from just before it is posted to the animation frame after the chart that shows it was drawn. */
export const latencyRow: BenchRow = {
  id: 'latency',
  title: 'Scalar posted → pixel, panel visible',
  budget: 'p95 < 150 ms',
  run: (context) =>
    withConnectedEditor(context, startRun, async ({ window, client }, task): Promise<Figures> => {
      const { frame } = await openPanel(window, TASK);
      await until('the first points are drawn', async () => (await readPanel(frame)).points > 0);
      await startPaintLog(frame);
      const postedAt = new Map<number, number>();
      for (let step = 10; step < 10 + SAMPLES; step += 1) {
        postedAt.set(step, performance.timeOrigin + performance.now());
        await client.addBatch(scalarLines(task, [{ ...SERIES, iter: step, value: 1 / step }]));
        await delay(INTERVAL_MS);
      }
      await delay(1_000);
      const log = await readPaintLog(frame);
      const samplesMs = [...postedAt].flatMap(([step, posted]) => {
        const at = shownAt(log, seriesKey(SERIES), step);
        return at === undefined ? [] : [at - posted];
      });
      return { ...spread(samplesMs), posted: SAMPLES };
    }),
};

async function startRun(client: TrackerClient): Promise<string> {
  const task = await client.createTask(TASK, await client.createProject('Bench'));
  await client.call('tasks.started', { task });
  const first = Array.from({ length: 10 }, (_, iter) => ({ ...SERIES, iter, value: 1 / (iter + 1) }));
  await client.addBatch(scalarLines(task, first));
  return task;
}
