import { DisposableStore, type Disposable } from '../../core/disposable';
import { isCancelled, toTracksideError, TracksideError } from '../../core/errors';
import type { TaskRef } from '../../core/task-ref';
import { COMMANDS } from '../../platform/command-ids';
import type { ConnectionSession, StoreNeed } from '../../store/contract';
import { listBelow } from '../projects/list-below';
import { placeOf } from '../projects/place-lookup';
import { isTreeNode, type TreeNode } from '../trees/tree-nodes';
import { failureOf } from '../trees/tree-source';
import type { TaskCommandDeps } from './action-commands';
import { registerCopyCommands } from './copy-commands';
import { pickTask } from './pick-task';
import { refsOf, requireRow, targetOf } from './task-targets';

/** What these commands need of the editor. */
export interface NodeCommandDeps extends TaskCommandDeps {
  readonly copyText: (text: string) => Promise<void>;
  /** Opens an http(s) address in the browser. */
  readonly openExternal: (url: string) => Promise<void>;
}

/** Commands about rows: refresh, load more, copy id, open in the web UI. */
export function registerNodeCommands(deps: NodeCommandDeps): Disposable {
  const { commands } = deps.platform;
  const owned = new DisposableStore();
  owned.add(commands.register(COMMANDS.refresh, (node) => refresh(deps, node)));
  owned.add(commands.register(COMMANDS.loadMore, (node) => loadMore(deps, node)));
  owned.add(commands.register(COMMANDS.copyId, (node, nodes) => copyIds(deps, node, nodes)));
  owned.add(
    commands.register(COMMANDS.openInBrowser, (node, nodes, isCalledOnSomething = false) => {
      const page = modelPage(deps, node);
      if (page !== undefined) {
        return deps.openExternal(page);
      }
      const refs = refsOf(node, nodes);
      requireRow(refs, isCalledOnSomething);
      return openInBrowser(deps, refs);
    }),
  );
  owned.add(registerCopyCommands({ ...deps, modelPage: (node) => modelPage(deps, node) }));
  return owned;
}

/** Failures show as rows where they belong, never as a message. */
async function refresh({ platform, connections }: NodeCommandDeps, node: unknown): Promise<void> {
  const session = isTreeNode(node) ? connections.get(node.connectionId) : undefined;
  const need = session && isTreeNode(node) ? needOf(session, node) : undefined;
  const sessions = session ? [session] : connections.all();
  const reads = sessions.map(({ store }) => (need ? store.refresh(need) : store.refreshHeld()));
  for (const result of await Promise.allSettled(reads)) {
    if (result.status === 'rejected' && !isCancelled(result.reason)) {
      platform.logger.warn(`Refreshing failed: ${toTracksideError(result.reason).message}`);
    }
  }
}

function needOf(session: ConnectionSession, node: TreeNode): StoreNeed | undefined {
  switch (node.kind) {
    case 'error':
      return node.need;
    case 'task':
      return { kind: 'task', id: node.taskId };
    case 'project':
      return listBelow(session, node) ?? { kind: 'projects' };
    case 'group':
      return listBelow(session, node) ?? { kind: 'groups' };
    case 'dataset':
      return listBelow(session, node);
    case 'queue':
      return { kind: 'queues' };
    case 'worker':
      return { kind: 'workers' };
    default:
      return undefined;
  }
}

async function loadMore({ connections }: NodeCommandDeps, node: unknown): Promise<void> {
  if (!isTreeNode(node) || node.kind !== 'loadMore') {
    throw new TracksideError(
      'invalid',
      '“Load more” belongs to a row of a list.',
      'Use the row at the end of a list.',
    );
  }
  const session = connections.get(node.connectionId);
  try {
    await (node.need.kind === 'tasks'
      ? session?.store.loadMore(node.need.query)
      : session?.store.loadMoreModels(node.need.query));
  } catch (error) {
    // The list has an error row now.
    if (!session || !failureOf(session, node.need)) {
      throw error;
    }
  }
}

async function copyIds(
  { platform, connections, copyText }: NodeCommandDeps,
  node: unknown,
  nodes: unknown,
): Promise<void> {
  const given: readonly unknown[] = Array.isArray(nodes) && nodes.length > 0 ? nodes : [node];
  const ofRows = given.filter(isTreeNode).flatMap((row) => {
    const session = connections.get(row.connectionId);
    return session ? (idOf(session, row) ?? []) : [];
  });
  const ids = ofRows.length > 0 ? ofRows : refsOf(node, nodes).map(({ taskId }) => taskId);
  if (ids.length === 0) {
    throw new TracksideError(
      'invalid',
      'There is no id to copy here.',
      'Select a task, project, queue or worker.',
    );
  }
  await copyText(ids.join('\n'));
  platform.logger.debug(`Copied ${ids.length} ids.`);
}

function idOf(session: ConnectionSession, node: TreeNode): string | undefined {
  switch (node.kind) {
    case 'task':
      return node.taskId;
    case 'project':
      return placeOf(session, node)?.project?.id;
    case 'model':
      return node.modelId;
    case 'dataset':
      return node.datasetId;
    case 'queue':
      return node.queueId;
    case 'worker':
      return node.workerId;
    case 'connection':
    case 'group':
    case 'datasetFile':
    case 'load':
    case 'loadMore':
    case 'loading':
    case 'hint':
    case 'error':
      return undefined;
  }
}

/** The web page of a model's row. */
function modelPage({ connections }: Pick<NodeCommandDeps, 'connections'>, node: unknown): string | undefined {
  const row = isTreeNode(node) && node.kind === 'model' ? node : undefined;
  const url = row && connections.get(row.connectionId)?.store.model(row.modelId)?.webUrl;
  return url !== undefined && /^https?:\/\//iu.test(url) ? url : undefined;
}

async function openInBrowser(deps: NodeCommandDeps, [ref]: readonly TaskRef[]): Promise<void> {
  const target = ref
    ? await targetOf(deps.connections, ref)
    : await pickTask(deps, { title: 'Open in Web UI: which task?' });
  if (!target) {
    return;
  }
  const { webUrl } = target.task;
  if (webUrl === undefined || !/^https?:\/\//iu.test(webUrl)) {
    throw new TracksideError(
      'invalid',
      `“${target.task.name}” has no web page: ${target.session.info.label} has no web UI that Trackside knows of.`,
      'Open its live panel instead.',
    );
  }
  await deps.openExternal(webUrl);
}
