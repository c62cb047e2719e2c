import { isTracksideError, TracksideError } from '../../core/errors';
import type { Project, Task } from '../../core/entities';
import type { TaskDetails } from '../../core/task-details';
import { wordsOf } from '../clearml/statuses';
import type { Page, PageRequest, TaskQuery } from '../contract';
import { MAX_LISTED_TASKS, MAX_PROJECTS_PER_PAGE, TASK_LIST_TIMEOUT_MS } from './gateway-limits';
import { isListable, toArtifact, toModels, toParameter, toProject, toTask } from './map';
import { artifactList, projectList, taskDetail, taskList, type ArtifactRow, type TaskRow } from './schema';
import type { GatewaySession } from './session';
import { readSlowly } from './slow-reads';

interface Listing {
  readonly key: string;
  readonly rows: readonly TaskRow[];
}

/** What the gateway tells about projects and tasks. */
export class GatewayTasks {
  private projectNames = new Map<string, string>();
  /** The list behind the pages being read: asking anew for each page costs the server two calls a task. */
  private listing: Listing | undefined;
  /** Names of the projects, in the order in which their tasks are listed one after the other. */
  private walk: readonly string[] = [];

  constructor(
    private readonly session: GatewaySession,
    private readonly listTimeoutMs = TASK_LIST_TIMEOUT_MS,
  ) {}

  async projects(signal: AbortSignal): Promise<readonly Project[]> {
    const { projects } = await this.session.get('projects', projectList, signal);
    this.projectNames = new Map(projects.map(({ id, name }) => [id, name]));
    return projects.map(toProject);
  }

  /** Names of the projects by id, which are read when that was never done. */
  async knownProjectNames(signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    if (this.projectNames.size === 0) {
      await this.projects(signal);
    }
    return this.projectNames;
  }

  /** Throws `invalid` for a project that the gateway cannot address. */
  async listableName(projectId: string, signal: AbortSignal): Promise<string> {
    if (!this.projectNames.has(projectId)) {
      await this.projects(signal);
    }
    const name = this.projectNames.get(projectId);
    if (name === undefined) {
      throw new TracksideError(
        'notFound',
        'The gateway does not list this project.',
        'Refresh the projects.',
      );
    }
    if (!isListable(name)) {
      throw new TracksideError(
        'invalid',
        'The gateway cannot list the tasks of a project with "/" in its name.',
        'Open the project in ClearML itself, or connect to ClearML directly.',
      );
    }
    return name;
  }

  async list(query: TaskQuery, page: PageRequest, signal: AbortSignal): Promise<Page<Task>> {
    if (query.isArchived === true || (query.tags ?? []).length > 0) {
      return { items: [], totalCount: 0 };
    }
    const { projectId } = query;
    return projectId === undefined
      ? this.listAcross(query, page, signal)
      : this.listProject(await this.listableName(projectId, signal), query, page, signal);
  }

  /** The gateway lists by project only: one project after the other, the one that was changed last first. */
  private async listAcross(query: TaskQuery, page: PageRequest, signal: AbortSignal): Promise<Page<Task>> {
    const isFirst = page.cursor === undefined;
    const names = isFirst ? listableNames(await this.projects(signal)) : this.walk;
    this.walk = names;
    let [place = 0, start = 0] = (page.cursor ?? '0:0').split(':').map(Number);
    const items: Task[] = [];
    for (let reads = 0; reads < MAX_PROJECTS_PER_PAGE && items.length < page.size; reads += 1) {
      const name = names[place];
      if (name === undefined) {
        break;
      }
      const rest = { size: page.size - items.length, ...(start === 0 ? {} : { cursor: String(start) }) };
      const { items: found, next } = await this.listProject(name, query, rest, signal);
      items.push(...found);
      start = Number(next ?? 0);
      place += next === undefined ? 1 : 0;
    }
    return { items, ...(place < names.length ? { next: `${place}:${start}` } : {}) };
  }

  private async listProject(
    name: string,
    query: TaskQuery,
    page: PageRequest,
    signal: AbortSignal,
  ): Promise<Page<Task>> {
    const rows = await this.rowsOf(name, query, page, signal);
    const tasks = ordered(
      rows.map((row) => toTask(row, name)).filter((task) => matches(task, query)),
      query,
    );
    const start = Number(page.cursor ?? 0);
    const end = start + page.size;
    return {
      items: tasks.slice(start, end),
      ...(end < tasks.length ? { next: String(end) } : {}),
      ...(rows.length < MAX_LISTED_TASKS ? { totalCount: tasks.length } : {}),
    };
  }

