import assert from 'node:assert/strict';
import { seriesKey } from '../../../src/core/series';
import { inOneBuffer } from '../../../src/features/metrics/frame-buffer';
import type { Frame } from '../../../src/features/metrics/panel-contract';
import { SeriesEngine } from '../../../src/features/metrics/series-engine';
import { FIRST_SELECTION, type ViewSelection } from '../../../src/features/metrics/view-contract';
import { makeDelta } from './fake-session';

const RUNS = ['a', 'b'];

/** Of a run that was restarted, and one that was not. */
function framesOf(change: Partial<ViewSelection>): readonly Frame[] {
  const engine = new SeriesEngine();
  engine.ingest('panel', [makeDelta('loss', 'train', [3, NaN, 2, 1])], 'a');
  engine.ingest('panel', [makeDelta('loss', 'train', [9, 8], { firstStep: 1 })], 'a');
  engine.ingest('panel', [makeDelta('loss', 'train', [5, 4, 3])], 'b');
  const selection = { ...FIRST_SELECTION, ...change };
  const runs = [...RUNS, ...selection.groups.map(({ id }) => id)];
  const keys = runs.map((run) => seriesKey({ metric: 'loss', variant: 'train', run }));
  return engine.frames('panel', keys, selection);
}

function buffersOf(value: unknown): Set<ArrayBufferLike> {
  if (ArrayBuffer.isView(value)) {
    return new Set([value.buffer]);
  }
  const parts: unknown[] = typeof value === 'object' && value !== null ? Object.values(value) : [];
  return new Set(parts.flatMap((part) => [...buffersOf(part)]));
}

describe('the buffer of frames', () => {
  const group = { id: 'group', runs: RUNS, band: 'range' as const };
  const selections: Readonly<Record<string, Partial<ViewSelection>>> = {
    'restarted lines': {},
    'smoothed lines': { smoothing: 0.6 },
    'lines along elapsed time': { axis: 'elapsed' },
    'means of groups': { groups: [group] },
  };
  for (const [what, selection] of Object.entries(selections)) {
    it(`is one for ${what}, which are the same`, () => {
      const frames = framesOf(selection);
      assert.ok(buffersOf(frames).size > 5);
      const packed = inOneBuffer(frames);
      assert.equal(buffersOf(packed).size, 1);
      assert.deepEqual(packed, frames);
    });
  }

  it('is none where there are no frames', () => {
    assert.deepEqual(inOneBuffer([]), []);
  });
});
