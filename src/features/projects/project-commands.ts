import { DisposableStore, type Disposable } from '../../core/disposable';
import { TracksideError } from '../../core/errors';
import { COMMANDS, type CommandId } from '../../platform/command-ids';
import { isTreeNode } from '../trees/tree-nodes';
import { placeOf } from './place-lookup';
import type { ProjectCommandDeps, ProjectDeeds } from './project-changes';

/** Commands on projects, for servers that can change or archive them. */
export function registerProjectCommands(deps: ProjectCommandDeps): Disposable {
  const { commands } = deps.platform;
  const owned = new DisposableStore();
  owned.add(commands.register(COMMANDS.archiveProject, (node) => setArchived(deps, node, true)));
  owned.add(commands.register(COMMANDS.unarchiveProject, (node) => setArchived(deps, node, false)));
  const change = (id: CommandId, deed: keyof ProjectDeeds): void => {
    owned.add(
      commands.register(id, async (node) => {
        const { projectDeeds } = await import('./project-changes');
        await projectDeeds[deed](deps, node);
      }),
    );
  };
  change(COMMANDS.createProject, 'create');
  change(COMMANDS.renameProject, 'rename');
  change(COMMANDS.moveProject, 'move');
  change(COMMANDS.deleteProject, 'delete');
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
  const setThem = session?.openBackend?.projects?.setArchived;
  if (!project || !setThem) {
    throw new TracksideError('invalid', 'This project cannot be archived.', 'Refresh the view.');
  }
  await setThem(project.id, isArchived, new AbortController().signal);
  await session.store.refresh({ kind: 'projects' });
}
