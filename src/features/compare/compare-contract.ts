/**
 * Everything that a comparison and the extension say to each other. The host reads the runs and keeps them true; the
 * page computes and shows rows and pictures of them. Both ends check what they receive.
 */
import * as z from 'zod/mini';
import type { RunContent } from '../../core/comparison';
import { TASK_STATUSES } from '../../core/status';
import { taskRef } from '../../core/task-ref';
import { METRIC_FIGURES } from '../../core/task-table';
import { failureSchema } from '../panels/failure-schema';
import { pictureFile } from '../panels/picture-schema';

/** Runs that one comparison takes. */
export const MOST_RUNS = 200;

/** A double on its way through JSON, which has no NaN and no infinities. */
const wireNumber = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]);
export type WireNumber = z.infer<typeof wireNumber>;

export function toWire(value: number | undefined): WireNumber | null {
  if (value === undefined || Number.isFinite(value)) {
    return value ?? null;
  }
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}

const fact = z.object({
  section: z.string(),
  name: z.string(),
  value: z.union([z.string(), z.number()]),
  format: z.enum(['text', 'moment', 'duration']),
});

const wireMetric = z.object({
  metric: z.string(),
  variant: z.string(),
  last: z.nullable(wireNumber),
  min: z.nullable(wireNumber),
  max: z.nullable(wireNumber),
});

export const TEXT_KINDS = ['diff', 'script', 'packages', 'setupScript', 'configuration'] as const;

const textRef = z.object({ kind: z.enum(TEXT_KINDS), name: z.string() });
export type TextRef = z.infer<typeof textRef>;

/** {@link RunContent} as it is sent. */
const wireContent = z.object({
  name: z.string(),
  status: z.enum(TASK_STATUSES),
  serverStatus: z.string(),
  isStopping: z.boolean(),
  parameters: z.nullable(z.array(z.object({ section: z.string(), name: z.string(), value: z.string() }))),
  metrics: z.nullable(z.array(wireMetric)),
  facts: z.array(fact),
  texts: z.nullable(
    z.array(
      z.object({
        ...textRef.shape,
        label: z.string(),
        lineCount: z.number(),
        digest: z.string(),
      }),
    ),
  ),
  hasConsole: z.boolean(),
});
export type WireContent = z.infer<typeof wireContent>;

export function contentOfWire({ metrics, ...rest }: WireContent): RunContent {
  const number = (value: WireNumber | null): number | null => (value === null ? null : Number(value));
  return {
    ...rest,
    metrics:
      metrics?.map(({ metric, variant, last, min, max }) => ({
        metric,
        variant,
        last: number(last),
        min: number(min),
        max: number(max),
      })) ?? null,
  };
}

export const runState = z.discriminatedUnion('phase', [
  z.object({ phase: z.literal('reading') }),
  z.object({
    phase: z.literal('ready'),
    content: wireContent,
    /** Why what is shown could not be read again; null while it is up to date. */
    staleReason: z.nullable(z.string()),
  }),
  z.object({ phase: z.literal('failed'), failure: failureSchema }),
]);
export type RunState = z.infer<typeof runState>;

const refs = z.array(taskRef).check(z.maxLength(MOST_RUNS));

/** Places in the palette, in the order of `refs`. */
const looks = z.array(z.int().check(z.gte(0))).check(z.maxLength(MOST_RUNS));

export const hostMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('open'),
    refs,
    /** In the order of `refs`. */
    connectionLabels: z.array(z.string()),
    looks,
  }),
  /** A person gave a run another look, in whichever panel. */
  z.object({ type: z.literal('looks'), looks }),
  z.object({ type: z.literal('run'), key: z.string(), state: runState }),
]);
export type HostMessage = z.infer<typeof hostMessage>;

const keys = z.array(z.string()).check(z.minLength(1), z.maxLength(MOST_RUNS));

export const pageMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  /** Both sides in the editor's own view of differences; without `base` the text alone. */
  z.object({ type: z.literal('text'), text: textRef, base: z.nullable(z.string()), key: z.string() }),
  z.object({ type: z.literal('console'), base: z.nullable(z.string()), key: z.string() }),
  z.object({ type: z.literal('openTask'), key: z.string() }),
  z.object({ type: z.literal('curves'), keys }),
  /** Runs whose point or line is pointed at now; none: nothing is. */
  z.object({ type: z.literal('pointAt'), runs: z.array(z.string()).check(z.maxLength(MOST_RUNS)) }),
  z.object({ type: z.literal('copy'), text: z.string().check(z.maxLength(20_000_000)) }),
  z.object({ type: z.literal('saveReport'), text: z.string().check(z.maxLength(20_000_000)) }),
  z.object({ type: z.literal('savePicture'), name: z.string(), ...pictureFile }),
  z.object({ type: z.literal('retry') }),
]);
export type PageMessage = z.infer<typeof pageMessage>;

export const COMPARE_TABS = ['parameters', 'metrics', 'environment', 'files', 'scatter', 'parallel'] as const;
export type CompareTab = (typeof COMPARE_TABS)[number];

const axisChoice = z.object({ id: z.string(), isLogarithmic: z.boolean() });
export type AxisChoice = z.infer<typeof axisChoice>;

const brush = z.discriminatedUnion('kind', [
  z.object({ id: z.string(), kind: z.literal('number'), from: z.number(), to: z.number() }),
  z.object({ id: z.string(), kind: z.literal('category'), names: z.array(z.string()) }),
]);

/** How a comparison is looked at; the page's own. */
export const viewSchema = z.object({
  tab: z.enum(COMPARE_TABS),
  /** Null: none. */
  baseline: z.nullable(z.string()),
  /** False: only rows in which runs differ. */
  showsEqual: z.boolean(),
  /** Runs that are left out of tables and pictures. */
  hidden: z.array(z.string()),
  filter: z.string(),
  figures: z.array(z.enum(METRIC_FIGURES)),
  /** Rows by their value in this run; null: by name. */
  rowOrder: z.nullable(z.object({ key: z.string(), isDescending: z.boolean() })),
  /** Runs by their value in this row; null: as they were chosen. */
  runOrder: z.nullable(z.object({ rowId: z.string(), isDescending: z.boolean() })),
  scatter: z.object({ x: z.nullable(axisChoice), y: z.nullable(axisChoice) }),
  /** Null: until the person chooses, the first that differ. */
  parallel: z.nullable(z.array(axisChoice)),
  brushes: z.array(brush),
});
export type CompareView = z.infer<typeof viewSchema>;

/** What `setState` holds and the serializer gets back. */
export const persistedState = z.object({ refs, view: z.nullable(viewSchema) });
export type PersistedState = z.infer<typeof persistedState>;
