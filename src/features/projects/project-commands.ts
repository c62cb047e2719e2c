import { DisposableStore, type Disposable } from '../../core/disposable';
import { TracksideError } from '../../core/errors';
import { COMMANDS } from '../../platform/command-ids';
import type { Platform } from '../../platform/contract';
import type { Connections } from '../../store/contract';
import { isTreeNode } from '../trees/tree-nodes';
import { placeOf } from './place-lookup';

export interface ProjectCommandDeps {
  readonly platform: Platform;
  readonly connections: Connections;
}

/** Commands on projects, for servers that can archive them. */
export function registerProjectCommands(deps: ProjectCommandDeps): Disposable {
  const { commands } = deps.platform;
  const owned = new DisposableStore();
  owned.add(commands.register(COMMANDS.archiveProject, (node) => setArchived(deps, node, true)));
  owned.add(commands.register(COMMANDS.unarchiveProject, (node) => setArchived(deps, node, false)));
  return owned;
}

async function setArchived(
  { connections }: ProjectCommandDeps,
  node: unknown,
  isArchived: boolean,
): Promise<void> {
  const row = isTreeNode(node) && node.kind === 'project' ? node : undefined;
  const session = row && connections.get(row.connectionId);
  const project = session && placeOf(session, row)?.project;
  const ability = session?.openBackend?.projects;
  if (!project || !ability) {
    throw new TracksideError('invalid', 'This project cannot be archived.', 'Refresh the view.');
  }
  await ability.setArchived(project.id, isArchived, new AbortController().signal);
  await session.store.refresh({ kind: 'projects' });
}
