import type { LiveChange } from '../backends/contract';
import type { Project, Queue, Worker } from '../core/entities';
import type { ProjectGroup } from '../core/project-groups';
import { isCancelled, toTracksideError } from '../core/errors';
import type { Listing, ScheduledNeed } from './contract';
import { SimpleListing } from './simple-listing';
import { fireTasks, readTasks, type StoreRoom } from './store-room';
import { readWhole, type ListReading } from './whole-reading';

export type WholeKind = 'projects' | 'groups' | 'queues' | 'workers';

const FRESH_FOR_MS = { projects: 5 * 60_000, groups: 5 * 60_000, queues: 30_000, workers: 30_000 } as const;
/** While something runs, what it changes is asked for this often. */
const BUSY_INTERVAL_MS = { projects: 30_000, groups: 2 * 60_000, queues: 10_000, workers: 10_000 } as const;
const PUSH_GAP_MS = { projects: 1_000, groups: 3_000, queues: 500, workers: 1_000 } as const;
const MOST_MISSING = 200;

/** The lists that are always read whole: projects, queues, workers. */
export class WholeLists {
  private readonly projectListing = new SimpleListing<Project>();
  private readonly groupListing = new SimpleListing<ProjectGroup>();
  private readonly queueListing = new SimpleListing<Queue>();
  private readonly workerListing = new SimpleListing<Worker>();

  constructor(
    private readonly room: StoreRoom,
    private readonly isSomethingLive: () => boolean,
  ) {}

  get projects(): Listing<Project> {
    return this.projectListing.value;
  }

  get groups(): Listing<ProjectGroup> {
    return this.groupListing.value;
  }

  get queues(): Listing<Queue> {
    return this.queueListing.value;
  }

  get workers(): Listing<Worker> {
    return this.workerListing.value;
  }

  needOf(kind: WholeKind): ScheduledNeed {
    return {
      key: kind,
      run: (signal) => this.run(kind, signal),
      intervalMs: () => (this.isSomethingLive() ? BUSY_INTERVAL_MS[kind] : FRESH_FOR_MS[kind]),
      matches: (change: LiveChange) => change.kind === (kind === 'groups' ? 'projects' : kind),
      freshForMs: FRESH_FOR_MS[kind],
      pushGapMs: PUSH_GAP_MS[kind],
    };
  }

  /** Tasks that queues and workers name. */
  *namedTaskIds(): Iterable<string> {
    for (const { entries } of this.queues.items) {
      for (const { taskId } of entries) {
        yield taskId;
      }
    }
    for (const { task } of this.workers.items) {
      if (task) {
        yield task.id;
      }
    }
  }

  private run(kind: WholeKind, signal: AbortSignal): Promise<void> {
    switch (kind) {
      case 'projects':
        return this.read(kind, this.projectListing, (backend) => backend.listProjects(signal), signal);
      case 'groups':
        return this.read(
          kind,
          this.groupListing,
          async (backend) => (await backend.groups?.list(signal)) ?? [],
          signal,
        );
      case 'queues':
        return this.read(
          kind,
          this.queueListing,
          async (backend, onPart) => (await backend.queues?.list(signal, onPart)) ?? [],
          signal,
        );
      case 'workers':
        return this.read(
          kind,
          this.workerListing,
          async (backend) => (await backend.workers?.list(signal)) ?? [],
          signal,
        );
    }
  }

  private async read<T extends { readonly id: string }>(
    kind: WholeKind,
    listing: SimpleListing<T>,
    list: ListReading<T>,
    signal: AbortSignal,
  ): Promise<void> {
    await readWhole(this.room, { change: { kind }, listing, list }, signal);
    if (kind === 'queues' || kind === 'workers') {
      await this.readNamedTasks(signal);
    }
  }

  /** So that rows of queues and workers know what can be done to their tasks. */
  private async readNamedTasks(signal: AbortSignal): Promise<void> {
    const missing = [...new Set(this.namedTaskIds())].filter((id) => !this.room.table.has(id));
    if (missing.length === 0) {
      return;
    }
    try {
      const { changed } = await readTasks(this.room, missing.slice(0, MOST_MISSING), signal);
      fireTasks(this.room, changed);
    } catch (thrown) {
      if (isCancelled(thrown)) {
        throw thrown;
      }
      // The list itself is good; its rows only offer less.
      this.room.logger.debug(`Reading the tasks of a list failed: ${toTracksideError(thrown).message}`);
    }
  }
}
