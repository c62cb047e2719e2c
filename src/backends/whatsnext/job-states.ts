import type { EpochMs } from '../../core/entities';
import { isTracksideError, toTracksideError, type TracksideError } from '../../core/errors';
import { isEnded, type TaskStatus } from '../../core/status';
import { Lanes } from './lanes';
import { dependencyReply, wireJob, type DependencyReply, type WireJob } from './schema';
import type { WhatsNextSession } from './session';
import { toStatus } from './statuses';

/** The server has fifteen database connections for everybody. */
const WIDTH = 8;
const FRESH_FOR_MS = 10_000;
/** With many jobs that may change, each is asked for less often: about ten a second in all. */
const MS_PER_LIVE_JOB = 100;
/** Ended jobs change only when somebody resets them. */
const ENDED_FRESH_FOR_MS = 600_000;
const LONG_AGO = Number.NEGATIVE_INFINITY;

export interface JobLink {
  readonly id: number;
  readonly name: string;
}

/** What one job waits for. */
export interface JobLinks {
  /** Those that still exist. */
  readonly dependencies: readonly JobLink[];
  /** True when it also waits for a job that is gone: all that exist are completed, and yet not all are. */
  readonly hasLost: boolean;
}

export interface JobState {
  /** The server's word. */
  readonly word: string;
  readonly readAt: EpochMs;
  /** Absent while the word is known from elsewhere only. */
  readonly links?: JobLinks;
  readonly linksReadAt?: EpochMs;
  /** Why the server could not tell. */
  readonly problem?: string;
}

export function statusOf(state: JobState | undefined): TaskStatus {
  return toStatus(state?.word ?? '');
}

/** What it waits for as far as that is known. */
export function dependenciesOf(state: JobState | undefined): readonly JobLink[] {
  return state?.links?.dependencies ?? [];
}

/** The map that the server takes, without what is gone. */
export function dependsOf(state: JobState | undefined): Record<string, string> {
  return Object.fromEntries(dependenciesOf(state).map(({ id, name }) => [String(id), name]));
}

/** How much must be known: the status of each job, or also what it waits for. */
export type Depth = 'status' | 'links';

/**
 * Statuses of jobs. No reading of a job tells its status; only the reading of its dependencies does, one job at a
 * time, and that also tells the status of each job it depends on.
 */
export class JobStates {
  private readonly states = new Map<number, JobState>();
  private readonly lanes = new Lanes(WIDTH);
  private pausedUntil: EpochMs = LONG_AGO;
  private liveCount = 0;

  constructor(private readonly session: WhatsNextSession) {}

  get(id: number): JobState | undefined {
    return this.states.get(id);
  }

  /** Everything that is known, by id. */
  entries(): Iterable<readonly [number, JobState]> {
    return this.states.entries();
  }

  now(): EpochMs {
    return this.session.clock.now();
  }

  /**
   * Reads what is not known or too old, a few at a time; returns ids that do not exist any more. A server that wants
   * a pause, or that fails at some job, leaves statuses as they were known, or unknown. `onRead` is told of each answer;
   * who shows answers as they come lets all others go first.
   */
  async ensure(
    ids: Iterable<number>,
    depth: Depth,
    signal: AbortSignal,
    onRead?: () => void,
  ): Promise<ReadonlySet<number>> {
    this.countLive();
    const gone = new Set<number>();
    // Later jobs depend on earlier ones, whose statuses their replies tell.
    const wanted = [...ids].filter((id) => !this.isFresh(id, depth)).sort((a, b) => b - a);
    const read = async (id: number): Promise<void> => {
      if (!this.isFresh(id, depth) && !(await this.read(id, signal))) {
        gone.add(id);
      }
      onRead?.();
    };
    try {
      await this.lanes.each(onRead === undefined ? 'soon' : 'later', wanted, read, signal);
    } catch (thrown) {
      throw toTracksideError(thrown);
    }
    return gone;
  }

