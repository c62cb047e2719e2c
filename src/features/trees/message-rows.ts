import { MOST_DATASET_PATHS } from '../../core/datasets';
import type { EpochMs } from '../../core/entities';
import type { TracksideError } from '../../core/errors';
import { COMMANDS } from '../../platform/command-ids';
import { contextValue } from './context-value';
import { factSheet } from './markdown-text';
import { commandOn, type RowModel } from './row-model';
import { momentText } from './relative-time';
import type { ErrorNode, Hint, HintNode, LoadingNode, LoadMoreNode } from './tree-nodes';

interface HintText {
  readonly label: string;
  readonly description?: string;
  readonly icon: string;
  readonly command?: { readonly id: RowCommandId; readonly title: string };
}
type RowCommandId = NonNullable<RowModel['command']>['id'];

const LAUNCH = { id: COMMANDS.launchCurrentFile, title: 'Launch Current File as Task' };

const HINT_TEXTS: Readonly<Record<Hint, HintText>> = {
  noTasks: {
    // The first row that people see, in a narrow view: what to do comes first.
    label: 'No tasks yet. Launch a script',
    description: 'by the play button of an open Python file, or by selecting this row',
    icon: 'rocket',
    command: LAUNCH,
  },
  noTasksThere: { label: 'No tasks yet', icon: 'info' },
  noMatch: {
    label: 'No task matches the filter.',
    description: 'Clear it to see all tasks',
    icon: 'filter',
    command: { id: COMMANDS.clearTaskFilter, title: 'Clear Task Filter' },
  },
  emptyProject: { label: 'No tasks in this project', icon: 'info' },
  emptyGroup: { label: 'Nothing here any more', icon: 'info' },
  emptyList: { label: 'Nothing here yet', icon: 'info' },
  emptyDataset: { label: 'No files in this dataset', icon: 'info' },
  moreFiles: {
    label: `Only the first ${MOST_DATASET_PATHS} files are listed`,
    icon: 'info',
  },
  emptyQueue: { label: 'Nothing is waiting', icon: 'info' },
  idleWorker: { label: 'Waits for tasks', icon: 'info' },
  noQueues: {
    label: 'No queues yet',
    description: 'A task is enqueued to a queue; a worker takes it from there',
    icon: 'info',
  },
  noWorkers: {
    label: 'No worker is connected',
    description: 'Enqueued tasks wait until one is',
    icon: 'info',
  },
  noQueueAbility: { label: 'This server has no queues', icon: 'info' },
  noWorkerAbility: { label: 'This server does not tell its workers', icon: 'info' },
};

export function hintRow({ hint }: HintNode): RowModel {
  const { label, description, icon, command } = HINT_TEXTS[hint];
  return {
    label,
    ...(description === undefined ? {} : { description }),
    icon: { id: icon },
    contextValue: contextValue({ kind: 'hint' }),
    collapsible: 'none',
    ...(command ? { command: { ...command, arguments: [] } } : {}),
    accessibleLabel: description === undefined ? label : `${label}. ${description}`,
  };
}

export function loadingRow(_node: LoadingNode): RowModel {
  return {
    label: 'Loading…',
    icon: { id: 'loading~spin' },
    contextValue: contextValue({ kind: 'loading' }),
    collapsible: 'none',
    accessibleLabel: 'Loading',
  };
}

export function loadMoreRow(node: LoadMoreNode, shownCount: number, isLoading: boolean): RowModel {
  const description = isLoading ? 'loading…' : `${shownCount.toLocaleString('en-US')} shown`;
  return {
    label: 'Load more…',
    description,
    icon: { id: isLoading ? 'loading~spin' : 'ellipsis' },
    contextValue: contextValue({ kind: 'loadMore' }),
    collapsible: 'none',
    command: commandOn(node, COMMANDS.loadMore, 'Load More'),
    accessibleLabel: `Load more ${node.need.kind}, ${description}`,
  };
}

/**
 * Cause and next step, and that the rows below are older where there are some; activating it tries again, or asks for
 * other keys where these are no longer taken. That comes first then: a narrow view cuts what stands at the end.
 */
export function errorRow(
  node: ErrorNode,
  error: TracksideError | undefined,
  { isLocal = false, isStale = false }: { readonly isLocal?: boolean; readonly isStale?: boolean } = {},
): RowModel {
  const { message: cause, nextStep } = error ?? { message: 'Could not be read.', nextStep: '' };
  const wantsKeys = error?.kind === 'unauthorized' && !isLocal;
  const [label, after] = wantsKeys ? ['Sign in again', cause] : [cause, 'Select to try again'];
  const deed = wantsKeys ? 'Select to sign in again' : after;
  const stale = isStale ? ['Not up to date'] : [];
  return {
    label,
    description: [...stale, after].join(' · '),
    icon: { id: 'warning', color: 'list.warningForeground' },
    contextValue: contextValue({ kind: 'error' }),
    collapsible: 'none',
    command: wantsKeys
      ? commandOn(node, COMMANDS.signInAgain, 'Sign In Again')
      : commandOn(node, COMMANDS.refresh, 'Try Again'),
    accessibleLabel: `Error: ${cause} ${nextStep} ${[...stale, deed].join(' · ')}.`,
    subject: error,
  };
}

/** @param loadedAt when the rows below were read, if they were. */
export function errorTooltip(error: TracksideError, loadedAt?: EpochMs): string {
  return factSheet(error.message, [
    ['What to do', error.nextStep],
    ['Last read', loadedAt === undefined ? undefined : momentText(loadedAt)],
  ]);
}
