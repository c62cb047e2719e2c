import * as z from 'zod';
import type { TaskAction } from '../../core/actions';
import type { Project, Task } from '../../core/entities';
import { isTracksideError } from '../../core/errors';
import type { TaskStatus } from '../../core/status';
import type { Page, PageRequest, TaskQuery } from '../contract';
import { rows } from '../readable-rows';
import { inTurns, isMatch, orderOf, WholeListings } from '../whole-listings';
import type { AiManagerSession } from './session';
import {
  projectAnswer,
  runAnswer,
  runRow,
  timeOf,
  userAnswer,
  type WireProject,
  type WireRun,
  type WireRunRow,
} from './wire';

/** The document's default, so that no server gives fewer. */
const PAGE_ROWS = 100;

const anyRows = z.array(z.unknown());

const STATUSES: Readonly<Record<string, TaskStatus>> = {
  running: 'running',
  completed: 'completed',
  failed: 'failed',
  stopped: 'stopped',
};

/** Projects and runs. Rows of a list do not say their project, so what was learned about it is remembered. */
export class AiManagerRuns {
  private userId: Promise<number> | undefined;
  private projects = new Map<number, WireProject>();
  /** By id and start, since ids are given again after a delete. */
  private readonly projectOfRun = new Map<string, number>();
  private readonly listings = new WholeListings();

  constructor(private readonly session: AiManagerSession) {}

  async listProjects(signal: AbortSignal): Promise<readonly Project[]> {
    const [projects, me] = await Promise.all([this.readProjects(signal), this.me(signal)]);
    return projects.map((project) => toProject(project, me));
  }

  /** The server has no order and counts nothing: the list is read whole, and further pages come from what was read. */
  list(query: TaskQuery, page: PageRequest, signal: AbortSignal): Promise<Page<Task>> {
    return this.listings.page(query, page, () => this.readListing(query, signal));
  }

  async byIds(ids: readonly string[], signal: AbortSignal): Promise<readonly Task[]> {
    const tasks = await inTurns(ids, (id) => this.byId(id, signal));
    return tasks.filter((task) => task !== undefined);
  }

  /** Id of the signed-in person's project of this name. */
  async ownProject(name: string, signal: AbortSignal): Promise<number | undefined> {
    const [projects, me] = await Promise.all([this.readProjects(signal), this.me(signal)]);
    return projects.find((project) => project.name === name && (project.owner_id ?? me) === me)?.id;
  }

  /** Throws `notFound`. */
  readRun(id: string, signal: AbortSignal): Promise<WireRun> {
    return this.session.read(`runs/${encodeURIComponent(id)}`, runAnswer, signal);
  }

  private async byId(id: string, signal: AbortSignal): Promise<Task | undefined> {
    try {
      const [run] = await Promise.all([this.readRun(id, signal), this.knownProjects(signal)]);
      return await this.toTask(run, run.project_id ?? undefined, signal, run);
    } catch (error) {
      if (isTracksideError(error) && error.kind === 'notFound') {
        return undefined;
      }
      throw error;
    }
  }

  private async readListing(query: TaskQuery, signal: AbortSignal): Promise<readonly Task[]> {
    if (query.isArchived === true) {
      return [];
    }
    await this.knownProjects(signal);
    const filter = query.projectId === undefined ? '' : `project_id=${encodeURIComponent(query.projectId)}&`;
    const rows = await readAll(this.session, `runs/?${filter}`, runRow, signal);
    const projectId = query.projectId === undefined ? undefined : Number(query.projectId);
    const tasks = await Promise.all(rows.map((row) => this.toTask(row, projectId, signal)));
    return tasks.filter((task) => isMatch(task, query)).sort(orderOf(query, newest));
  }

  private async toTask(
    row: WireRunRow,
    givenProject: number | undefined,
    signal: AbortSignal,
    whole?: WireRun,
  ): Promise<Task> {
    const projectId = this.rememberedProject(row, givenProject);
    const project = projectId === undefined ? undefined : this.projects.get(projectId);
    const owner = project?.owner_id ?? undefined;
    const isMine = owner === undefined || owner === (await this.me(signal));
    const status = STATUSES[row.status.toLowerCase()] ?? 'unknown';
    return {
      id: String(row.id),
      name: row.name === '' ? `Run ${row.id}` : row.name,
      status,
      serverStatus: row.status === '' ? 'not told' : row.status,
      isStopping: false,
      tags: row.tags,
      isArchived: false,
      can: isMine ? actionsIn(status) : ['clone'],
      ...optional('projectId', projectId === undefined ? undefined : String(projectId)),
      ...optional('projectName', project && projectName(project)),
      ...optional('startedAt', timeOf(row.started_at)),
      ...optional('endedAt', timeOf(row.ended_at)),
      ...wholeFields(row, whole),
    };
  }

