import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { silentLogger } from '../../../src/core/logger';
import { seriesKey, type SeriesDelta } from '../../../src/core/series';
import { SeriesWorkerClient } from '../../../src/features/metrics/series-worker-client';
import { SharedSeriesWorker } from '../../../src/features/metrics/shared-series-worker';
import { FIRST_SELECTION } from '../../../src/features/metrics/view-contract';
import { ManualClock } from '../../fakes/manual-clock';

const POINTS = 5;

/** Series whose columns lie behind one another in one buffer, as in an answer of the tracker. */
function inOneBuffer(names: readonly string[], more: Pick<SeriesDelta, 'isHandedOver'>): SeriesDelta[] {
  const answer = new Float64Array(names.length * 3 * POINTS);
  return names.map((metric, place) => {
    const column = (index: number): Float64Array =>
      answer.subarray((place * 3 + index) * POINTS, (place * 3 + index + 1) * POINTS);
    const [steps, times, values] = [column(0), column(1), column(2)];
    for (let step = 0; step < POINTS; step += 1) {
      steps[step] = step;
      times[step] = 1_000 + step;
      values[step] = 10 * place + step;
    }
    return {
      name: { metric, variant: 'train' },
      mode: 'replace',
      fidelity: { kind: 'exact' },
      ...more,
      steps,
      times,
      values,
    };
  });
}

describe('the series worker as the extension host sees it', function () {
  this.timeout(60_000);
  let folder: string;
  let client: SeriesWorkerClient;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'trackside-series-worker-'));
    const outfile = path.join(folder, 'dist', 'series-worker.js');
    await esbuild.build({
      entryPoints: ['src/features/metrics/series-worker.ts'],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
    });
    client = new SeriesWorkerClient(outfile, silentLogger);
  });

  after(() => {
    client.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  async function valuesOf(panel: string, metric: string): Promise<readonly number[]> {
    const key = seriesKey({ metric, variant: 'train' });
    const [frame] = await client.frames(panel, [key], FIRST_SELECTION);
    return [...(frame?.points.values ?? [])];
  }

  it('is one for all kinds of panels, until a while after the last panel of any', async () => {
    const clock = new ManualClock();
    const shared = new SharedSeriesWorker({ extensionPath: folder, logger: silentLogger }, clock);
    const [runs, curves] = [{}, {}];
    shared.warmUp();
    const first = shared.use(curves);
    assert.equal(shared.use(runs), first);
    shared.leave(curves);
    await clock.advance(3_600_000);
    assert.equal((await first.ingest('shared', inOneBuffer(['loss'], {}))).changed.length, 1);
    shared.leave(runs);
    await clock.advance(240_000);
    assert.equal(shared.use(curves), first);
    shared.leave(curves);
    await clock.advance(3_600_000);
    await assert.rejects(first.ingest('shared', inOneBuffer(['loss'], {})), /closed/);
    shared.warmUp();
    const second = shared.use(curves);
    assert.notEqual(second, first);
    shared.dispose();
  });

  it('hands over what was given away without copying it, and holds the same points', async () => {
    const deltas = inOneBuffer(['loss', 'accuracy'], { isHandedOver: true });
    await client.ingest('given', deltas);
    assert.deepEqual(
      deltas.map(({ values }) => values.buffer.byteLength),
      [0, 0],
    );
    assert.deepEqual(await valuesOf('given', 'loss'), [0, 1, 2, 3, 4]);
    assert.deepEqual(await valuesOf('given', 'accuracy'), [10, 11, 12, 13, 14]);
  });

  it('copies what somebody may still read', async () => {
    const deltas = inOneBuffer(['loss', 'accuracy'], {});
    await client.ingest('kept', deltas.slice(0, 1));
    await client.ingest('kept', deltas.slice(1));
    assert.deepEqual([...(deltas[1]?.values ?? [])], [10, 11, 12, 13, 14]);
    assert.deepEqual(await valuesOf('kept', 'loss'), [0, 1, 2, 3, 4]);
    assert.deepEqual(await valuesOf('kept', 'accuracy'), [10, 11, 12, 13, 14]);
  });
});
