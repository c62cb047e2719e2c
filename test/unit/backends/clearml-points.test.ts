import assert from 'node:assert/strict';
import {
  decodeOverviews,
  decodeSeries,
  encodeOverviews,
  encodeSeries,
} from '../../../src/backends/clearml/series-wire';
import type { SeriesDelta } from '../../../src/core/series';
import { overviewOf } from '../../../src/core/series-overview';
import { backendOf } from '../../fakes/clearml/fake-connection';
import { FakeClearMl } from '../../fakes/clearml/fake-server';
import type { Personality } from '../../fakes/clearml/fake-world';

const COUNT = 25_000;

async function withLongRun(
  personality: Personality,
  check: (deltas: SeriesDelta[], fake: FakeClearMl) => void,
): Promise<void> {
  const fake = await FakeClearMl.start(personality);
  const backend = backendOf(fake, { apiUrl: `${fake.url}/v2.0/` });
  try {
    const { id } = fake.world.addTask({ name: 'long' });
    const scalars = Array.from({ length: COUNT }, (_, iter) => ({
      metric: 'loss',
      variant: 'train',
      iter,
      value: iter === 7_777 ? 1_000 : 1,
    }));
    fake.world.scalars.set(id, scalars);
    const deltas: SeriesDelta[] = [];
    for await (const delta of backend.series.read(id, undefined, new AbortController().signal)) {
      deltas.push(delta);
    }
    check(deltas, fake);
  } finally {
    backend.dispose();
    await fake.stop();
  }
}

describe('points of a long run', () => {
  it('are exact and come batch by batch where the server gives them', async () => {
    await withLongRun('real', (deltas, fake) => {
      assert.deepEqual(
        deltas.map(({ mode }) => mode),
        ['replace', 'append', 'append'],
      );
      assert.equal(
        deltas.reduce((sum, { values }) => sum + values.length, 0),
        COUNT,
      );
      assert.equal(Math.max(...deltas.flatMap(({ values }) => [...values])), 1_000);
      assert.ok(deltas.every(({ fidelity }) => fidelity.kind === 'exact'));
      assert.equal(fake.countOf('events.scalar_metrics_iter_raw'), 3);
    });
  });

  it('are called means where the server flattens them', async () => {
    await withLongRun('document', ([delta, ...more]) => {
      assert.equal(more.length, 0);
      assert.ok(delta);
      assert.deepEqual(delta.fidelity, { kind: 'means', buckets: delta.values.length });
      assert.ok(delta.values.length < COUNT);
      assert.ok(Math.max(...delta.values) < 1_000);
    });
  });

  it('travel as overviews through the binary form unchanged', () => {
    const columns = {
      steps: Float64Array.of(1, 2, 5),
      times: Float64Array.of(NaN, 3, 4),
      values: Float64Array.of(Infinity, NaN, -0),
    };
    const overviews = [
      overviewOf({ metric: 'ünï', variant: '"' }, columns, 16),
      overviewOf({ metric: '', variant: 'timeless' }, { ...columns, times: columns.times.fill(NaN) }, 16),
    ];
    const bytes = encodeOverviews(overviews);
    assert.deepEqual(decodeOverviews(bytes), overviews);
    assert.deepEqual(decodeOverviews(encodeOverviews([])), []);
    assert.throws(() => decodeOverviews(bytes.subarray(0, bytes.length - 8)), /bytes where/);
  });

  it('travel through the binary form unchanged, and a broken one is noticed', () => {
    const name = { metric: 'ünï', variant: '"' };
    const series = [
      {
        name,
        mode: 'append' as const,
        steps: Float64Array.of(1, 2),
        times: Float64Array.of(3, Number.NaN),
        values: Float64Array.of(Number.POSITIVE_INFINITY, -0),
      },
    ];
    const bytes = encodeSeries('cursor', series);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    assert.deepEqual(decodeSeries(shifted.subarray(3)), { cursor: 'cursor', series });
    assert.throws(() => decodeSeries(bytes.subarray(0, bytes.length - 1)), /bytes where/);
    assert.throws(() => decodeSeries(new Uint8Array(3)), /too short/);
  });
});
