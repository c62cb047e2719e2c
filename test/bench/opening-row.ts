import type { Frame } from 'playwright-core';
import { readPanel } from '../../scripts/demo/paint-log';
import { until } from '../editor/harness/until';
import { spread, type BenchRow, type Figures } from './bench-row';
import { openPanel, withConnectedEditor } from './editor-session';
import { LONG_RUN, seedLongRun } from './seed-long-run';

const SERIES = 10;
const POINTS = 100_000;
const TIMES = 6;

/** From the click on the task's row to its curves on screen; the first time apart, since it starts threads and caches. */
export const openingRow: BenchRow = {
  id: 'opening',
  title: 'Opening 10 series × 100,000 points to painted',
  budget: '< 500 ms',
  run: (context) =>
    withConnectedEditor(
      context,
      (client) => seedLongRun(client, SERIES, POINTS),
      async ({ window }): Promise<Figures> => {
        const firstCurvesMs: number[] = [];
        const allPointsMs: number[] = [];
        const emptyPageMs: number[] = [];
        for (let time = 0; time < TIMES; time += 1) {
          context.say(`opening, time ${time + 1}`);
          const { frame, clickedAt } = await openPanel(window, LONG_RUN);
          await until(
            'all points are known',
            async () => (await readPanel(frame)).points === SERIES * POINTS,
          );
          allPointsMs.push((await readTime(frame, 'paintedAt')) - clickedAt);
          firstCurvesMs.push((await readTime(frame, 'firstCurvesAt')) - clickedAt);
          emptyPageMs.push((await frame.evaluate(() => performance.timeOrigin)) - clickedAt);
          await window.runCommand('View: Close All Editors');
        }
        const [coldMs = Number.NaN, ...warmMs] = firstCurvesMs;
        return {
          firstOpenMs: Math.round(coldMs),
          laterOpenP50Ms: spread(warmMs).p50Ms,
          laterOpenMaxMs: spread(warmMs).maxMs,
          // What the editor takes for any panel, before the first byte of ours.
          ofWhichEmptyPageP50Ms: spread(emptyPageMs.slice(1)).p50Ms,
          allPointsP50Ms: spread(allPointsMs).p50Ms,
          samples: warmMs.length,
        };
      },
    ),
};

async function readTime(frame: Frame, name: 'paintedAt' | 'firstCurvesAt'): Promise<number> {
  return Number(await frame.evaluate((key) => document.body.dataset[key] ?? 'NaN', name));
}