  /** Takes what rows tell, where they do. */
  note(jobs: readonly WireJob[]): void {
    for (const { id, status } of jobs) {
      if (typeof status === 'string') {
        this.put(id, status);
      }
    }
  }

  forget(id: number): void {
    this.states.delete(id);
  }

  /** All of these are read again when they are next needed, whatever their age. */
  outdate(ids: Iterable<number>): void {
    for (const id of ids) {
      const state = this.states.get(id);
      if (state !== undefined) {
        this.states.set(id, { ...state, readAt: LONG_AGO, linksReadAt: LONG_AGO });
      }
    }
  }

  private async read(id: number, signal: AbortSignal): Promise<boolean> {
    if (this.session.clock.now() < this.pausedUntil) {
      return true;
    }
    try {
      const reply = await this.session.get(`jobs/${id}/dependencies`, {}, dependencyReply, signal);
      await this.take(id, reply, signal);
      return true;
    } catch (thrown) {
      const error = toTracksideError(thrown);
      if (isTracksideError(thrown) && error.kind === 'notFound') {
        this.forget(id);
        return false;
      }
      this.bear(id, error);
      return true;
    }
  }

  /** Keeps what was known; rethrows what concerns more than this job. */
  private bear(id: number, error: TracksideError): void {
    if (error.kind === 'rateLimited') {
      this.pausedUntil = this.session.clock.now() + (error.detail.retryAfterMs ?? FRESH_FOR_MS);
      return;
    }
    if (error.kind !== 'server' && error.kind !== 'malformed') {
      throw error;
    }
    const before = this.states.get(id);
    this.states.set(id, {
      ...before,
      word: before?.word ?? '',
      readAt: this.session.clock.now(),
      links: before?.links ?? { dependencies: [], hasLost: false },
      linksReadAt: this.session.clock.now(),
      problem:
        error.detail.status === 500
          ? 'The server fails to read its dependencies; one of them is probably not a number.'
          : error.message,
    });
  }

  private async take(id: number, reply: DependencyReply, signal: AbortSignal): Promise<void> {
    const dependencies = reply.dependencies.map(({ id: on, name }) => ({ id: on, name }));
    const isEachCompleted = reply.dependencies.every(({ status }) => toStatus(status) === 'completed');
    const links = { dependencies, hasLost: reply.all_completed === false && isEachCompleted };
    reply.dependencies.forEach((dependency) => this.put(dependency.id, dependency.status));
    const word = reply.status ?? (await this.wordInRow(id, signal));
    const now = this.session.clock.now();
    this.states.set(id, { word, readAt: now, links, linksReadAt: now });
  }

  /** A server as in the document tells the status in the job itself, not beside its dependencies. */
  private async wordInRow(id: number, signal: AbortSignal): Promise<string> {
    return (await this.session.get(`jobs/${id}`, {}, wireJob, signal)).status ?? '';
  }

  private put(id: number, word: string): void {
    const { problem: _, ...before } = this.states.get(id) ?? {};
    this.states.set(id, { ...before, word, readAt: this.session.clock.now() });
  }

  private isFresh(id: number, depth: Depth): boolean {
    const state = this.states.get(id);
    if (state === undefined) {
      return false;
    }
    const status = toStatus(state.word);
    const { readAt, linksReadAt } = state;
    // Why a job is blocked is part of its status for people.
    const needsLinks = depth === 'links' || status === 'blocked' || linksReadAt === LONG_AGO;
    const sinceAt = needsLinks ? Math.min(readAt, linksReadAt ?? LONG_AGO) : readAt;
    const liveFreshMs = Math.max(FRESH_FOR_MS, this.liveCount * MS_PER_LIVE_JOB);
    return this.session.clock.now() - sinceAt < (isEnded(status) ? ENDED_FRESH_FOR_MS : liveFreshMs);
  }

  private countLive(): void {
    this.liveCount = [...this.states.values()].filter(({ word }) => !isEnded(toStatus(word))).length;
  }
}
