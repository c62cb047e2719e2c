/** What the live panel of several runs and the extension say to each other, beside what every page of curves does. */
import * as z from 'zod/mini';
import { LOOK_COLOURS, LOOK_DASHES } from '../../core/run-looks';
import { TASK_STATUSES } from '../../core/status';
import { taskRef } from '../../core/task-ref';
import { failureSchema } from '../panels/failure-schema';
import { taskMenu } from '../panels/task-menu';
import { beginning, feedMessage, updateMessage } from './panel-contract';
import { viewState } from './view-contract';

export const look = z.number().check(z.int(), z.gte(0), z.lt(LOOK_COLOURS * LOOK_DASHES));

export const runView = z.object({
  /** `runKey` (core/task-ref.ts): the `run` of this run's series. */
  key: z.string(),
  ref: taskRef,
  name: z.string(),
  /** Null until the task is known. */
  status: z.nullable(z.enum(TASK_STATUSES)),
  projectName: z.nullable(z.string()),
  connectionLabel: z.string(),
  tags: z.array(z.string()),
  /** Null until the task is known. */
  menu: z.nullable(taskMenu),
  /** What its steps count, where that is no iteration (backends/contract.ts). */
  stepNoun: z.nullable(z.string()),
  /** A place in the palette; the same in every panel. */
  look,
  phase: z.enum(['waiting', 'reading', 'read', 'failed']),
  /** Why there are no points, or no new ones. */
  failure: z.nullable(failureSchema),
});
export type RunView = z.infer<typeof runView>;

export const runParameters = z.object({
  key: z.string(),
  /** Null where they could not be read, or the server keeps none. */
  parameters: z.nullable(z.array(z.object({ section: z.string(), name: z.string(), value: z.string() }))),
});
export type RunParameters = z.infer<typeof runParameters>;

export const runsHostMessage = z.discriminatedUnion('type', [
  /** Sent to a page that loads, as the first answer to `ready`, and when runs are added or taken out: what to keep for a restore. */
  z.object({ type: z.literal('openRuns'), refs: z.array(taskRef), ...beginning }),
  /** All runs of the panel, as they are now. */
  z.object({ type: z.literal('runs'), runs: z.array(runView) }),
  /** Answer to `wantParameters`, in pieces as they are read. */
  z.object({ type: z.literal('runParameters'), runs: z.array(runParameters) }),
  feedMessage,
  updateMessage,
]);
export type RunsHostMessage = z.infer<typeof runsHostMessage>;

/** What `setState` holds and the serializer gets back. */
export const runsPersistedState = z.object({
  refs: z.array(taskRef).check(z.minLength(1)),
  view: viewState,
});
export type RunsPersistedState = z.infer<typeof runsPersistedState>;
