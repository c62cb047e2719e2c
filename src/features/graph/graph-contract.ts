/** What a dependency panel and the extension say to each other. The host owns the state; both ends check what comes. */
import * as z from 'zod/mini';
import { TASK_STATUSES } from '../../core/status';
import { failureSchema } from '../panels/failure-schema';
import { taskMenu } from '../panels/task-menu';

const id = z.string().check(z.minLength(1));

export const graphScope = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('task'), taskId: id }),
  z.object({ kind: z.literal('project'), projectId: id }),
]);

/** Which graph a panel shows. */
export const graphRef = z.object({ connectionId: id, scope: graphScope });
export type GraphRef = z.infer<typeof graphRef>;

const node = z.object({
  id: z.string(),
  label: z.string(),
  taskId: z.exactOptional(z.string()),
  status: z.enum(TASK_STATUSES),
  word: z.exactOptional(z.string()),
  type: z.exactOptional(z.string()),
  stage: z.exactOptional(z.string()),
  isMissing: z.exactOptional(z.boolean()),
  reason: z.exactOptional(z.string()),
});
const edge = z.object({ from: z.string(), to: z.string(), label: z.exactOptional(z.string()) });

export const graphSchema = z.object({
  title: z.string(),
  nodes: z.array(node),
  edges: z.array(edge),
  focusId: z.exactOptional(z.string()),
  isPartial: z.exactOptional(z.boolean()),
  notes: z.array(z.string()),
});

/** What the store knows of a node's task, newer than the graph. */
export const nodeState = z.object({
  taskId: z.string(),
  label: z.string(),
  status: z.enum(TASK_STATUSES),
  menu: taskMenu,
});
export type NodeState = z.infer<typeof nodeState>;

export const graphHostMessage = z.discriminatedUnion('type', [
  /** First answer to `ready`: what to keep, so that the panel can be restored. */
  z.object({ type: z.literal('open'), ref: graphRef }),
  z.object({ type: z.literal('reading') }),
  z.object({ type: z.literal('graph'), graph: graphSchema }),
  /** Only tasks that changed; places stay. */
  z.object({ type: z.literal('states'), states: z.array(nodeState) }),
  /** A graph that was there before stays. */
  z.object({ type: z.literal('failed'), failure: failureSchema }),
]);
export type GraphHostMessage = z.infer<typeof graphHostMessage>;

export const graphPanelMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('openTask'), taskId: id }),
  z.object({ type: z.literal('retry') }),
]);
export type GraphPanelMessage = z.infer<typeof graphPanelMessage>;

/** What `setState` holds and the serializer gets back. */
export const graphPersisted = z.object({ ref: graphRef, folded: z._default(z.array(z.string()), []) });
export type GraphPersisted = z.infer<typeof graphPersisted>;
