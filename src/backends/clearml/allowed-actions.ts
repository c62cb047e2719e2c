import type { TaskAction } from '../../core/actions';

export interface TaskState {
  /** ClearML's word. */
  readonly status: string;
  readonly isArchived: boolean;
  /** A public example: belongs to nobody here. */
  readonly isReadOnly: boolean;
}

const AT_REST: readonly string[] = [
  'created',
  'stopped',
  'closed',
  'failed',
  'completed',
  'published',
  'unknown',
];

/**
 * From which states an action is offered. Follows the server's transition table and is narrower where that would
 * surprise: dequeue of a running task would force it back to draft, archiving one would stop it.
 */
const FROM: Readonly<Partial<Record<TaskAction, readonly string[]>>> = {
  enqueue: ['created', 'stopped', 'failed'],
  dequeue: ['queued'],
  stop: ['queued', 'in_progress'],
  reset: ['queued', 'in_progress', 'stopped', 'closed', 'failed', 'completed'],
  publish: ['stopped', 'closed', 'failed', 'completed'],
  archive: AT_REST,
};

const ORDER: readonly TaskAction[] = [
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
];

/** What the server allows for a task in this state and Trackside therefore offers. */
export function allowedActions(state: TaskState): readonly TaskAction[] {
  return state.isReadOnly ? ['clone'] : ORDER.filter((action) => isAllowed(action, state));
}

function isAllowed(action: TaskAction, { status, isArchived }: TaskState): boolean {
  switch (action) {
    case 'clone':
    case 'rename':
    case 'tag':
      return true;
    case 'unarchive':
      return isArchived;
    case 'delete':
      return status === 'created' || (isArchived && AT_REST.includes(status));
    case 'archive':
    case 'enqueue':
    case 'publish':
      return !isArchived && (FROM[action]?.includes(status) ?? false);
    case 'dequeue':
    case 'stop':
    case 'reset':
      return FROM[action]?.includes(status) ?? false;
  }
}
