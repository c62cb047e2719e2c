import { TracksideError } from '../../core/errors';
import { JobStates } from './job-states';
import { epochMs } from './map';
import { wireJob, type WireJob } from './schema';
import type { WhatsNextSession } from './session';

/** Jobs as they were last read, and their statuses. */
export class Jobs {
  readonly states: JobStates;
  private readonly known = new Map<number, WireJob>();

  constructor(private readonly session: WhatsNextSession) {
    this.states = new JobStates(session);
  }

  get(id: number): WireJob | undefined {
    return this.known.get(id);
  }

  /** Every job of one project, or of all. */
  async list(projectId: number | undefined, signal: AbortSignal): Promise<readonly WireJob[]> {
    const query: Record<string, number> = projectId === undefined ? {} : { project_id: projectId };
    const jobs = await this.session.all('jobs/', query, wireJob, signal);
    const ids = new Set(jobs.map(({ id }) => id));
    for (const job of this.known.values()) {
      if ((projectId === undefined || job.project_id === projectId) && !ids.has(job.id)) {
        this.forget(job.id);
      }
    }
    jobs.forEach((job) => this.keep(job));
    this.states.note(jobs);
    return jobs;
  }

  /** One job as it is on the server now. Throws `notFound`. */
  async read(id: number, signal: AbortSignal): Promise<WireJob> {
    try {
      const job = await this.session.get(`jobs/${id}`, {}, wireJob, signal);
      this.keep(job);
      this.states.note([job]);
      return job;
    } catch (error) {
      if (error instanceof TracksideError && error.kind === 'notFound') {
        this.forget(id);
        throw goneError();
      }
      throw error;
    }
  }

  /** Ids are given again where a database was begun anew: what was known of the job before is not its successor's. */
  private keep(job: WireJob): void {
    const before = this.known.get(job.id);
    if (before !== undefined && epochMs(before.created_at) !== epochMs(job.created_at)) {
      this.states.forget(job.id);
    }
    this.known.set(job.id, job);
  }

  forget(id: number): void {
    this.known.delete(id);
    this.states.forget(id);
  }

  /** After a change that may have touched others of the project, such as blocking what waited. */
  outdateProject(projectId: number): void {
    this.states.outdate(
      [...this.known.values()].filter((job) => job.project_id === projectId).map(({ id }) => id),
    );
  }
}

/** The server's number in an id of ours; undefined for ids that no server of this kind gave. */
export function numberOf(id: string): number | undefined {
  return /^\d{1,15}$/.test(id) ? Number(id) : undefined;
}

export function goneError(): TracksideError {
  return new TracksideError('notFound', 'The task no longer exists on the server.', 'Refresh the list.');
}

/** Throws `notFound` for what cannot be an id here. */
export function requireNumber(id: string, what: 'task' | 'project'): number {
  const number = numberOf(id);
  if (number === undefined) {
    throw what === 'task'
      ? goneError()
      : new TracksideError('notFound', 'The project no longer exists on the server.', 'Refresh the list.');
  }
  return number;
}
