import { NumberEnds } from '../../core/number-ends';
import type { SeriesOverview } from '../../core/series-overview';
import { SINGLE_VALUE_STEP, type Frame } from './panel-contract';
import type { SeriesEntry } from './series-entry';
import type { OverviewPlace } from './series-feed';
import type { ViewSelection } from './view-contract';

/** One series as it is shown until all its points are there. */
export interface OverviewPicture {
  readonly entry: SeriesEntry;
  readonly frame: Frame;
}

interface OverviewPump {
  readonly selection: ViewSelection;
  showPictures(pictures: readonly OverviewPicture[]): Promise<void>;
}

/** Shows overviews with a pump, while its page looks at the whole of each curve along steps. */
export function overviewPlace(pump: OverviewPump): OverviewPlace {
  return {
    get maxPoints() {
      return isPlain(pump.selection) ? pump.selection.maxPoints : undefined;
    },
    show: (overviews) => pump.showPictures(overviews.map(overviewPicture)),
  };
}

function isPlain({ axis, range, groups, isLogarithmic, ignoresOutliers, smoothing }: ViewSelection): boolean {
  const isRaw = !isLogarithmic && !ignoresOutliers && smoothing === 0;
  return axis === 'step' && range === null && groups.length === 0 && isRaw;
}

/** The same entry and frame as all points give, but for the revision, which is one that no points have. */
export function overviewPicture(overview: SeriesOverview): OverviewPicture {
  const { name, steps, times, values, pointCount, timeRange, isComplete, gaps } = overview;
  const valueEnds = new NumberEnds();
  valueEnds.note(values);
  const [first, last] = [steps[0], steps.at(-1)];
  const stepRange = first === undefined || last === undefined ? null : { from: first, to: last };
  return {
    entry: {
      ...name,
      run: '',
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
      run: '',
      band: null,
      points: { steps, times, values, xs: null },
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
