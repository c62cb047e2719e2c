import { selectEnvelope, type Envelope, type EnvelopeRequest } from '../../core/envelope';
import { middleRange } from '../../core/middle-range';
import { seriesKey, type SeriesColumns, type SeriesDelta } from '../../core/series';
import type { Frame, FramePoints, SeriesEntry } from './panel-contract';
import { partBreak, pointsText, seriesHeadText, seriesTailText, type TextPart } from './points-text';
import { pick, pickColumns, StoredSeries, type OrderedColumns } from './series-columns';
import type { ViewSelection } from './view-contract';

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
    const held = this.panels.get(panelId) ?? new Map<string, StoredSeries>();
    const axis = selection.xSeries === null ? undefined : held.get(selection.xSeries);
    const lineCounts = linesByMetric(held);
    return keys.flatMap((key) => {
      const series = held.get(key);
      if (series === undefined || (selection.axis === 'series' && axis === undefined)) {
        return [];
      }
      const maxPoints = pointsPerLine(selection.maxPoints, lineCounts.get(series.name.metric) ?? 1);
      return [drawSeries(series, axis, { ...selection, maxPoints })];
    });
  }

  /** Points as text of a file, UTF-8; undefined when so many are not held. */
  text(panelId: string, part: TextPart): Uint8Array<ArrayBuffer> | undefined {
    const series = this.panels.get(panelId)?.get(part.key);
    if (series === undefined || series.pointCount < part.to) {
      return undefined;
    }
    const { format } = part;
    const head = part.from === 0 ? seriesHeadText(series, format, part.isFirstSeries) : partBreak(format);
    const tail = part.isLastPart ? seriesTailText(format) : '';
    return new TextEncoder().encode(head + pointsText(series, format, part) + tail);
  }

  /** Forgets everything of one panel. */
  clear(panelId: string): void {
    this.panels.delete(panelId);
  }
}

/** One chart draws about so many points in all; each line has its share. */
const POINTS_PER_CHART = 100_000;
const LEAST_POINTS_PER_LINE = 200;

function pointsPerLine(wanted: number, lineCount: number): number {
  return Math.min(wanted, Math.max(LEAST_POINTS_PER_LINE, Math.floor(POINTS_PER_CHART / lineCount)));
}

function linesByMetric(held: ReadonlyMap<string, StoredSeries>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { name } of held.values()) {
    counts.set(name.metric, (counts.get(name.metric) ?? 0) + 1);
  }
  return counts;
}

function drawSeries(series: StoredSeries, axis: StoredSeries | undefined, selection: ViewSelection): Frame {
  const columns =
    axis === undefined ? series.along(selection.axis === 'time' ? 'time' : 'step') : series.alongSeries(axis);
  const request = {
    range: selection.range ?? undefined,
    maxPoints: selection.maxPoints,
    isLogarithmic: selection.isLogarithmic,
  };
  const envelope = selectEnvelope(columns, request);
  const superseded = columns.superseded.map((piece) => drawSuperseded(piece, request));
  const pieces = [envelope, ...superseded.map((piece) => piece.envelope)];
  const sum = (of: (piece: Envelope) => number): number =>
    pieces.reduce((total, piece) => total + of(piece), 0);
  const { xs } = columns;
  return {
    metric: series.name.metric,
    variant: series.name.variant,
    points: framePoints(columns, envelope.indices, axis === undefined ? undefined : xs),
    smoothed: selection.smoothing > 0 ? smoothedPoints(series, columns, selection, request) : null,
    superseded: superseded.map(({ points }) => points),
    supersededCount: columns.superseded.reduce((total, { values }) => total + values.length, 0),
    restartSteps: [...columns.restartSteps],
    extent: extentOf([xs, ...columns.superseded.map(({ steps }) => steps)]),
    middle: selection.ignoresOutliers ? middleOf(columns, request) : null,
    visibleCount: sum(({ visibleCount }) => visibleCount),
    drawnCount: sum(({ drawnCount }) => drawnCount),
    pointCount: series.pointCount,
    unplacedCount: columns.unplacedCount,
    isComplete: pieces.every(({ isComplete }) => isComplete),
    gaps: {
      notANumber: sum(({ gaps }) => gaps.notANumber),
      plusInfinity: sum(({ gaps }) => gaps.plusInfinity),
      minusInfinity: sum(({ gaps }) => gaps.minusInfinity),
      nonPositive: sum(({ gaps }) => gaps.nonPositive),
    },
  };
}

function drawSuperseded(
  piece: SeriesColumns,
  request: EnvelopeRequest,
): { readonly envelope: Envelope; readonly points: FramePoints } {
  const envelope = selectEnvelope({ xs: piece.steps, values: piece.values }, request);
  return { envelope, points: framePoints(piece, envelope.indices, undefined) };
}

function smoothedPoints(
  series: StoredSeries,
  columns: OrderedColumns,
  selection: ViewSelection,
  request: EnvelopeRequest,
): FramePoints {
  const { smoothing: strength, smoothingKind: kind } = selection;
  const values = series.smoothed(columns, { strength, kind });
  const { indices } = selectEnvelope({ xs: columns.xs, values }, request);
  return framePoints(
    { steps: columns.steps, times: columns.times, values },
    indices,
    selection.axis === 'series' ? columns.xs : undefined,
  );
}

function framePoints(
  columns: SeriesColumns,
  indices: Uint32Array,
  xs: Float64Array | undefined,
): FramePoints {
  return { ...pickColumns(columns, indices), xs: xs === undefined ? null : pick(xs, indices) };
}

function middleOf(columns: OrderedColumns, request: EnvelopeRequest): Frame['middle'] {
  const middle = middleRange(columns, request.range, request.isLogarithmic);
  return middle === undefined ? null : { ...middle };
}

/** First and last position of columns that rise. */
function extentOf(rising: readonly Float64Array[]): Frame['extent'] {
  let from = Infinity;
  let to = -Infinity;
  for (const xs of rising) {
    from = Math.min(from, xs[0] ?? Infinity);
    to = Math.max(to, xs.at(-1) ?? -Infinity);
  }
  return from <= to ? { from, to } : null;
}
