import { TASK_ACTIONS, type TaskAction } from '../../core/actions';
import { hasFeature } from './api-level';

export interface TaskState {
  /** ClearML's word. */
  readonly status: string;
  readonly isArchived: boolean;
  /** A public example: belongs to nobody here. */
  readonly isReadOnly: boolean;
}

interface Rule {
  /** Statuses it is offered in; absent: all of them. */
  readonly from?: readonly string[];
  /** Whether the task must be in the archive, or must not be; absent: either. */
  readonly isArchived?: boolean;
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
const RULES: Readonly<Record<TaskAction, readonly Rule[]>> = {
  enqueue: [{ from: ['created', 'stopped', 'failed'], isArchived: false }],
  requeue: [{ from: ['queued'], isArchived: false }],
  dequeue: [{ from: ['queued'] }],
  stop: [{ from: ['queued', 'in_progress'] }],
  reset: [{ from: ['queued', 'in_progress', 'stopped', 'closed', 'failed', 'completed'] }],
  rerun: [],
  clone: [{}],
  publish: [{ from: ['stopped', 'closed', 'failed', 'completed'], isArchived: false }],
  complete: [{ from: ['in_progress', 'stopped'], isArchived: false }],
  fail: [{ from: ['in_progress', 'stopped', 'closed'], isArchived: false }],
  archive: [{ from: AT_REST, isArchived: false }],
  unarchive: [{ isArchived: true }],
  delete: [{ from: ['created'] }, { from: AT_REST, isArchived: true }],
  rename: [{}],
  tag: [{}],
  comment: [{}],
  // Newer servers take parameters of a waiting task too, when they are told that this is meant.
  edit: [{ from: ['created', 'queued'], isArchived: false }],
  move: [{}],
};

/** What the server allows for a task in this state and Trackside therefore offers. */
export function allowedActions(state: TaskState, apiVersion: string | undefined): readonly TaskAction[] {
  if (state.isReadOnly) {
    return ['clone'];
  }
  const isLocked = state.status === 'queued' && !hasFeature(apiVersion, 'editsWhileQueued');
  return TASK_ACTIONS.filter(
    (action) => RULES[action].some((rule) => fits(rule, state)) && !(isLocked && action === 'edit'),
  );
}

function fits({ from, isArchived }: Rule, state: TaskState): boolean {
  return (
    (from === undefined || from.includes(state.status)) &&
    (isArchived === undefined || isArchived === state.isArchived)
  );
}
