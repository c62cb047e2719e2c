import { NumberEnds } from '../../core/number-ends';
import type { SeriesOverview } from '../../core/series-overview';
import { SINGLE_VALUE_STEP, type Frame } from './panel-contract';
import type { SeriesEntry } from './series-entry';
import type { OverviewRequest } from '../../backends/series-contract';
import type { OverviewPlace } from './series-feed';
import type { ViewSelection } from './view-contract';

/** One series as it is shown until all its points are there. */
export interface OverviewPicture {
  readonly entry: SeriesEntry;
  readonly frame: Frame;
}

export interface OverviewPump {
  readonly selection: ViewSelection;
  showPictures(pictures: readonly OverviewPicture[]): Promise<void>;
}

/** A run with fewer points is read as quickly as an overview of it is made. */
const LEAST_OVERVIEW_POINTS = 200_000;
/** Lines of a chart share so many points on its first picture: what draws it is one message, and drawn at once. */
const MOST_CHART_POINTS = 8_000;

/** Shows overviews with a pump, while its page looks at the whole of each curve along steps. */
export function overviewPlace(pump: OverviewPump): OverviewPlace {
  return {
    get request() {
      return overviewRequest(pump.selection);
    },
    show: (overviews) =>
      overviews.length === 0
        ? Promise.resolve()
        : pump.showPictures(overviews.map((overview) => overviewPicture(overview))),
  };
}

/** About how many points each line has on the first picture of so many runs, 16 or more. */
export function firstPoints(runCount: number): number {
  return Math.max(16, Math.floor(MOST_CHART_POINTS / runCount));
}

/**
 * What to ask of a run for the first picture; undefined while something is shown that no overview tells.
 * @param runCount how many runs are shown together, from 1
 */
export function overviewRequest(selection: ViewSelection, runCount = 1): OverviewRequest | undefined {
  const maxPoints = Math.min(selection.maxPoints, firstPoints(runCount));
  const leastPoints = Math.ceil(LEAST_OVERVIEW_POINTS / runCount);
  return isPlain(selection) ? { maxPoints, leastPoints } : undefined;
}

function isPlain({ axis, range, groups, isLogarithmic, ignoresOutliers, smoothing }: ViewSelection): boolean {
  const isRaw = !isLogarithmic && !ignoresOutliers && smoothing === 0;
  return axis === 'step' && range === null && groups.length === 0 && isRaw;
}

/** Nothing along steps is drawn by them, and they would be a third of the message. */
const NO_TIMES = new Float64Array(0);

/** The same entry and frame as all points give, but for the revision, which is one that no points have, and times. */
export function overviewPicture(overview: SeriesOverview, run = ''): OverviewPicture {
  const { name, steps, values, pointCount, timeRange, isComplete, gaps } = overview;
  const valueEnds = new NumberEnds();
  valueEnds.note(values);
  const [first, last] = [steps[0], steps.at(-1)];
  const stepRange = first === undefined || last === undefined ? null : { from: first, to: last };
  return {
    entry: {
      ...name,
      run,
      revision: 0,
      pointCount,
      last: values.at(-1) ?? null,
      lastStep: last ?? null,
      min: valueEnds.range?.from ?? null,
      max: valueEnds.range?.to ?? null,
      steps: stepRange,
      times: timeRange,
      isSingleValue: pointCount === 1 && first === SINGLE_VALUE_STEP,
      meanBuckets: null,
    },
    frame: {
      ...name,
      run,
      band: null,
      points: { steps, times: NO_TIMES, values, xs: null },
      smoothed: null,
      superseded: [],
      supersededCount: 0,
      restartSteps: [],
      extent: stepRange,
      middle: null,
      visibleCount: pointCount,
      drawnCount: values.length,
      pointCount,
      unplacedCount: 0,
      isComplete,
      gaps,
    },
  };
}
