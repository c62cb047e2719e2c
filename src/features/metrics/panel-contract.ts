/**
 * What the extension says to a task's live panel; what that answers is in panel-messages.ts. The host owns the state; the panel is a
 * projection that says what it shows (`watch`) and gets exactly that. Both ends check what they receive.
 */
import * as z from 'zod/mini';
import type { TaskAction } from '../../core/actions';
import { TASK_STATUSES } from '../../core/status';
import { taskRef } from '../../core/task-ref';
import { failureSchema } from '../panels/failure-schema';
import { seriesTable } from './series-table';
import { range, viewSelection, viewState } from './view-contract';

/** ClearML keeps single values ("Summary") as a point at this step; they are a list of values, not a curve. */
export const SINGLE_VALUE_STEP = -2147483648;

/** How many metrics the host sends before the panel has said which it shows. */
export const FIRST_METRICS = 12;

/** How many lines one chart draws; its card says how many more there are, and the filter brings them. */
export const LINES_PER_CHART = 500;

const column = z.custom<Float64Array<ArrayBuffer>>(
  (value) => Object.prototype.toString.call(value) === '[object Float64Array]',
);
/** `xs` only where positions are neither steps nor times: values of another series, or time since the run began. */
const framePoints = z.object({ steps: column, times: column, values: column, xs: z.nullable(column) });
export type FramePoints = z.infer<typeof framePoints>;

/** What stands around the mean line of a group; columns as long as those of the line (core/run-groups.ts). */
const frameBand = z.object({
  lowers: column,
  uppers: column,
  /** How many runs have a value there. */
  counts: column,
  runCount: z.number(),
  /** Null when the runs report at the same positions. */
  bucketWidth: z.nullable(z.number()),
});
export type FrameBand = z.infer<typeof frameBand>;

/** What to draw of one series, or of a group of runs as one, for one selection (view-contract.ts). */
export const frame = z.object({
  metric: z.string(),
  variant: z.string(),
  /** As in the series' entry; of a group its id. */
  run: z.string(),
  /** Only of groups. */
  band: z.nullable(frameBand),
  points: framePoints,
  smoothed: z.nullable(framePoints),
  /** What later attempts of a restarted run reported anew, a line each; along steps only. */
  superseded: z.array(framePoints),
  supersededCount: z.number(),
  /** Steps at which attempts after the first began. */
  restartSteps: z.array(z.number()),
  /** First and last position on this axis; null when no point has a place on it. */
  extent: z.nullable(range),
  /** Where the middle of the visible values is, when outliers are to be ignored. */
  middle: z.nullable(range),
  /** Points in the visible range and how many of them are drawn: all when `isComplete`. */
  visibleCount: z.number(),
  drawnCount: z.number(),
  pointCount: z.number(),
  /** Points that have no place on this axis: no time, or no value of the series that is the axis. */
  unplacedCount: z.number(),
  isComplete: z.boolean(),
  gaps: z.object({
    notANumber: z.number(),
    plusInfinity: z.number(),
    minusInfinity: z.number(),
    nonPositive: z.number(),
  }),
});
export type Frame = z.infer<typeof frame>;

/** The buttons a panel can have. Which of them are there depends on what the task's state allows. */
export const PANEL_ACTIONS = [
  'stop',
  'enqueue',
  'dequeue',
  'reset',
  'rerun',
  'clone',
] as const satisfies readonly TaskAction[];
export type PanelAction = (typeof PANEL_ACTIONS)[number];

/** A line of an overview: a text, or a moment in epoch milliseconds that the page words. */
export const fact = z.object({ label: z.string(), value: z.string(), at: z.nullable(z.number()) });
export type Fact = z.infer<typeof fact>;

/** What a server may have no notion of; the panel leaves it out then. */
export const PANEL_PARTS = ['curves', 'plots', 'images', 'console'] as const;
export type PanelPart = (typeof PANEL_PARTS)[number];