  /** Names of the drafts of a project by id, the oldest ones when there are many. */
  async draftNames(projectName: string, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const rows = await this.askedRows(projectName, 'created', signal);
    return new Map(rows.map((row) => [row.id, row.name ?? row.id]));
  }

  /** One call a task; those that are gone are absent. */
  async byIds(ids: readonly string[], signal: AbortSignal): Promise<readonly Task[]> {
    const tasks: Task[] = [];
    for (const id of ids) {
      try {
        const { task } = await this.session.get(taskPath(id), taskDetail, signal);
        tasks.push(toTask(task, this.projectNames.get(task.project ?? '')));
      } catch (error) {
        if (!isTracksideError(error) || error.kind !== 'notFound') {
          throw error;
        }
      }
    }
    return tasks;
  }

  async details(id: string, signal: AbortSignal): Promise<TaskDetails> {
    const detail = await this.session.get(taskPath(id), taskDetail, signal);
    const listed = this.listing?.rows.find((row) => row.id === id);
    const short = detail.artifacts ?? [];
    const artifacts = short.length === 0 ? short : ((await this.artifacts(id, signal)) ?? short);
    return {
      code: {},
      parameters: Object.entries(detail.parameters ?? {}).map(toParameter),
      configurations: [],
      artifacts: artifacts.map(toArtifact),
      models: toModels(listed ?? detail.task),
    };
  }

  /** The fuller list; it fails for artifacts with a time, as the SDK makes them, and a server true to the document has none. */
  private async artifacts(id: string, signal: AbortSignal): Promise<readonly ArtifactRow[] | undefined> {
    try {
      return (await this.session.get(`${taskPath(id)}/artifacts`, artifactList, signal)).artifacts;
    } catch (error) {
      if (isTracksideError(error) && ['server', 'notFound', 'malformed'].includes(error.kind)) {
        return undefined;
      }
      throw error;
    }
  }

  private async rowsOf(
    name: string,
    { statuses }: TaskQuery,
    { cursor }: PageRequest,
    signal: AbortSignal,
  ): Promise<readonly TaskRow[]> {
    const words = wordsOf(statuses ?? []);
    const only = words.length === 1 ? words[0] : undefined;
    const key = JSON.stringify([name, only]);
    if (cursor === undefined || this.listing?.key !== key) {
      // ClearML is asked for no order and gives the oldest first.
      const rows = (await this.askedRows(name, only, signal)).toReversed();
      this.listing = { key, rows };
      return rows;
    }
    return this.listing.rows;
  }

  private async askedRows(
    name: string,
    status: string | undefined,
    signal: AbortSignal,
  ): Promise<readonly TaskRow[]> {
    const path = tasksPath(name, status);
    const read = { path, schema: taskList, what: `the tasks of “${name}”`, timeoutMs: this.listTimeoutMs };
    return (await readSlowly(this.session, read, signal)).tasks;
  }
}

function listableNames(projects: readonly Project[]): readonly string[] {
  return projects
    .filter(({ name }) => isListable(name))
    .toSorted((a, b) => (b.updatedAt ?? 0) - (a.updatedAt ?? 0))
    .map(({ name }) => name);
}

function tasksPath(projectName: string, status?: string): string {
  const query = status === undefined ? '' : `?status=${encodeURIComponent(status)}`;
  return `projects/${encodeURIComponent(projectName)}/tasks${query}`;
}

/** The gateway ignores the project here, so that tasks of any project can be asked for. */
function taskPath(id: string): string {
  return `projects/any/tasks/${encodeURIComponent(id)}`;
}

function matches(task: Task, { statuses, text }: TaskQuery): boolean {
  const wanted = text?.toLowerCase() ?? '';
  return (
    !task.isArchived &&
    (statuses === undefined || statuses.length === 0 || statuses.includes(task.status)) &&
    [task.name, task.id, task.comment ?? ''].some((part) => part.toLowerCase().includes(wanted))
  );
}

/** Lists carry no dates, so that only names can be put in order; else the newest come first. */
function ordered(tasks: readonly Task[], { order }: TaskQuery): readonly Task[] {
  return order === 'name' ? tasks.toSorted((a, b) => a.name.localeCompare(b.name)) : tasks;
}
