import type { QueueRequest } from '../../core/actions';
import type { Project, Queue } from '../../core/entities';
import { TracksideError } from '../../core/errors';
import type { QueueAbility } from '../contract';
import { requireNumber, type Jobs } from './jobs';
import { defined, epochMs } from './map';
import { PartPace } from './part-pace';
import type { Projects } from './projects';
import type { WireJob } from './schema';
import type { WhatsNextSession } from './session';
import { isPending } from './statuses';

/** Every active project is a queue of its pending jobs. */
export class Queues implements QueueAbility {
  readonly changes: readonly QueueRequest['change'][] = ['clear'];
  readonly clearing =
    'This server has no other way to take a task out of a queue: they are deleted, and tasks that depend on them can never run.';

  constructor(
    private readonly session: WhatsNextSession,
    private readonly jobs: Jobs,
    private readonly projects: Projects,
  ) {}

  async list(signal: AbortSignal, onPart?: (queues: readonly Queue[]) => void): Promise<readonly Queue[]> {
    const [projects, all] = await Promise.all([
      this.projects.list(signal),
      this.jobs.list(undefined, signal),
    ]);
    const active = projects.filter(({ isArchived }) => isArchived !== true);
    const ids = new Set(active.map(({ id }) => Number(id)));
    const relevant = all.filter((job) => ids.has(job.project_id));
    const pace = new PartPace(
      this.unread(relevant).length,
      () => this.jobs.states.now(),
      () => onPart?.(this.queuesOf(active, relevant)),
    );
    const gone = await this.jobs.states.ensure(
      relevant.map(({ id }) => id),
      'status',
      signal,
      () => pace.next(),
    );
    return this.queuesOf(
      active,
      relevant.filter(({ id }) => !gone.has(id)),
    );
  }

  /** As far as statuses are known. */
  private queuesOf(projects: readonly Project[], jobs: readonly WireJob[]): readonly Queue[] {
    const byProject = new Map(projects.map(({ id }): [number, WireJob[]] => [Number(id), []]));
    jobs.forEach((job) => byProject.get(job.project_id)?.push(job));
    return projects.map(({ id, name }) => {
      const own = byProject.get(Number(id)) ?? [];
      const waiting = own.filter((job) => isPending(this.jobs.states.get(job.id)?.word ?? ''));
      return toQueue(id, name, waiting, this.unread(own).length);
    });
  }

  private unread(jobs: readonly WireJob[]): readonly WireJob[] {
    return jobs.filter(({ id }) => this.jobs.states.get(id) === undefined);
  }

  readonly change = async (request: QueueRequest, signal: AbortSignal): Promise<void> => {
    if (request.change !== 'clear') {
      throw new TracksideError(
        'invalid',
        'A queue here is a project with its pending tasks: it can only be cleared.',
        'Priorities are given when a task is created.',
      );
    }
    const id = requireNumber(request.queueId, 'project');
    await this.session.change('DELETE', `projects/${id}/queue`, undefined, signal);
    this.jobs.outdateProject(id);
  };
}

function toQueue(id: string, name: string, waiting: readonly WireJob[], unreadCount: number): Queue {
  const inOrder = [...waiting].sort((a, b) => a.id - b.id);
  return {
    id,
    name,
    isDefault: false,
    isOrderUnknown: true,
    ...(unreadCount === 0 ? {} : { unreadCount }),
    entries: inOrder.map((job) => ({
      taskId: String(job.id),
      taskName: job.name,
      ...defined({ addedAt: epochMs(job.created_at) }),
    })),
  };
}
