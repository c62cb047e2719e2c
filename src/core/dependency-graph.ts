import type { TaskStatus } from './status';

/** What depends on what, as a server tells it. May hold cycles and edges to nodes that are gone: nothing is assumed. */
export interface DependencyGraph {
  /** Names the graph for people, such as the pipeline's or the project's name. */
  readonly title: string;
  readonly nodes: readonly DependencyNode[];
  readonly edges: readonly DependencyEdge[];
  /** The node it was asked about. */
  readonly focusId?: string;
  /** True while more is being read: nodes and edges may be missing, and statuses unknown. */
  readonly isPartial?: boolean;
  /** Sentences about what the server leaves out, such as "Jobs that were deleted are not listed". */
  readonly notes: readonly string[];
}

export interface DependencyNode {
  /** Unique within the graph; not always a task's id: a pipeline's step has a node before it has a task. */
  readonly id: string;
  readonly label: string;
  /** Absent for a step that has not become a task yet, and for what is gone. */
  readonly taskId?: string;
  readonly status: TaskStatus;
  /** Shown in place of the status where the server's own word says more, such as `Skipped` or `Cached`. */
  readonly word?: string;
  /** The server's word for the kind of node, such as `controller` or `dataset`. */
  readonly type?: string;
  /** Nodes of one stage can be folded together. */
  readonly stage?: string;
  /** True where an edge names it but the server has it no more. */
  readonly isMissing?: boolean;
  /** Why it is as it is, such as "blocked by 42, which failed". */
  readonly reason?: string;
}

/** `to` waits for `from`, or came from it. Both are ids of nodes. */
export interface DependencyEdge {
  readonly from: string;
  readonly to: string;
  readonly label?: string;
}

/** What a graph is asked for. */
export type DependencyScope =
  | { readonly kind: 'task'; readonly taskId: string }
  | { readonly kind: 'project'; readonly projectId: string };
