import type { EpochMs } from '../../core/entities';
import type { TracksideError } from '../../core/errors';
import type { Event } from '../../core/emitter';
import type { ConnectionSession, Listing, StoreNeed } from '../../store/contract';
import type { RowModel } from './row-model';
import { errorNode, hintNode, loadingNode, type Hint, type TreeNode } from './tree-nodes';

/** Words around a view's rows. */
export interface ViewHeader {
  /** Beside the view's title. */
  readonly description?: string;
  /** Above its rows. */
  readonly message?: string;
}

/** What one view shows of one connection. Reads the store, never the server; keeps nothing. */
export interface TreeSource {
  /** Rows below `parent`; `undefined` = the connection itself. */
  children(session: ConnectionSession, parent: TreeNode | undefined): readonly TreeNode[];
  /** What must be fresh while those rows are on display. */
  needs(session: ConnectionSession, parent: TreeNode | undefined): readonly StoreNeed[];
  /** Rows of this view; undefined when its entity is gone. Connections and messages are drawn by the tree itself. */
  row(session: ConnectionSession, node: TreeNode, now: EpochMs): RowModel | undefined;
  tooltip(session: ConnectionSession, node: TreeNode, now: EpochMs): string | undefined;
  header?(): ViewHeader;
  /** Fires when something else than the store changes what is shown, such as a filter. */
  readonly onDidChange?: Event<void>;
}

/** Where rows stand, and what was read to know them. */
export interface RowsPlace {
  readonly connectionId: string;
  readonly parentId: string;
  readonly need: StoreNeed;
}

/** Rows of a listing with what must be said about it: why it failed, that it loads, that it is empty. */
export function rowsOf(
  { connectionId, parentId, need }: RowsPlace,
  listing: Listing<unknown>,
  rows: readonly TreeNode[],
  emptyHint: Hint,
): readonly TreeNode[] {
  const failed = listing.error ? [errorNode(connectionId, parentId, need)] : [];
  if (!listing.isLoaded) {
    return failed.length > 0 ? [...failed, ...rows] : [...rows, loadingNode(connectionId, parentId)];
  }
  const isEmpty = rows.length === 0 && failed.length === 0;
  return isEmpty ? [hintNode(connectionId, parentId, emptyHint)] : [...failed, ...rows];
}

/** What is said where there are no tasks: launching a script is only of use where it puts one there. */
export function noTasksHint({ openBackend }: ConnectionSession): Hint {
  const takesScripts = openBackend === undefined || (openBackend.launch ?? openBackend.record) !== undefined;
  return takesScripts ? 'noTasks' : 'noTasksThere';
}

/** Why the read behind an error row failed last. */
export function failureOf(session: ConnectionSession, need: StoreNeed): TracksideError | undefined {
  return listingOf(session, need)?.error;
}

/** The list behind an error row; undefined for a single task. */
export function listingOf({ store }: ConnectionSession, need: StoreNeed): Listing<unknown> | undefined {
  switch (need.kind) {
    case 'projects':
      return store.projects();
    case 'groups':
      return store.groups();
    case 'queues':
      return store.queues();
    case 'workers':
      return store.workers();
    case 'models':
      return store.models(need.query);
    case 'datasets':
      return store.datasets();
    case 'datasetContents':
      return store.datasetContents(need.datasetId);
    case 'tasks':
      return store.tasks(need.query);
    case 'task':
      return undefined;
  }
}
