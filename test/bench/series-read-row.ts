import path from 'node:path';
import { decodeSeries } from '../../src/backends/clearml/series-wire';
import { spread, timeEach, type BenchRow, type Figures } from './bench-row';
import { seedLongRun } from './seed-long-run';
import { TrackerClient } from './tracker-client';
import { startTracker } from './tracker-process';

/** Reading every point of a long run from the tracker, as the panel does when it opens: one answer, decoded. */
export const seriesReadRow: BenchRow = {
  id: 'seriesRead',
  title: 'Reading 10 series × 100,000 points from the tracker',
  budget: 'part of opening: < 500 ms',
  async run({ root, folder, say }): Promise<Figures> {
    const tracker = await startTracker(root, path.join(folder, 'data'));
    const client = new TrackerClient(tracker, 1);
    try {
      await client.signIn();
      say('writing 1,000,000 points');
      const task = await seedLongRun(client, 10, 100_000);
      let points = 0;
      const samplesMs = await timeEach(10, async () => {
        const { series } = decodeSeries(await client.callRaw('trackside.series', { task }));
        points = series.reduce((sum, { values }) => sum + values.length, 0);
      });
      return { points, ...spread(samplesMs) };
    } finally {
      client.dispose();
      await tracker.stop();
    }
  },
};