export const taskView = z.object({
  id: z.string(),
  name: z.string(),
  status: z.enum(TASK_STATUSES),
  serverStatus: z.string(),
  isStopping: z.boolean(),
  statusReason: z.nullable(z.string()),
  projectName: z.nullable(z.string()),
  connectionLabel: z.string(),
  /** Epoch milliseconds. */
  startedAt: z.nullable(z.number()),
  endedAt: z.nullable(z.number()),
  lastIteration: z.nullable(z.number()),
  /** What a step counts; null: an iteration. */
  stepNoun: z.nullable(z.string()),
  actions: z.array(z.enum(PANEL_ACTIONS)),
  hasWebPage: z.boolean(),
  parentId: z.nullable(z.string()),
  tags: z.array(z.string()),
  /** True while the server takes other values for the task's parameters. */
  canEditInputs: z.boolean(),
  /** What the task's server never gives. */
  lacks: z.array(z.enum(PANEL_PARTS)),
  facts: z.array(fact),
});
export type TaskView = z.infer<typeof taskView>;

/** Texts that open as documents; all but `configuration` exist once per task and have no name. */
export const DOCUMENT_KINDS = ['diff', 'script', 'packages', 'setupScript', 'configuration'] as const;
export const documentRef = z.object({ kind: z.enum(DOCUMENT_KINDS), name: z.string() });
export type TaskDocumentRef = z.infer<typeof documentRef>;

export const direction = z.enum(['input', 'output']);

/** What a task is made of. */
export const detailsSchema = z.object({
  code: z.array(fact),
  /** As one types them; null where the task keeps none as such. */
  arguments: z.nullable(z.string()),
  parameters: z.array(
    z.object({
      section: z.string(),
      name: z.string(),
      value: z.string(),
      type: z.nullable(z.string()),
      description: z.nullable(z.string()),
    }),
  ),
  documents: z.array(
    z.object({ ref: documentRef, label: z.string(), lineCount: z.number(), isEditable: z.boolean() }),
  ),
  artifacts: z.array(
    z.object({
      name: z.string(),
      direction,
      type: z.nullable(z.string()),
      uri: z.nullable(z.string()),
      sizeBytes: z.nullable(z.number()),
      hash: z.nullable(z.string()),
      addedAt: z.nullable(z.number()),
      preview: z.nullable(z.string()),
    }),
  ),
  models: z.array(z.object({ id: z.string(), name: z.string(), direction })),
  /** Children and siblings, by what they are called. */
  relatives: z.array(
    z.object({
      title: z.string(),
      tasks: z.array(z.object({ id: z.string(), name: z.string(), status: z.enum(TASK_STATUSES) })),
      hasMore: z.boolean(),
    }),
  ),
});
export type DetailsView = z.infer<typeof detailsSchema>;

/** Why what is shown could not be read again, whole sentences; null while it is up to date. */
const staleReason = z.nullable(z.string());

export const detailsState = z.discriminatedUnion('phase', [
  z.object({ phase: z.literal('reading') }),
  z.object({ phase: z.literal('ready'), details: detailsSchema, staleReason }),
  z.object({ phase: z.literal('failed'), failure: failureSchema }),
  z.object({ phase: z.literal('unsupported'), reason: z.string() }),
]);
export type DetailsState = z.infer<typeof detailsState>;

export const OUTPUT_KINDS = ['plots', 'images'] as const;
export type OutputKind = (typeof OUTPUT_KINDS)[number];

/** One plot or image that there is. Its content comes when it is wanted. */
export const outputItem = z.object({
  key: z.string(),
  metric: z.string(),
  variant: z.string(),
  iteration: z.number(),
  at: z.nullable(z.number()),
  sizeBytes: z.nullable(z.number()),
});
export type OutputItem = z.infer<typeof outputItem>;