  private rememberedProject(row: WireRunRow, given: number | undefined): number | undefined {
    const key = `${row.id} ${row.started_at ?? ''}`;
    const projectId = given ?? this.projectOfRun.get(key);
    if (projectId !== undefined) {
      this.projectOfRun.set(key, projectId);
    }
    return projectId;
  }

  private async readProjects(signal: AbortSignal): Promise<readonly WireProject[]> {
    const projects = await readAll(this.session, 'projects/?', projectAnswer, signal);
    this.projects = new Map(projects.map((project) => [project.id, project]));
    return projects;
  }

  private async knownProjects(signal: AbortSignal): Promise<void> {
    if (this.projects.size === 0) {
      await this.readProjects(signal);
    }
  }

  private me(signal: AbortSignal): Promise<number> {
    this.userId ??= this.session.read('auth/me', userAnswer, signal).then(
      ({ id }) => id,
      (error: unknown) => {
        this.userId = undefined;
        throw error;
      },
    );
    return this.userId;
  }
}

/**
 * Everything of a list that is paged by `skip` and `limit` and says no total. `path` ends in `?` or `&`. Rows that
 * cannot be read are left out, and count where the next page begins.
 */
async function readAll<T extends { readonly id: number }>(
  session: AiManagerSession,
  path: string,
  row: z.ZodType<T>,
  signal: AbortSignal,
): Promise<T[]> {
  const readable = rows(row);
  const all = new Map<number, T>();
  for (let skip = 0; ; skip += PAGE_ROWS) {
    const answer = await session.read(`${path}skip=${skip}&limit=${PAGE_ROWS}`, anyRows, signal);
    const before = all.size;
    // The server orders nothing, so that a row may stand on two pages.
    readable.parse(answer).forEach((one) => all.set(one.id, one));
    if (answer.length < PAGE_ROWS || all.size === before) {
      return [...all.values()];
    }
  }
}

function projectName({ id, name }: WireProject): string {
  return name === '' ? `Project ${id}` : name;
}

function toProject(project: WireProject, me: number): Project {
  const isMine = (project.owner_id ?? me) === me;
  return {
    id: String(project.id),
    name: projectName(project),
    ...optional('note', isMine ? (project.is_public === true ? 'public' : undefined) : 'of somebody else'),
    ...optional('description', project.description ?? undefined),
    ...optional('updatedAt', timeOf(project.updated_at)),
  };
}

function wholeFields(
  row: WireRunRow,
  whole: WireRun | undefined,
): Partial<Pick<Task, 'comment' | 'createdAt' | 'updatedAt'>> {
  return {
    ...optional('createdAt', timeOf(whole?.created_at ?? row.started_at)),
    ...optional('comment', whole?.notes ?? undefined),
    ...optional('updatedAt', timeOf(whole?.updated_at)),
  };
}

/** Ends are marks, which the owner may set at any time; a run that has ended cannot be told to stop. */
function actionsIn(status: TaskStatus): readonly TaskAction[] {
  const always = ['clone', 'complete', 'fail', 'delete', 'rename', 'tag', 'comment'] as const;
  switch (status) {
    case 'running':
    case 'unknown':
      return ['stop', ...always];
    case 'completed':
    case 'failed':
      return ['reset', ...always.filter((action) => action !== 'complete' && action !== 'fail')];
    default:
      return ['reset', ...always];
  }
}

/** By start, since rows of a list tell no creation; the higher of two numbers is the later. */
const newest = (a: Task, b: Task): number =>
  (b.startedAt ?? 0) - (a.startedAt ?? 0) || Number(b.id) - Number(a.id);

function optional<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  const given: Partial<Record<K, V>> = {};
  if (value !== undefined) {
    given[key] = value;
  }
  return given;
}
