import type { TaskAction } from '../../core/actions';
import type { TaskStatus } from '../../core/status';
import { COMMANDS, type CommandId } from '../../platform/command-ids';

/** What an action is called in sentences, and where to look for tasks that allow it. */
export interface ActionWords {
  readonly command: CommandId;
  /** `Stop`: title of pickers and buttons. */
  readonly title: string;
  /** `stopped`: in summaries, and after "cannot be". */
  readonly done: string;
  /** Statuses in which the action can be allowed at all; absent: any. */
  readonly statuses?: readonly TaskStatus[];
  readonly isAboutArchived?: boolean;
  /** Said when no task allows it. */
  readonly none: string;
}

export const ACTION_WORDS: Readonly<Record<TaskAction, ActionWords>> = {
  enqueue: {
    command: COMMANDS.enqueueTask,
    title: 'Enqueue',
    done: 'enqueued',
    none: 'Nothing to enqueue: no task here can be enqueued. Reset one first, or clone it.',
  },
  requeue: {
    command: COMMANDS.requeueTask,
    title: 'Move to Another Queue',
    done: 'moved to another queue',
    statuses: ['queued'],
    none: 'Nothing to move: no task is waiting in a queue.',
  },
  dequeue: {
    command: COMMANDS.dequeueTask,
    title: 'Dequeue',
    done: 'dequeued',
    statuses: ['queued'],
    none: 'Nothing to dequeue: no task is waiting in a queue.',
  },
  stop: {
    command: COMMANDS.stopTask,
    title: 'Stop',
    done: 'stopped',
    statuses: ['running', 'queued'],
    none: 'Nothing to stop: no task is running.',
  },
  reset: {
    command: COMMANDS.resetTask,
    title: 'Reset',
    done: 'reset',
    none: 'Nothing to reset: no task here can be reset.',
  },
  rerun: {
    command: COMMANDS.rerunTask,
    title: 'Run Again',
    done: 'run again',
    none: 'Nothing to run again: no task here is of a server that starts runs by itself. Clone one instead.',
  },
  clone: {
    command: COMMANDS.cloneTask,
    title: 'Clone',
    done: 'cloned',
    none: 'Nothing to clone: there is no task yet.',
  },
  publish: {
    command: COMMANDS.publishTask,
    title: 'Publish',
    done: 'published',
    statuses: ['completed', 'stopped', 'failed'],
    none: 'Nothing to publish: no task here has ended without being published.',
  },
  complete: {
    command: COMMANDS.completeTask,
    title: 'Mark as Completed',
    done: 'marked as completed',
    statuses: ['running', 'stopped'],
    none: 'Nothing to mark: no task is running or was stopped.',
  },
  fail: {
    command: COMMANDS.failTask,
    title: 'Mark as Failed',
    done: 'marked as failed',
    statuses: ['running', 'stopped', 'completed'],
    none: 'Nothing to mark: no task is running or was stopped.',
  },
  archive: {
    command: COMMANDS.archiveTask,
    title: 'Archive',
    done: 'archived',
    none: 'Nothing to archive: no task here can be archived.',
  },
  unarchive: {
    command: COMMANDS.unarchiveTask,
    title: 'Unarchive',
    done: 'taken out of the archive',
    isAboutArchived: true,
    none: 'Nothing to unarchive: no task is archived.',
  },
  delete: {
    command: COMMANDS.deleteTask,
    title: 'Delete',
    done: 'deleted',
    none: 'Nothing to delete: no task here can be deleted. Archive or reset one first.',
  },
  rename: {
    command: COMMANDS.renameTask,
    title: 'Rename',
    done: 'renamed',
    none: 'Nothing to rename: no task here can be renamed.',
  },
  tag: {
    command: COMMANDS.editTags,
    title: 'Edit Tags',
    done: 'tagged',
    none: 'Nothing to tag: no task here can be tagged.',
  },
  comment: {
    command: COMMANDS.editComment,
    title: 'Edit Comment',
    done: 'commented',
    none: 'Nothing to comment: there is no task of yours.',
  },
  edit: {
    command: COMMANDS.editInputs,
    title: 'Edit Parameters',
    done: 'edited',
    statuses: ['draft', 'queued'],
    none: 'Nothing to edit: only tasks that have not started can be given other parameters. Clone one first.',
  },
  move: {
    command: COMMANDS.moveTask,
    title: 'Move to Project',
    done: 'moved to another project',
    none: 'Nothing to move: there is no task of yours.',
  },
};
