import { selectEnvelope, type Curve, type Envelope, type EnvelopeRequest } from '../../core/envelope';
import { middleRange } from '../../core/middle-range';
import { pick, pickColumns } from '../../core/pick-columns';
import { summarizeRuns, type GroupSummary } from '../../core/run-groups';
import { parseSeriesKey, seriesKey, type SeriesColumns } from '../../core/series';
import type { Frame, FramePoints } from './panel-contract';
import { supersededCountOf, type OrderedColumns, type StoredSeries } from './series-columns';
import type { ViewSelection } from './view-contract';

/** The mean line of a group has at most so many positions in view. */
const MOST_GROUP_POSITIONS = 500;

/** One series of the runs of a group. */
export interface SeriesGroup {
  readonly id: string;
  readonly members: readonly StoredSeries[];
}

/** Where points stand on the selected axis, which every run has for itself. */
export class RunAxes {
  private readonly origins = new Map<string, number>();

  constructor(
    private readonly held: ReadonlyMap<string, StoredSeries>,
    private readonly selection: ViewSelection,
  ) {
    if (selection.axis === 'elapsed') {
      this.findOrigins();
    }
  }

  /** True when positions are the steps or the times of the points. */
  get isOwn(): boolean {
    return this.selection.axis === 'step' || this.selection.axis === 'time';
  }

  /** Nothing has a place when the run does not have the series that is the axis. */
  along(series: StoredSeries): OrderedColumns {
    const { axis } = this.selection;
    switch (axis) {
      case 'step':
      case 'time':
        return series.along(axis);
      case 'elapsed':
        return series.alongElapsed(this.origins.get(series.run) ?? 0);
      case 'series': {
        const other = this.axisSeries(series.run);
        return other === undefined ? series.alongNothing() : series.alongSeries(other);
      }
    }
  }

  private axisSeries(run: string): StoredSeries | undefined {
    const { xSeries } = this.selection;
    if (xSeries === null || run === '') {
      return xSeries === null ? undefined : this.held.get(xSeries);
    }
    const name = parseSeriesKey(xSeries);
    return name && this.held.get(seriesKey({ ...name, run }));
  }

  private findOrigins(): void {
    for (const { run, firstTime } of this.held.values()) {
      this.origins.set(run, Math.min(this.origins.get(run) ?? Infinity, firstTime ?? Infinity));
    }
  }
}

/** One line with a band for all runs of the group; undefined for a group of none. */
export function drawGroup(group: SeriesGroup, axes: RunAxes, selection: ViewSelection): Frame | undefined {
  const all = group.members.map((series) => ({ series, columns: axes.along(series) }));
  const lines = all.filter(({ columns }) => columns.xs.length > 0);
  const [first] = all;
  if (first === undefined) {
    return undefined;
  }
  const request = requestOf(selection);
  const groupRequest = {
    range: request.range,
    maxPositions: Math.min(MOST_GROUP_POSITIONS, selection.maxPoints),
    band: selection.band,
  };
  const summary = summarizeRuns(
    lines.map(({ columns }) => columns),
    groupRequest,
  );
  const strength = { strength: selection.smoothing, kind: selection.smoothingKind };
  const smoothed =
    selection.smoothing > 0
      ? summarizeRuns(
          lines.map(({ series, columns }) => ({
            xs: columns.xs,
            values: series.smoothed(columns, strength),
          })),
          groupRequest,
        )
      : undefined;
  // Counts what is in view and cannot be drawn; of the points themselves nothing is taken.
  const seen = lines.map(({ columns }) => selectEnvelope(columns, { ...request, maxPoints: 4 }));
  const middle = { xs: summary.positions, values: summary.means };
  return {
    metric: first.series.name.metric,
    variant: first.series.name.variant,
    run: group.id,
    band: {
      lowers: summary.lowers,
      uppers: summary.uppers,
      counts: summary.counts,
      runCount: lines.length,
      bucketWidth: summary.bucketWidth,
    },
    points: groupPoints(summary, selection),
    smoothed: smoothed === undefined ? null : groupPoints(smoothed, selection),
    superseded: [],
    supersededCount: sumOf(lines, ({ columns }) => supersededCountOf(columns)),
    restartSteps: [],
    extent: extentOf(lines.map(({ columns }) => columns.xs)),
    middle: selection.ignoresOutliers ? middleOf(middle, request) : null,
    visibleCount: sumOf(seen, ({ visibleCount }) => visibleCount),
    drawnCount: summary.positions.length,
    pointCount: sumOf(all, ({ series }) => series.pointCount),
    unplacedCount: sumOf(all, ({ columns }) => columns.unplacedCount),
    isComplete: summary.bucketWidth === null,
    gaps: gapsOf(seen),
  };
}

/** A position is a step or a time where the axis is; it never has a time of its own else. */
function groupPoints({ positions, means }: GroupSummary, { axis }: ViewSelection): FramePoints {
  const none = positions.map(() => NaN);
  return {
    steps: axis === 'step' ? positions : none,
    times: axis === 'time' ? positions : none.slice(),
    values: means,
    xs: axis === 'step' || axis === 'time' ? null : positions,
  };
}

function requestOf({ range, maxPoints, isLogarithmic }: ViewSelection): EnvelopeRequest {
  return { range: range ?? undefined, maxPoints, isLogarithmic };
}

function sumOf<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}

function gapsOf(pieces: readonly Envelope[]): Frame['gaps'] {
  return {
    notANumber: sumOf(pieces, ({ gaps }) => gaps.notANumber),
    plusInfinity: sumOf(pieces, ({ gaps }) => gaps.plusInfinity),
    minusInfinity: sumOf(pieces, ({ gaps }) => gaps.minusInfinity),
    nonPositive: sumOf(pieces, ({ gaps }) => gaps.nonPositive),
  };
}

/** What to draw of one series. */
export function drawSeries(series: StoredSeries, axes: RunAxes, selection: ViewSelection): Frame {
  const columns = axes.along(series);
  const request = requestOf(selection);
  const envelope = selectEnvelope(columns, request);
  const superseded = columns.superseded.map((piece) => drawSuperseded(piece, request));
  const pieces = [envelope, ...superseded.map((piece) => piece.envelope)];
  const { xs } = columns;
  return {
    metric: series.name.metric,
    variant: series.name.variant,
    run: series.run,
    band: null,
    points: framePoints(columns, envelope.indices, axes.isOwn ? undefined : xs),
    smoothed: selection.smoothing > 0 ? smoothedPoints(series, columns, selection, request) : null,
    superseded: superseded.map(({ points }) => points),
    supersededCount: supersededCountOf(columns),
    restartSteps: [...columns.restartSteps],
    extent: extentOf([xs, ...columns.superseded.map(({ steps }) => steps)]),
    middle: selection.ignoresOutliers ? middleOf(columns, request) : null,
    visibleCount: sumOf(pieces, ({ visibleCount }) => visibleCount),
    drawnCount: sumOf(pieces, ({ drawnCount }) => drawnCount),
    pointCount: series.pointCount,
    unplacedCount: columns.unplacedCount,
    isComplete: pieces.every(({ isComplete }) => isComplete),
    gaps: gapsOf(pieces),
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
    selection.axis === 'series' || selection.axis === 'elapsed' ? columns.xs : undefined,
  );
}

function framePoints(
  columns: SeriesColumns,
  indices: Uint32Array,
  xs: Float64Array | undefined,
): FramePoints {
  return { ...pickColumns(columns, indices), xs: xs === undefined ? null : pick(xs, indices) };
}

function middleOf(columns: Curve, request: EnvelopeRequest): Frame['middle'] {
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
