/** How a person looks at curves: what the page keeps, and what of it decides what the host draws. */
import * as z from 'zod/mini';
import { POINTS_PER_BUCKET } from '../../core/envelope';
import { BANDS } from '../../core/run-groups';
import { SMOOTHING_KINDS } from '../../core/smoothing';

/** How many buckets the envelope of one series can have: in steps, so that a chart that is resized seldom asks anew. */
const BUCKET_STEPS = [500, 1_000, 2_000] as const;
const MOST_BUCKETS = 4_000;

/** About how many points of one series are drawn on a chart so many device pixels wide: a bucket for each of these. */
export function pointsForWidth(devicePixels: number): number {
  return POINTS_PER_BUCKET * (BUCKET_STEPS.find((step) => step >= devicePixels) ?? MOST_BUCKETS);
}

/** The same before any chart has a width. */
export const POINTS_AT_FIRST = pointsForWidth(0);

/** Tabs of the panel; what a tab other than the curves shows is read only while it is shown. */
export const PANEL_TABS = ['curves', 'plots', 'images', 'details'] as const;
export type PanelTab = (typeof PANEL_TABS)[number];

const finite = z.number();
export const range = z.object({ from: finite, to: finite });

/**
 * What the x position means. Of one run, relative and wall time are two ways to label `time`; of several, `elapsed` is
 * the time in ms since each run's own first point. `series` is another metric of the same run.
 */
export const axisSchema = z.enum(['step', 'time', 'elapsed', 'series']);
export type Axis = z.infer<typeof axisSchema>;

/** 0 (off) to 0.999, see core/smoothing.ts. */
const strength = z.number().check(z.gte(0), z.lt(1));

/** What the panel shows of every series it watches. */
export const viewSelection = z.object({
  axis: axisSchema,
  /** Key of the series that is the x axis; null unless `axis` is `series`. */
  xSeries: z.nullable(z.string()),
  /** Steps, epoch milliseconds or values of the series; null: all. */
  range: z.nullable(range),
  maxPoints: z.number().check(z.int(), z.gte(16), z.lte(20_000)),
  isLogarithmic: z.boolean(),
  /** Whether frames say where the middle of the values is. */
  ignoresOutliers: z.boolean(),
  smoothing: strength,
  smoothingKind: z.enum(SMOOTHING_KINDS),
  /** Runs that are drawn as one: a series whose `run` is the group's id is the mean of that series over these runs. */
  groups: z.array(z.object({ id: z.string(), runs: z.array(z.string()) })),
  band: z.enum(BANDS),
});
export type ViewSelection = z.infer<typeof viewSelection>;

/** Part of the y axis of one chart, in values. As everywhere in a view, `metric` is the id of a chart: see there. */
const heights = z.object({ metric: z.string(), range });

/** A zoom of all charts along x, and of single charts along y. */
export const zoom = z.object({ range: z.nullable(range), heights: z.array(heights) });
export type Zoom = z.infer<typeof zoom>;

/** Ends of a chart's y axis that a person has fixed; null: follows the values. */
export const axisLimits = z.object({
  metric: z.string(),
  from: z.nullable(finite),
  to: z.nullable(finite),
});
export type AxisLimits = z.infer<typeof axisLimits>;

export const LINE_WIDTHS = ['thin', 'normal', 'thick'] as const;
export type LineWidth = (typeof LINE_WIDTHS)[number];

export const X_AXES = ['step', 'relative', 'wall', 'series'] as const;
export type XAxis = (typeof X_AXES)[number];

/** `here` is the value at the crosshair. */
export const LEGEND_COLUMNS = ['name', 'here', 'last', 'min', 'max'] as const;
export type LegendColumn = (typeof LEGEND_COLUMNS)[number];

/** How values that runs reported once are shown. */
export const VALUE_FORMS = ['table', 'bars'] as const;
export type ValueForm = (typeof VALUE_FORMS)[number];

/** By what runs are put together; `parameter` names one by section and name. */
export const groupBy = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('tag') }),
  z.object({ kind: z.literal('project') }),
  z.object({ kind: z.literal('parameter'), section: z.string(), name: z.string() }),
]);
export type GroupBy = z.infer<typeof groupBy>;

/** How the list of runs is ordered: as they were chosen, by name, or by the last value of a series (its key). */
export const runOrder = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('chosen') }),
  z.object({ kind: z.literal('name') }),
  z.object({ kind: z.literal('value'), series: z.string(), isDescending: z.boolean() }),
]);
export type RunOrder = z.infer<typeof runOrder>;

/**
 * How the person looks at the panel; kept by the editor over reloads. Lists of names, never objects keyed by them.
 * A chart is known by its metric, or where several runs are shown by the key of its series without a run.
 */
export const viewState = z.object({
  tab: z._default(z.enum(PANEL_TABS), 'curves'),
  xLabel: z._default(z.enum(X_AXES), 'step'),
  /** Key of the series on the x axis while `xLabel` is `series`. */
  xSeries: z._default(z.nullable(z.string()), null),
  range: z._default(z.nullable(range), null),
  heights: z._default(z.array(heights), []),
  limits: z._default(z.array(axisLimits), []),
  isLogarithmic: z._default(z.boolean(), false),
  ignoresOutliers: z._default(z.boolean(), false),
  smoothing: z._default(strength, 0),
  smoothingKind: z._default(z.enum(SMOOTHING_KINDS), 'exponential'),
  lineWidth: z._default(z.enum(LINE_WIDTHS), 'normal'),
  filter: z._default(z.string(), ''),
  /** Keys of series switched off in the legend; where several runs are shown, keys of runs and ids of groups. */
  hidden: z._default(z.array(z.string()), []),
  /** Charts shown as a table. */
  tables: z._default(z.array(z.string()), []),
  /** Charts that come first, in this order. */
  pinned: z._default(z.array(z.string()), []),
  /** Groups that are folded. */
  folded: z._default(z.nullable(z.array(z.string())), null),
  /** Looks of lines that a person has chosen: a place in the palette of line-styles.ts by line name. */
  looks: z._default(z.array(z.object({ name: z.string(), slot: z.number().check(z.int(), z.gte(0)) })), []),
  /** Null: in the order the lines appeared. */
  legendOrder: z._default(
    z.nullable(z.object({ column: z.enum(LEGEND_COLUMNS), isDescending: z.boolean() })),
    null,
  ),
  /** Of several runs only: how their list is ordered, whether it is folded, what is put together, and its values. */
  runOrder: z._default(runOrder, { kind: 'chosen' }),
  isRunListFolded: z._default(z.boolean(), false),
  groupBy: z._default(z.nullable(groupBy), null),
  band: z._default(z.enum(BANDS), 'range'),
  valueForm: z._default(z.enum(VALUE_FORMS), 'table'),
});
export type ViewState = z.infer<typeof viewState>;

/** What the host is asked to draw for this view, on charts that have no width yet. */
export function selectionOf(view: ViewState): ViewSelection {
  const { xLabel, xSeries, isLogarithmic, ignoresOutliers, smoothing, smoothingKind } = view;
  const isSeries = xLabel === 'series' && xSeries !== null;
  return {
    axis: isSeries ? 'series' : xLabel === 'relative' || xLabel === 'wall' ? 'time' : 'step',
    xSeries: isSeries ? xSeries : null,
    range: view.range,
    maxPoints: POINTS_AT_FIRST,
    isLogarithmic,
    ignoresOutliers,
    smoothing,
    smoothingKind,
    groups: [],
    band: view.band,
  };
}

/** What is drawn until the page says otherwise. */
export const FIRST_SELECTION = selectionOf(viewState.parse({}));
