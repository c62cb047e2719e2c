import type { TaskAction } from '../../src/core/actions';

/** What the menu of rows calls the actions; `…` where the command asks something first. */
export const ACTION_LABELS: Readonly<Record<TaskAction, string>> = {
  enqueue: 'Enqueue…',
  requeue: 'Move to Another Queue…',
  dequeue: 'Dequeue',
  stop: 'Stop',
  reset: 'Reset…',
  rerun: 'Run Again…',
  clone: 'Clone',
  publish: 'Publish…',
  complete: 'Mark as Completed',
  fail: 'Mark as Failed…',
  archive: 'Archive',
  unarchive: 'Unarchive',
  delete: 'Delete…',
  rename: 'Rename…',
  tag: 'Edit Tags…',
  comment: 'Edit Comment…',
  edit: 'Edit Parameters…',
  move: 'Move to Project…',
};

/** These work on one task. */
export const SINGLE: ReadonlySet<TaskAction> = new Set(['rename', 'comment', 'edit']);
