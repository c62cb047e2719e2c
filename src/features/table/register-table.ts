import { DisposableStore, type Disposable } from '../../core/disposable';
import { TracksideError } from '../../core/errors';
import { COMMANDS, TABLE_PANEL } from '../../platform/command-ids';
import type { Platform } from '../../platform/contract';
import type { Connections, ConnectionSession } from '../../store/contract';
import type { DrawnRuns } from '../metrics/drawn-runs';
import { LazyPanels, type PanelDeps } from '../panels/lazy-panels';
import { placeOf } from '../projects/place-lookup';
import { isTreeNode, type ProjectNode } from '../trees/tree-nodes';
import type { TableRef } from './table-contract';

/** Tables of tasks: the command that opens one, and their return after a window reload. */
export function registerTable(deps: PanelDeps & { readonly drawn: DrawnRuns }): Disposable {
  const { platform, connections, drawn } = deps;
  const owned = new DisposableStore();
  const panels = owned.add(
    new LazyPanels<TableRef>(TABLE_PANEL, deps, async () => {
      const { TablePanelKind } = await import('./table-panel-kind');
      return new TablePanelKind(platform, connections, drawn);
    }),
  );
  owned.add(
    platform.commands.register(COMMANDS.openTable, async (node) => {
      const ref = await refOf(platform, connections, node);
      if (ref !== undefined) {
        await panels.open(ref);
      }
    }),
  );
  return owned;
}

async function refOf(
  platform: Platform,
  connections: Connections,
  node: unknown,
): Promise<TableRef | undefined> {
  const row = isTreeNode(node) ? node : undefined;
  const session = row ? connections.get(row.connectionId) : await pickSession(platform, connections);
  if (session === undefined) {
    return undefined;
  }
  if (row?.kind === 'connection') {
    return { connectionId: session.info.id, projectId: null, projectName: null };
  }
  return row?.kind === 'project' ? refOfPlace(session, row) : pickProject(platform, session);
}

/** The only connection there is, or the one that the person picks. */
async function pickSession(
  { dialogs }: Platform,
  connections: Connections,
): Promise<ConnectionSession | undefined> {
  const [first, ...others] = connections.all();
  const choices = connections.all().map((session) => ({ label: session.info.label, value: session }));
  return others.length === 0 ? first : dialogs.pick('Table of which connection?', choices);
}

function refOfPlace(session: ConnectionSession, node: ProjectNode): TableRef {
  const project = placeOf(session, node)?.project;
  if (project === undefined) {
    throw new TracksideError(
      'notFound',
      `“${node.path}” only holds other projects.`,
      'Open the table of one of them, or of all projects.',
    );
  }
  return {
    connectionId: session.info.id,
    projectId: project.id,
    projectName: project.name,
    ...(node.isApart ? { isApart: true } : {}),
  };
}

async function pickProject({ dialogs }: Platform, session: ConnectionSession): Promise<TableRef | undefined> {
  await session.store.refresh({ kind: 'projects' });
  const all: TableRef = { connectionId: session.info.id, projectId: null, projectName: null };
  const projects = session.store
    .projects()
    .items.toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ id, name }) => ({ label: name, value: { ...all, projectId: id, projectName: name } }));
  const choices = [{ label: 'All projects', description: session.info.label, value: all }, ...projects];
  return dialogs.pick<TableRef>('Open Task Table', choices, 'Choose whose tasks to list');
}
