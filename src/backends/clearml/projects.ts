import type { Project } from '../../core/entities';
import { toProject } from './map';
import { createdData, projectsData } from './schema';
import type { ClearMlSession } from './session';
import { escapePattern } from './task-query';
import { isTracksideError } from '../../core/errors';

/** The server silently gives no more than this per page. */
const PAGE_SIZE = 500;
const MAX_PAGES = 200;

/** Every project with its counts. Hidden ones (datasets, pipelines, reports) stay hidden. */
export async function listProjects(session: ClearMlSession, signal: AbortSignal): Promise<Project[]> {
  const byId = new Map<string, Project>();
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { projects } = await session.read(
      'projects.get_all_ex',
      {
        only_fields: ['id', 'name', 'description', 'last_update'],
        order_by: ['name'],
        include_stats: true,
        stats_with_children: true,
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
