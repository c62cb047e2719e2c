import type { TaskAction } from '../../core/actions';
import type { EpochMs, Task } from '../../core/entities';
import type { TaskStatus } from '../../core/status';
import type { JobState } from './job-states';
import type { WireJob } from './schema';
import { isPending, toStatus } from './statuses';

export interface TaskContext {
  readonly projectName: (projectId: number) => string | undefined;
  readonly templateName: (templateId: number) => string | undefined;
  /** False on a server that is known to refuse every change of a job. */
  readonly canChange: boolean;
  /** Why it is as it is. */
  readonly reason: (jobId: number) => string | undefined;
}

/** Epoch milliseconds of a time that has a zone, or has none and then means UTC. */
export function epochMs(text: string | null | undefined): EpochMs | undefined {
  if (text === undefined || text === null || text === '') {
    return undefined;
  }
  const at = Date.parse(/(Z|[+-]\d{2}:?\d{2})$/i.test(text) ? text : `${text}Z`);
  return Number.isNaN(at) ? undefined : at;
}

/** Absent fields instead of undefined ones. */
export function defined<T extends object>(fields: { [K in keyof T]: T[K] | undefined }): Partial<{
  [K in keyof T]: Exclude<T[K], undefined>;
}>;
export function defined(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** A job as a task. Times of start and end do not exist, and the time of the last change is always that of creation. */
export function toTask(job: WireJob, state: JobState | undefined, context: TaskContext): Task {
  const word = state?.word ?? '';
  const status = toStatus(word);
  return {
    id: String(job.id),
    name: job.name,
    status,
    serverStatus: word === '' ? 'not read' : word,
    isStopping: false,
    projectId: String(job.project_id),
    tags: [],
    isArchived: false,
    can: allowed(status, word, context.canChange),
    ...defined({
      statusReason: context.reason(job.id),
      statusMessage: state?.problem,
      type: context.templateName(job.task_id),
      projectName: context.projectName(job.project_id),
      queueId: isPending(word) ? String(job.project_id) : undefined,
      createdAt: epochMs(job.created_at),
    }),
  };
}

/** What makes sense; the server itself allows every status after every other. */
function allowed(status: TaskStatus, word: string, canChange: boolean): readonly TaskAction[] {
  const changes = canChange ? changesOf(status, word) : [];
  return [...changes.filter((action) => action === 'enqueue'), 'clone', ...changes.filter(isFail), 'delete'];
}

const isFail = (action: TaskAction): boolean => action === 'fail';

function changesOf(status: TaskStatus, word: string): readonly TaskAction[] {
  switch (status) {
    case 'queued':
      return isPending(word) ? ['fail'] : ['enqueue', 'fail'];
    case 'running':
      return ['fail'];
    case 'completed':
    case 'failed':
    case 'stopped':
    case 'blocked':
      return ['enqueue'];
    case 'draft':
    case 'published':
    case 'unknown':
      return [];
  }
}
