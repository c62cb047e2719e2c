import type { ProjectRequest } from '../../core/actions';
import type { Project } from '../../core/entities';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { TracksideError } from '../../core/errors';
import { COMMANDS } from '../../platform/command-ids';
import type { Platform } from '../../platform/contract';
import type { Connections, ConnectionSession } from '../../store/contract';
import { isTreeNode } from '../trees/tree-nodes';
import { counted } from '../trees/plural';
import { placeOf, placesOf } from './place-lookup';
import { parentPath } from './project-paths';

export interface ProjectCommandDeps {
  readonly platform: Platform;
  readonly connections: Connections;
}

/** The server refuses shorter names of projects. */
const MIN_NAME_LENGTH = 3;

/** Commands on projects, for servers that can change or archive them. */
export function registerProjectCommands(deps: ProjectCommandDeps): Disposable {
  const { commands } = deps.platform;
  const owned = new DisposableStore();
  owned.add(commands.register(COMMANDS.archiveProject, (node) => setArchived(deps, node, true)));
  owned.add(commands.register(COMMANDS.unarchiveProject, (node) => setArchived(deps, node, false)));
  owned.add(commands.register(COMMANDS.createProject, (node) => createProject(deps, node)));
  owned.add(commands.register(COMMANDS.renameProject, (node) => renameProject(deps, node)));
  owned.add(commands.register(COMMANDS.moveProject, (node) => moveProject(deps, node)));
  owned.add(commands.register(COMMANDS.deleteProject, (node) => deleteProject(deps, node)));
  return owned;
}

/** Inside the project of the row; at the top when there is none. */
async function createProject({ platform, connections }: ProjectCommandDeps, node: unknown): Promise<void> {
  const row = isTreeNode(node) ? node : undefined;
  const session = row ? connections.get(row.connectionId) : connections.active();
  if (!session) {
    throw gone();
  }
  const change = await changeOf(session);
  const parent = row?.kind === 'project' && !row.isApart ? row.path : '';
  const name = await platform.dialogs.ask({
    title: parent === '' ? `New project on ${session.info.label}` : `New project in ${parent}`,
    prompt: 'Slashes nest projects, as in Vision/Detection',
    validate: (text) => pathProblem(session, parent === '' ? text : `${parent}/${text}`),
  });
  if (name !== undefined) {
    await change({ change: 'create', name: joined(parent, name.trim()) });
  }
}

async function renameProject(deps: ProjectCommandDeps, node: unknown): Promise<void> {
  const { session, project, path } = targetOf(deps, node);
  const change = await changeOf(session);
  const parent = parentPath(path);
  const before = parent === '' ? path : path.slice(parent.length + 1);
  const name = await deps.platform.dialogs.ask({
    title: `Rename project “${path}”`,
    value: before,
    prompt: 'Its last part only; “Move Project” takes it elsewhere',
    validate: (text) =>
      text.includes('/')
        ? 'A slash would move it. Use “Move Project” for that.'
        : text.trim() === before
          ? undefined
          : pathProblem(session, joined(parent, text.trim())),
  });
  if (name !== undefined && name.trim() !== before) {
    await change({ change: 'rename', projectId: project.id, name: joined(parent, name.trim()) });
  }
}

async function moveProject(deps: ProjectCommandDeps, node: unknown): Promise<void> {
  const { session, project, path } = targetOf(deps, node);
  const change = await changeOf(session);
  const isBelow = (name: string): boolean => name === path || name.startsWith(`${path}/`);
  const now = parentPath(path);
  const choices = [...placesOf(session).keys()]
    .filter((name) => !isBelow(name) && name !== now)
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((name) => ({ label: name === '' ? 'The top' : name, value: name }));
  const parentName = await deps.platform.dialogs.pick(
    `Move project “${path}” into`,
    choices,
    'Everything below it goes along',
  );
  if (parentName !== undefined) {
    await change({ change: 'move', projectId: project.id, parentName });
  }
}

async function deleteProject(deps: ProjectCommandDeps, node: unknown): Promise<void> {
  const { session, project, path } = targetOf(deps, node);
  const change = await changeOf(session);
  const below = [...placesOf(session).keys()].filter((name) => name.startsWith(`${path}/`)).length;
  const detail = [
    'Only an empty project is deleted: the server is asked first whether anything is in it, archived or not.',
    ...(below > 0 ? [`${counted(below, 'project')} below it will be deleted too.`] : []),
  ].join(' ');
  if (await deps.platform.dialogs.confirm(`Delete project “${path}”?`, detail, 'Delete')) {
    await change({ change: 'delete', projectId: project.id });
  }
}

interface ProjectTarget {
  readonly session: ConnectionSession;
  readonly project: Project;
  readonly path: string;
}

function targetOf({ connections }: ProjectCommandDeps, node: unknown): ProjectTarget {
  const row = isTreeNode(node) && node.kind === 'project' ? node : undefined;
  const session = row && connections.get(row.connectionId);
  const project = session && placeOf(session, row)?.project;
  if (!project) {
    throw gone();
  }
  return { session, project, path: row.path };
}

/** What changes projects on this connection; afterwards the list is read again. */
async function changeOf(session: ConnectionSession): Promise<(request: ProjectRequest) => Promise<void>> {
  const { signal } = new AbortController();
  const { projects } = await session.backend(signal);
  const change = projects?.change;
  if (!change) {
    throw new TracksideError(
      'invalid',
      `Projects of ${session.info.label} cannot be changed from here.`,
      'Use its own web page.',
    );
  }
  return async (request) => {
    await change(request, signal);
    await session.store.refresh({ kind: 'projects' });
  };
}

function joined(parent: string, name: string): string {
  return parent === '' ? name : `${parent}/${name}`;
}

function pathProblem(session: ConnectionSession, path: string): string | undefined {
  const parts = path.split('/').map((part) => part.trim());
  if (parts.some((part) => part === '') || (parts.at(-1) ?? '').length < MIN_NAME_LENGTH) {
    return `The last part needs at least ${MIN_NAME_LENGTH} characters, the others one.`;
  }
  return placesOf(session).get(parts.join('/'))?.project ? 'There is a project of this name.' : undefined;
}

function gone(): TracksideError {
  return new TracksideError('notFound', 'This project does not exist any more.', 'Refresh the view.');
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
