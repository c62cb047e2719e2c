import { selectEnvelope } from '../../core/envelope';
import { seriesKey, type SeriesDelta } from '../../core/series';
import type { Frame, FramePoints, SeriesEntry, ViewSelection } from './panel-contract';
import { StoredSeries, type OrderedColumns } from './series-columns';

export interface IngestResult {
  /** Every series that changed, as it is now. */
  readonly changed: readonly SeriesEntry[];
  /** Keys of series that hold no point any more. */
  readonly removed: readonly string[];
}

/** Holds the points of all open panels and answers what to draw. Lives in a worker thread; knows nothing of it. */
export class SeriesEngine {
  private readonly panels = new Map<string, Map<string, StoredSeries>>();

  ingest(panelId: string, deltas: readonly SeriesDelta[]): IngestResult {
    const held = this.panels.get(panelId) ?? new Map<string, StoredSeries>();
    this.panels.set(panelId, held);
    const touched = new Map<string, StoredSeries>();
    for (const delta of deltas) {
      const key = seriesKey(delta.name);
      const series = held.get(key) ?? new StoredSeries(delta.name);
      series.apply(delta);
      held.set(key, series);
      touched.set(key, series);
    }
    const changed: SeriesEntry[] = [];
    const removed: string[] = [];
    for (const [key, series] of touched) {
      if (series.pointCount > 0) {
        changed.push(series.entry());
      } else {
        held.delete(key);
        removed.push(key);
      }
    }
    return { changed, removed };
  }

  /** What to draw of these series; a key that is not held is left out. */
  frames(panelId: string, keys: readonly string[], selection: ViewSelection): readonly Frame[] {
    const held = this.panels.get(panelId);
    return keys.flatMap((key) => {
      const series = held?.get(key);
      return series === undefined ? [] : [drawSeries(series, selection)];
    });
  }

  /** Forgets everything of one panel. */
  clear(panelId: string): void {
    this.panels.delete(panelId);
  }
}

function drawSeries(series: StoredSeries, selection: ViewSelection): Frame {
  const columns = series.along(selection.axis);
  const request = {
    range: selection.range ?? undefined,
    maxPoints: selection.maxPoints,
    isLogarithmic: selection.isLogarithmic,
  };
  const envelope = selectEnvelope(columns, request);
  return {
    metric: series.name.metric,
    variant: series.name.variant,
    points: pickPoints(columns, columns.values, envelope.indices),
    smoothed: selection.smoothing > 0 ? smoothedPoints(series, columns, selection, request) : null,
    visibleCount: envelope.visibleCount,
    pointCount: series.pointCount,
    unplacedCount: columns.unplacedCount,
    isComplete: envelope.isComplete,
    gaps: envelope.gaps,
  };
}

function smoothedPoints(
  series: StoredSeries,
  columns: OrderedColumns,
  selection: ViewSelection,
  request: Parameters<typeof selectEnvelope>[1],
): FramePoints {
  const values = series.smoothed(selection.axis, selection.smoothing);
  return pickPoints(columns, values, selectEnvelope({ xs: columns.xs, values }, request).indices);
}

function pickPoints(columns: OrderedColumns, values: Float64Array, indices: Uint32Array): FramePoints {
  return {
    steps: pick(indices, columns.steps),
    times: pick(indices, columns.times),
    values: pick(indices, values),
  };
}

function pick(indices: Uint32Array, column: Float64Array): Float64Array<ArrayBuffer> {
  const picked = new Float64Array(indices.length);
  for (let place = 0; place < indices.length; place++) {
    picked[place] = column[indices[place] ?? 0] ?? NaN;
  }
  return picked;
}