export const outputState = z.discriminatedUnion('phase', [
  z.object({ phase: z.literal('reading') }),
  z.object({
    phase: z.literal('ready'),
    /** By metric, then variant, newest iteration first. */
    items: z.array(outputItem),
    /** So many of the newest iterations were asked for. */
    iterations: z.number(),
    /** True when more of the past can be asked for. */
    hasMore: z.boolean(),
    staleReason,
  }),
  z.object({ phase: z.literal('failed'), failure: failureSchema }),
  z.object({ phase: z.literal('unsupported'), reason: z.string() }),
]);
export type OutputState = z.infer<typeof outputState>;

/** A plot's JSON, an image's bytes, the text of a file, or why there is nothing to show. */
export const outputContent = z.discriminatedUnion('form', [
  z.object({ form: z.literal('json'), text: z.string() }),
  z.object({
    form: z.literal('image'),
    mediaType: z.string(),
    bytes: z.custom<Uint8Array<ArrayBuffer>>(
      (value) => Object.prototype.toString.call(value) === '[object Uint8Array]',
    ),
  }),
  z.object({ form: z.literal('text'), text: z.string(), isCut: z.boolean() }),
  z.object({ form: z.literal('none'), reason: z.string() }),
]);
export type OutputContent = z.infer<typeof outputContent>;

/** Where the points come from and how that goes. */
export const feedState = z.discriminatedUnion('phase', [
  z.object({ phase: z.literal('opening') }),
  z.object({ phase: z.literal('reading') }),
  z.object({ phase: z.literal('current'), updatedAt: z.number() }),
  z.object({ phase: z.literal('failed'), failure: failureSchema, updatedAt: z.nullable(z.number()) }),
  z.object({ phase: z.literal('unsupported'), reason: z.string() }),
]);
export type FeedState = z.infer<typeof feedState>;

/** What changed of the series, and of those on screen what to draw. */
export const updateMessage = z.object({
  type: z.literal('update'),
  /** Rises by one with every update; the panel answers `painted` with it, and only then gets the next one. */
  generation: z.number(),
  /** The selection that the frames were made for; frames of an older one are not drawn. */
  selectionId: z.number(),
  /** True: forget all series first. */
  isFull: z.boolean(),
  series: seriesTable,
  /** Keys of series that are gone. */
  removed: z.array(z.string()),
  frames: z.array(frame),
});
export type UpdateMessage = z.infer<typeof updateMessage>;

/** How a page of curves begins. */
export const beginning = {
  /** The view that the host knows; null: the page's own. */
  view: z.nullable(viewState),
  /** What the frames that follow are made for. A page that shows something else says `ready` with it. */
  selection: viewSelection,
};

export const feedMessage = z.object({ type: z.literal('feed'), feed: feedState });

export const hostMessage = z.discriminatedUnion('type', [
  /**
   * Sent to a page that loads, and as the first answer to `ready`: which task this panel is of, so that it can be
   * restored; how to begin, when that is known.
   */
  z.object({ type: z.literal('open'), ref: taskRef, ...beginning }),
  /** The same, when what the task is was not known at first. */
  z.object({ type: z.literal('view'), view: viewState }),
  z.object({ type: z.literal('task'), task: z.nullable(taskView) }),
  feedMessage,
  /** Only while the page shows details. */
  z.object({ type: z.literal('details'), state: detailsState }),
  /** Only while the page shows that kind. */
  z.object({ type: z.literal('output'), kind: z.enum(OUTPUT_KINDS), state: outputState }),
  /** Answer to `wantOutput`. */
  z.object({
    type: z.literal('outputContent'),
    kind: z.enum(OUTPUT_KINDS),
    key: z.string(),
    content: outputContent,
  }),
  updateMessage,
  /** The command behind a button, or an edit, has ended. */
  z.object({ type: z.literal('acted'), requestId: z.number() }),
]);
export type HostMessage = z.infer<typeof hostMessage>;

/** What `setState` holds and the serializer gets back. */
export const persistedState = z.object({ ref: taskRef, view: viewState });
export type PersistedState = z.infer<typeof persistedState>;
