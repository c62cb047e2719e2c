/**
 * Everything that a task table and the extension say to each other. The host reads; the page says which view of the
 * project it shows and which lines of it are on screen, and gets exactly those. Both ends check what they receive.
 */
import * as z from 'zod/mini';
import { TASK_ACTIONS } from '../../core/actions';
import { TASK_STATUSES } from '../../core/status';
import { columnSchema, rangeSchema, sortSchema } from '../../core/task-table-schema';
import { failureSchema } from '../panels/failure-schema';

/** Lines one request may ask for; more than any screen shows. */
export const MOST_LINES = 400;

/** A value as reported: any double, which JSON-like checks of zod refuse. */
const cell = z.union([z.string(), z.custom<number>((given) => typeof given === 'number'), z.null()]);

const place = z.number().check(z.int(), z.gte(0));

const filterSchema = z.object({
  text: z.string(),
  statuses: z.array(z.enum(TASK_STATUSES)),
  types: z.array(z.string()),
  userIds: z.array(z.string()),
  tags: z.array(z.string()),
  isArchived: z.boolean(),
  ranges: z.array(rangeSchema),
});

/** What a table shows and how; saved views are these. */
export const viewSchema = z.object({
  columns: z.array(z.object({ column: columnSchema, widthPx: z.number() })).check(z.maxLength(60)),
  filter: filterSchema,
  sort: sortSchema,
  group: z.nullable(columnSchema),
  /** Keys of groups that are folded. */
  folded: z.array(z.string()),
  includesSubprojects: z.boolean(),
});
export type TableView = z.infer<typeof viewSchema>;

export const savedViews = z.array(z.object({ name: z.string().check(z.minLength(1)), view: viewSchema }));
export type SavedViews = z.infer<typeof savedViews>;

/** Which tasks a table is of. */
export const tableRef = z.object({
  connectionId: z.string().check(z.minLength(1)),
  /** Null: all projects. */
  projectId: z.nullable(z.string()),
  projectName: z.nullable(z.string()),
  /** True for a place that the server keeps apart, such as the runs of one pipeline. */
  isApart: z.optional(z.boolean()),
});
export type TableRef = z.infer<typeof tableRef>;

/** One line of the table: a task, or the head of a group. Cells are in the order of the view's columns. */
export const lineSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('task'),
    id: z.string(),
    name: z.string(),
    status: z.enum(TASK_STATUSES),
    serverStatus: z.string(),
    isStopping: z.boolean(),
    can: z.array(z.enum(TASK_ACTIONS)),
    hasWebPage: z.boolean(),
    cells: z.array(cell),
  }),
  z.object({
    kind: z.literal('group'),
    key: z.string(),
    value: cell,
    count: z.number(),
    /** Of each metric that is shown and that a task of the group has. */
    figures: z.array(
      z.object({
        label: z.string(),
        count: z.number(),
        mean: z.number(),
        /** Null of a single value. */
        deviation: z.nullable(z.number()),
        lowest: z.number(),
        highest: z.number(),
        best: z.number(),
      }),
    ),
    isFolded: z.boolean(),
  }),
]);
export type TableLine = z.infer<typeof lineSchema>;

const catalogSchema = z.object({
  metrics: z.array(z.object({ metric: z.string(), variant: z.string() })),
  parameters: z.array(z.object({ section: z.string(), name: z.string() })),
  users: z.array(z.object({ id: z.string(), name: z.string() })),
  types: z.array(z.string()),
  tags: z.array(z.string()),
});

export const tableState = z.discriminatedUnion('phase', [
  z.object({ phase: z.literal('reading') }),
  z.object({
    phase: z.literal('ready'),
    /** Lines there are; at least so many when not exact. */
    lineCount: z.number(),
    taskCount: z.number(),
    isExact: z.boolean(),
    /** What a person should know, such as that the server did not do all of the filtering. */
    notes: z.array(z.string()),
  }),
  z.object({ phase: z.literal('failed'), failure: failureSchema }),
]);
export type TableState = z.infer<typeof tableState>;

export const hostMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('open'), ref: tableRef, connectionLabel: z.string() }),
  z.object({ type: z.literal('catalog'), catalog: catalogSchema }),
  z.object({ type: z.literal('views'), views: savedViews }),
  /** How open panels draw tasks of this connection: places in the palette. Others have no look. */
  z.object({ type: z.literal('looks'), looks: z.array(z.object({ id: z.string(), look: place })) }),
  z.object({ type: z.literal('state'), viewId: z.number(), state: tableState }),
  z.object({
    type: z.literal('lines'),
    viewId: z.number(),
    from: z.number(),
    lines: z.array(lineSchema),
    /** True: lines elsewhere may have changed as well and are to be asked for again. */
    isFresh: z.boolean(),
  }),
  /** The command behind a button has ended. */
  z.object({ type: z.literal('acted'), requestId: z.number() }),
]);
export type HostMessage = z.infer<typeof hostMessage>;

const taskIds = z.array(z.string()).check(z.minLength(1), z.maxLength(5_000));

export const ROW_COMMANDS = ['openConsole', 'openInBrowser'] as const;
export type RowCommand = (typeof ROW_COMMANDS)[number];

export const pageMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('view'), viewId: z.number(), view: viewSchema }),
  /** Lines `from` to before `to` are on screen; `isKnown` when the page has them and only wants them kept true. */
  z.object({
    type: z.literal('window'),
    viewId: z.number(),
    from: place,
    to: place,
    isKnown: z.boolean(),
  }),
  z.object({
    type: z.literal('act'),
    requestId: z.number(),
    action: z.enum(TASK_ACTIONS),
    ids: taskIds,
  }),
  z.object({ type: z.literal('open'), ids: taskIds }),
  z.object({ type: z.literal('compare'), ids: taskIds }),
  z.object({ type: z.literal('showCurves'), ids: taskIds }),
  z.object({ type: z.literal('command'), command: z.enum(ROW_COMMANDS), id: z.string() }),
  z.object({ type: z.literal('copy'), text: z.string().check(z.maxLength(5_000_000)) }),
  z.object({
    type: z.literal('saveView'),
    name: z.string().check(z.minLength(1), z.maxLength(100)),
    view: viewSchema,
  }),
  z.object({ type: z.literal('deleteView'), name: z.string() }),
  z.object({ type: z.literal('retry') }),
]);
export type PageMessage = z.infer<typeof pageMessage>;

/** What `setState` holds and the serializer gets back. */
export const persistedState = z.object({ ref: tableRef, view: viewSchema });
export type PersistedState = z.infer<typeof persistedState>;

export type TableCatalogView = z.infer<typeof catalogSchema>;
