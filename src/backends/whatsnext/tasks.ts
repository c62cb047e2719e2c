import * as z from 'zod';
import type { Task } from '../../core/entities';
import { TracksideError, toTracksideError } from '../../core/errors';
import type { Page, PageRequest, TaskOrder, TaskQuery } from '../contract';
import { blockersOf, reasonOf, type GraphJob } from './job-graph';
import { dependenciesOf, statusOf, type JobState } from './job-states';
import { numberOf, type Jobs } from './jobs';
import { epochMs, toTask, type TaskContext } from './map';
import type { Projects } from './projects';
import type { WireJob } from './schema';
import { toStatus } from './statuses';

/** Statuses read for one page of a list that is filtered by status; what does not fit goes to the next page. */
const MOST_LOOKED_AT = 300;
/** Jobs read for one page only to say what blocks its rows. */
const MOST_EXPLAINED = 64;

export interface TaskFacts {
  readonly canChange: () => boolean;
  readonly templateName: (templateId: number) => string | undefined;
}

/** Reads jobs as tasks. The server neither orders nor filters nor counts, so all of that happens here. */
export class Tasks {
  constructor(
    private readonly jobs: Jobs,
    private readonly projects: Projects,
    private readonly facts: TaskFacts,
  ) {}

  async list(query: TaskQuery, page: PageRequest, signal: AbortSignal): Promise<Page<Task>> {
    if (query.isArchived === true || (query.tags?.length ?? 0) > 0) {
      return { items: [] };
    }
    const projectId = query.projectId === undefined ? undefined : numberOf(query.projectId);
    if (query.projectId !== undefined && projectId === undefined) {
      return { items: [] };
    }
    const order = orderOf(query.order ?? 'newest');
    const after = page.cursor === undefined ? undefined : readCursor(page.cursor);
    const all = [...(await this.jobs.list(projectId, signal))]
      .filter((job) => hasText(job, query.text))
      .sort(order.compare)
      .filter((job) => after === undefined || order.compare(after, job) < 0);
    const { shown, isLast } = await this.pageOf(all, query, Math.max(1, page.size), signal);
    const items = await this.mapped(shown.items, signal);
    return isLast || shown.last === undefined ? { items } : { items, next: writeCursor(shown.last) };
  }

  async byIds(ids: readonly string[], signal: AbortSignal): Promise<readonly Task[]> {
    const wanted = [...new Set(ids)].flatMap((id) => numberOf(id) ?? []);
    const found: WireJob[] = [];
    for (const id of wanted) {
      const job = this.jobs.get(id) ?? (await this.readOne(id, signal));
      if (job !== undefined) {
        found.push(job);
      }
    }
    const gone = await this.jobs.states.ensure(
      found.map(({ id }) => id),
      'status',
      signal,
    );
    gone.forEach((id) => this.jobs.forget(id));
    return this.mapped(
      found.filter(({ id }) => !gone.has(id)),
      signal,
    );
  }

  private async readOne(id: number, signal: AbortSignal): Promise<WireJob | undefined> {
    try {
      return await this.jobs.read(id, signal);
    } catch (error) {
      if (toTracksideError(error).kind === 'notFound') {
        return undefined;
      }
      throw error;
    }
  }

  private async pageOf(
    all: readonly WireJob[],
    { statuses = [] }: TaskQuery,
    size: number,
    signal: AbortSignal,
  ): Promise<{ shown: { items: WireJob[]; last: WireJob | undefined }; isLast: boolean }> {
    if (statuses.length === 0) {
      const items = all.slice(0, size);
      const gone = await this.ensure(items, signal);
      return {
        shown: { items: items.filter(({ id }) => !gone.has(id)), last: items.at(-1) },
        isLast: all.length <= size,
      };
    }
    const wanted = new Set(statuses);
    const looked = all.slice(0, MOST_LOOKED_AT);
    const gone = await this.ensure(looked, signal);
    const fitting = looked.filter(
      ({ id }) => !gone.has(id) && wanted.has(toStatus(this.jobs.states.get(id)?.word ?? '')),
    );
    const items = fitting.slice(0, size);
    const isCut = fitting.length > size;
    return {
      shown: { items, last: isCut ? items.at(-1) : looked.at(-1) },
      isLast: !isCut && looked.length === all.length,
    };
  }

  private ensure(jobs: readonly WireJob[], signal: AbortSignal): Promise<ReadonlySet<number>> {
    return this.jobs.states.ensure(
      jobs.map(({ id }) => id),
      'status',
      signal,
    );
  }

  /**
   * Reads up the chains of what waits, until the failed job behind each blocked one is known, or so many were read
   * that a page would wait too long.
   */
  private async explainBlocked(jobs: readonly WireJob[], signal: AbortSignal): Promise<void> {
    const { states } = this.jobs;
    const seen = new Set<number>();
    let blocked = jobs.map(({ id }) => id);
    while (blocked.length > 0 && seen.size < MOST_EXPLAINED) {
      const above = blocked
        .filter((id) => statusOf(states.get(id)) === 'blocked')
        .flatMap((id) => dependenciesOf(states.get(id)).map((on) => on.id))
        .filter((id) => !seen.has(id))
        .slice(0, MOST_EXPLAINED - seen.size);
      above.forEach((id) => seen.add(id));
      await states.ensure(above, 'status', signal);
      blocked = [...new Set(above)];
    }
  }

  private async mapped(jobs: readonly WireJob[], signal: AbortSignal): Promise<readonly Task[]> {
    await this.projects.learn(
      jobs.map(({ project_id }) => project_id),
      signal,
    );
    await this.explainBlocked(jobs, signal);
    const { states } = this.jobs;
    const job = (id: number, state: JobState): GraphJob => ({
      id,
      name: this.jobs.get(id)?.name ?? '',
      state,
    });
    const blockers = blockersOf([...states.entries()].map(([id, state]) => job(id, state)));
    const context: TaskContext = {
      canChange: this.facts.canChange(),
      templateName: this.facts.templateName,
      projectName: (id) => this.projects.nameOf(id),
      reason: (id) =>
        reasonOf(
          id,
          (other) => {
            const state = states.get(other);
            return state && job(other, state);
          },
          blockers,
        ),
    };
    return jobs.map((row) => toTask(row, states.get(row.id), context));
  }
}

function hasText({ id, name }: WireJob, text = ''): boolean {
  return name.toLowerCase().includes(text.toLowerCase()) || String(id).includes(text);
}

/** What a row's place in every order follows from; a cursor is that of the last row shown. */
type Placed = Pick<WireJob, 'id' | 'name' | 'created_at'>;

function orderOf(order: TaskOrder): { readonly compare: (a: Placed, b: Placed) => number } {
  switch (order) {
    case 'newest':
    case 'updated':
      return {
        compare: (a, b) => (epochMs(b.created_at) ?? 0) - (epochMs(a.created_at) ?? 0) || b.id - a.id,
      };
    case 'name':
      return { compare: (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id - b.id) };
  }
}

const cursorShape = z.object({ id: z.number(), name: z.string(), created_at: z.string().nullish() });

function writeCursor({ id, name, created_at }: Placed): string {
  return JSON.stringify({ id, name, created_at });
}

function readCursor(text: string): Placed {
  try {
    const { id, name, created_at } = cursorShape.parse(JSON.parse(text));
    return { id, name, created_at };
  } catch (cause) {
    throw new TracksideError('invalid', 'This list has changed.', 'Refresh it.', { cause });
  }
}
