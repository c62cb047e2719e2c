/** What a person can do to a task. A backend says per task which of these its state allows. */
export const TASK_ACTIONS = [
  'enqueue',
  'dequeue',
  'stop',
  'reset',
  'clone',
  'publish',
  'archive',
  'unarchive',
  'delete',
  'rename',
  'tag',
] as const;

export type TaskAction = (typeof TASK_ACTIONS)[number];

/** One action with what it needs. Backends switch on `action` exhaustively. */
export type TaskActionRequest =
  | { readonly action: 'enqueue'; readonly queueId: string }
  | { readonly action: 'dequeue' }
  | { readonly action: 'stop' }
  | { readonly action: 'reset' }
  | { readonly action: 'clone'; readonly name?: string }
  | { readonly action: 'publish' }
  | { readonly action: 'archive' }
  | { readonly action: 'unarchive' }
  | { readonly action: 'delete' }
  | { readonly action: 'rename'; readonly name: string }
  | { readonly action: 'tag'; readonly add: readonly string[]; readonly remove: readonly string[] };

/** What an action did. `createdTaskId` is set by `clone`. */
export interface TaskActionOutcome {
  readonly createdTaskId?: string;
  /** A sentence for the person when the server accepted but did not finish, such as "Stopping: the worker has been asked". */
  readonly note?: string;
}

/** Actions that lose something and are therefore confirmed by name before they run. */
export function isDestructive(action: TaskAction): boolean {
  return action === 'reset' || action === 'delete';
}
