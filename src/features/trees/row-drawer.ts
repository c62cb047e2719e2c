import type { EpochMs } from '../../core/entities';
import type { Connections, ConnectionSession } from '../../store/contract';
import { connectionRow, connectionTooltip } from './connection-row';
import { contextValue } from './context-value';
import { errorRow, errorTooltip, hintRow, loadingRow, loadMoreRow } from './message-rows';
import type { RowModel } from './row-model';
import type { TreeNode } from './tree-nodes';
import { listingOf, type TreeSource } from './tree-source';

/** Draws the rows that every view has in common, and asks the view's source for its own. */
export class RowDrawer {
  constructor(
    private readonly connections: Connections,
    private readonly source: TreeSource,
  ) {}

  row(node: TreeNode, now: EpochMs): RowModel {
    const session = this.connections.get(node.connectionId);
    return (session && this.rowIn(session, node, now)) ?? goneRow(node);
  }

  tooltip(node: TreeNode, now: EpochMs): string | undefined {
    const session = this.connections.get(node.connectionId);
    if (!session) {
      return undefined;
    }
    switch (node.kind) {
      case 'connection':
        return connectionTooltip(session.info, session.state);
      case 'error': {
        const listing = listingOf(session, node.need);
        return listing?.error && errorTooltip(listing.error, listing.loadedAt);
      }
      default:
        return this.source.tooltip(session, node, now);
    }
  }

  private rowIn(session: ConnectionSession, node: TreeNode, now: EpochMs): RowModel | undefined {
    switch (node.kind) {
      case 'connection':
        return connectionRow(session.info, session.state, this.connections.active() === session);
      case 'hint':
        return hintRow(node);
      case 'loading':
        return loadingRow(node);
      case 'loadMore': {
        const { store } = session;
        const { need } = node;
        const { items, isLoading } =
          need.kind === 'tasks' ? store.tasks(need.query) : store.models(need.query);
        return loadMoreRow(node, items.length, isLoading);
      }
      case 'error': {
        const listing = listingOf(session, node.need);
        const isStale = listing?.isLoaded === true;
        return errorRow(node, listing?.error, { isLocal: session.info.isLocal, isStale });
      }
      case 'project':
      case 'group':
      case 'model':
      case 'dataset':
      case 'datasetFile':
      case 'task':
      case 'queue':
      case 'worker':
      case 'load':
        return this.source.row(session, node, now);
    }
  }
}

/** Shown for the moment between an entity's end and the next comparison. */
function goneRow(node: TreeNode): RowModel {
  return {
    label: 'Not there any more',
    icon: { id: 'question' },
    contextValue: contextValue({ kind: node.kind }),
    collapsible: 'none',
    accessibleLabel: 'Not there any more',
  };
}
