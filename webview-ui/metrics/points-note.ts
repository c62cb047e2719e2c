import type { Frame } from '../../src/features/metrics/panel-contract';
import { formatCount, formatValue } from './format';
import type { PlotInput } from './chart-plot';
import type { PanelSeries } from './panel-series';

export interface NoteState {
  /** What the chart's y axis leaves out. */
  readonly cut?: PlotInput['cut'] | undefined;
  /** The server is still giving points. */
  readonly isReading?: boolean;
}

/** Says honestly how much of the truth a chart shows. */
export function pointsNote(series: readonly PanelSeries[], { cut, isReading }: NoteState = {}): string {
  const frames = series.flatMap(({ frame }) => (frame === undefined ? [] : [frame]));
  if (frames.length === 0) {
    return '';
  }
  return [
    countNote(frames, isReading === true ? ' so far' : ''),
    fidelityNote(series, frames),
    cutNote(cut),
    ...gapNotes(frames),
  ]
    .filter(Boolean)
    .join(' · ');
}

/** @param soFar is said of every count that may still grow. */
function countNote(frames: readonly Frame[], soFar: string): string {
  const visible = sum(frames, ({ visibleCount }) => visibleCount);
  const total = sum(frames, ({ pointCount, unplacedCount }) => pointCount - unplacedCount);
  if (total === 0) {
    return '';
  }
  if (frames.some(({ band }) => band !== null)) {
    const isPart = visible < total - sum(frames, ({ supersededCount }) => supersededCount);
    return groupNote(frames, isPart) + soFar;
  }
  const drawn = sum(frames, ({ drawnCount }) => drawnCount);
  const inView = visible < total ? ' in view' : '';
  if (total === 1) {
    return `1 point${soFar}`;
  }
  const shown = drawn < visible ? `${formatCount(drawn)} of ` : soFar === '' ? 'all ' : '';
  return `${shown}${formatCount(visible)} points${inView}${soFar}`;
}

/** How runs were joined to the lines of their groups. */
function groupNote(frames: readonly Frame[], isPart: boolean): string {
  const visible = sum(frames, ({ visibleCount }) => visibleCount);
  const runs = sum(frames, ({ band }) => band?.runCount ?? 0);
  const joined = frames.flatMap(({ band, drawnCount }) =>
    band === null || band.bucketWidth === null ? [] : [drawnCount],
  );
  const how =
    joined.length === 0
      ? 'at each common position'
      : `in up to ${formatCount(Math.max(...joined))} equal buckets, since they report at different positions`;
  const inView = isPart ? ' in view' : '';
  return `means of ${runs === 1 ? '1 run' : `${runs} runs`} (${formatCount(visible)} points${inView}) ${how}`;
}

/** What stands between the points drawn and the points reported. */
export function fidelityNote(series: readonly PanelSeries[], frames: readonly Frame[]): string {
  const means = series.find(({ entry }) => entry.meanBuckets !== null)?.entry.meanBuckets ?? null;
  if (means !== null) {
    return `means of ${formatCount(means)} buckets`;
  }
  const isExact = frames.every(({ isComplete, band }) => isComplete || band !== null);
  return isExact ? '' : 'exact envelope';
}

/** Values exist that the picture does not show: never silently. */
function cutNote(cut: PlotInput['cut'] | undefined): string {
  const ends = [
    cut?.below === undefined ? '' : `down to ${formatValue(cut.below)}`,
    cut?.above === undefined ? '' : `up to ${formatValue(cut.above)}`,
  ].filter(Boolean);
  return ends.length === 0 ? '' : `reaches ${ends.join(' and ')} outside the picture`;
}

function restartNote(frames: readonly Frame[]): string {
  const steps = new Set(frames.flatMap(({ restartSteps }) => restartSteps));
  const superseded = sum(frames, ({ supersededCount }) => supersededCount);
  const [first] = steps;
  const points = countedPoints(superseded, 'earlier ');
  if (first === undefined) {
    // The mean of a group is of what held in the end.
    return superseded === 0 ? '' : `${points} of restarted runs left out`;
  }
  const where = steps.size === 1 ? `at step ${formatCount(first)}` : `${formatCount(steps.size)} times`;
  return `restarted ${where}: ${points} faint`;
}

function gapNotes(frames: readonly Frame[]): string[] {
  const notANumber = sum(frames, ({ gaps }) => gaps.notANumber);
  const infinite = sum(frames, ({ gaps }) => gaps.plusInfinity + gaps.minusInfinity);
  const nonPositive = sum(frames, ({ gaps }) => gaps.nonPositive);
  const unplaced = sum(frames, ({ unplacedCount }) => unplacedCount);
  return [
    restartNote(frames),
    notANumber > 0 ? `${formatCount(notANumber)} NaN marked ×` : '',
    infinite > 0 ? `${formatCount(infinite)} infinite marked ▲▼` : '',
    nonPositive === 1 ? '1 value ≤ 0 has no place on a log axis' : '',
    nonPositive > 1 ? `${formatCount(nonPositive)} values ≤ 0 have no place on a log axis` : '',
    unplaced > 0 ? `${countedPoints(unplaced)} without a place on this axis left out` : '',
  ];
}

/** The same for the whole panel: only of the charts that are on screen there is anything to say. */
export function panelNote(seriesCount: number, pointCount: number): string {
  const series = seriesCount === 1 ? '1 series' : `${formatCount(seriesCount)} series`;
  return `${series}, ${countedPoints(pointCount)}`;
}

function countedPoints(count: number, kind = ''): string {
  return count === 1 ? `1 ${kind}point` : `${formatCount(count)} ${kind}points`;
}

function sum(frames: readonly Frame[], of: (frame: Frame) => number): number {
  return frames.reduce((total, frame) => total + of(frame), 0);
}
