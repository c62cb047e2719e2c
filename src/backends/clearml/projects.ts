import * as z from 'zod';
import type { ProjectRequest } from '../../core/actions';
import type { Project } from '../../core/entities';
import { isTracksideError, toTracksideError, TracksideError } from '../../core/errors';
import { checkedName } from './actions';
import { hasFeature } from './api-level';
import { toProject } from './map';
import { count, createdData, projectsData } from './schema';
import type { ClearMlSession } from './session';
import { APART_TAGS, escapePattern } from './task-query';

/** The server silently gives no more than this per page. */
const PAGE_SIZE = 500;
const MAX_PAGES = 200;

/** Every project with its counts. Hidden ones (datasets, pipelines, reports) stay hidden. */
export async function listProjects(
  session: ClearMlSession,
  apiVersion: string | undefined,
  signal: AbortSignal,
): Promise<Project[]> {
  const hides = hasFeature(apiVersion, 'hidesByItself');
  const byId = new Map<string, Project>();
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { projects } = await session.read(
      'projects.get_all_ex',
      {
        only_fields: ['id', 'name', 'description', 'last_update'],
        order_by: ['name'],
        ...(hides ? {} : { system_tags: ['__$not', 'hidden'] }),
        include_stats: true,
        stats_with_children: true,
        // As the rows below them: without what stands in groups of its own.
        include_stats_filter: { system_tags: APART_TAGS.map((tag) => `-${tag}`) },
        check_own_contents: true,
        page,
        page_size: PAGE_SIZE,
      },
      projectsData,
      signal,
    );
    projects.map(toProject).forEach((project) => byId.set(project.id, project));
    if (projects.length < PAGE_SIZE) {
      break;
    }
  }
  return [...byId.values()];
}

/** Id of the project of this full path; created with its parents when missing. */
export async function ensureProject(
  session: ClearMlSession,
  name: string,
  signal: AbortSignal,
): Promise<string> {
  const known = await findProject(session, name, signal);
  if (known !== undefined) {
    return known;
  }
  try {
    const { id } = await session.call('projects.create', { name, description: '' }, createdData, {
      isIdempotent: false,
      signal,
    });
    return id;
  } catch (error) {
    const raced =
      isTracksideError(error) && error.detail.serverCode === '400/801'
        ? await findProject(session, name, signal)
        : undefined;
    if (raced === undefined) {
      throw error;
    }
    return raced;
  }
}

async function findProject(
  session: ClearMlSession,
  name: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { projects } = await session.read(
    'projects.get_all_ex',
    { name: `^${escapePattern(name)}$`, only_fields: ['id', 'name'], search_hidden: true },
    projectsData,
    signal,
  );
  return projects.find((project) => project.name === name)?.id;
}

/** Creates, renames, moves or deletes a project. Nothing here is ever sent twice. */
export async function changeProject(
  session: ClearMlSession,
  request: ProjectRequest,
  signal: AbortSignal,
): Promise<void> {
  const send = async (call: string, body: object): Promise<void> => {
    await session.call(call, body, z.unknown(), { isIdempotent: false, signal });
  };
  switch (request.change) {
    case 'create':
      return send('projects.create', { name: checkedName(request.name, 'project'), description: '' });
    case 'rename':
      // The server takes a full path only, and refuses another location.
      return send('projects.update', {
        project: request.projectId,
        name: checkedName(request.name, 'project'),
      });
    case 'move':
      await checkTarget(session, request.projectId, request.parentName, signal);
      return send('projects.move', { project: request.projectId, new_location: request.parentName });
    case 'delete':
      await checkEmpty(session, request.projectId, signal);
      return send('projects.delete', { project: request.projectId, force: false, delete_contents: false });
  }
}

/** Servers before API 2.14 move a project below itself, where nobody finds it again. */
async function checkTarget(
  session: ClearMlSession,
  projectId: string,
  parentName: string,
  signal: AbortSignal,
): Promise<void> {
  const body = { id: [projectId], only_fields: ['id', 'name'], search_hidden: true };
  const { projects } = await session.read('projects.get_all_ex', body, projectsData, signal);
  if (projects.some(({ id, name }) => id === projectId && `${parentName}/`.startsWith(`${name}/`))) {
    throw new TracksideError('invalid', 'A project cannot be moved below itself.', 'Choose another place.');
  }
}

/** The server itself deletes a project in which everything is archived, and leaves that without a project. */
async function checkEmpty(session: ClearMlSession, project: string, signal: AbortSignal): Promise<void> {
  const contents: z.infer<typeof contentsData> = await session
    .read('projects.validate_delete', { project }, contentsData, signal)
    .catch((error: unknown) =>
      isAbsentCall(error) ? contentsOf(session, project, signal) : Promise.reject(toTracksideError(error)),
    );
  const inside = CONTENTS.flatMap(([key, noun]) => {
    const count = contents[key] ?? 0;
    return count > 0 ? [`${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`] : [];
  });
  if (inside.length > 0) {
    throw new TracksideError(
      'conflict',
      `The project is not empty: ${inside.join(', ')} in it or below it, archived ones included.`,
      'Move or delete them first.',
    );
  }
}

/** For servers before API 2.14, which do not say what deleting would take away. */
async function contentsOf(
  session: ClearMlSession,
  project: string,
  signal: AbortSignal,
): Promise<z.infer<typeof contentsData>> {
  const body = { project: [project], include_subprojects: true, only_fields: ['id'] };
  const [{ tasks }, { models }] = await Promise.all([
    session.read('tasks.get_all_ex', body, anyTasks, signal),
    session.read('models.get_all_ex', body, anyModels, signal),
  ]);
  return { tasks: tasks.length, models: models.length };
}

const anyTasks = z.object({ tasks: z.array(z.unknown()) });
const anyModels = z.object({ models: z.array(z.unknown()) });

const CONTENTS = [
  ['tasks', 'task'],
  ['models', 'model'],
  ['reports', 'report'],
  ['pipelines', 'pipeline'],
  ['datasets', 'dataset'],
] as const;
const contentsData = z.object({
  tasks: count,
  models: count,
  reports: count,
  pipelines: count,
  datasets: count,
});

function isAbsentCall(error: unknown): boolean {
  return isTracksideError(error) && error.detail.status === 404;
}
