import type { Backend, ModelOutcome, TaskQuery } from '../backends/contract';
import type { QueueRequest, TaskActionRequest } from '../core/actions';
import type { Clock } from '../core/clock';
import type { Dataset, DatasetContents } from '../core/datasets';
import { DisposableStore, type Disposable } from '../core/disposable';
import { Emitter } from '../core/emitter';
import type { Project, Queue, Task, Worker } from '../core/entities';
import { TracksideError } from '../core/errors';
import type { Model, ModelQuery, ModelRequest } from '../core/models';
import type { ProjectGroup } from '../core/project-groups';
import type { Logger } from '../core/logger';
import type {
  ActOutcome,
  EntityStore,
  Listing,
  ModelListing,
  NeedHandle,
  ScheduledNeed,
  StoreChange,
  StoreNeed,
  TaskListing,
} from './contract';
import { DatasetLists } from './dataset-lists';
import { ModelLists } from './model-lists';
import { changeQueue } from './queue-changes';
import type { ConnectionScheduler } from './refresh-scheduler';
import { fireTasks, readTasks, type StoreRoom } from './store-room';
import { TaskActions } from './task-actions';
import { TaskLists } from './task-lists';
import { Generations, TaskTable } from './task-table';
import { isLiveTask, TaskWatch, taskNeedKey, transitionsOf } from './task-watch';
import { WholeLists } from './whole-lists';

const TASK_FRESH_FOR_MS = 10_000;
/** Needs that name no task, so that none must be watched for them. */
const NO_TASKS: readonly StoreNeed['kind'][] = [
  'projects',
  'groups',
  'models',
  'datasets',
  'datasetContents',
];
const DRAFT_INTERVAL_MS = 30_000;

export interface EntityStoreOptions {
  readonly scheduler: ConnectionScheduler;
  readonly clock: Clock;
  readonly logger: Logger;
  backend(signal: AbortSignal): Promise<Backend>;
  /** Called when a person asks for a fresh read, so that nothing makes it wait. */
  onAsked?(): void;
}

/** An entity store and its end. */
export interface OwnedEntityStore extends EntityStore, Disposable {}

export function createEntityStore(options: EntityStoreOptions): OwnedEntityStore {
  return new Store(options);
}

class Store implements OwnedEntityStore {
  private readonly owned = new DisposableStore();
  private readonly changes: Emitter<StoreChange>;
  private readonly ended = new AbortController();
  private readonly table = new TaskTable();
  private readonly heldTasks = new Map<string, number>();
  private readonly heldWholes = { queues: 0, workers: 0 };
  private readonly room: StoreRoom;
  private readonly lists: TaskLists;
  private readonly watch: TaskWatch;
  private readonly wholes: WholeLists;
  private readonly modelLists: ModelLists;
  private readonly datasetLists: DatasetLists;
  private readonly actions: TaskActions;

  constructor(private readonly options: EntityStoreOptions) {
    const { scheduler, clock, logger } = options;
    this.changes = this.owned.add(
      new Emitter<StoreChange>((error) => logger.error('A listener of the store failed.', error)),
    );
    const { table, changes } = this;
    const fire = (change: StoreChange): void => changes.fire(change);
    const backend = (signal: AbortSignal): Promise<Backend> => options.backend(signal);
    this.room = { scheduler, clock, logger, backend, table, fire, generations: new Generations() };
    this.lists = new TaskLists(this.room, (id) => this.isNamed(id));
    this.watch = new TaskWatch(this.room, this.lists, () => this.otherLiveIds());
    this.wholes = new WholeLists(this.room, () => this.isSomethingLive());
    this.modelLists = new ModelLists(this.room);
    this.datasetLists = new DatasetLists(this.room);
    this.actions = new TaskActions(this.room, this.lists, this.watch);
    this.owned.add(scheduler.onDidNotify((change) => this.watch.note(change)));
  }

  get onDidChange(): EntityStore['onDidChange'] {
    return this.changes.event;
  }

  task(id: string): Task | undefined {
    return this.table.get(id);
  }

  taskFailure(id: string): TracksideError | undefined {
    return this.table.failureOf(id);
  }

  knownTasks(): Iterable<Task> {
    return this.table.all();
  }

  projects(): Listing<Project> {
    return this.wholes.projects;
  }

  groups(): Listing<ProjectGroup> {
    return this.wholes.groups;
  }

  queues(): Listing<Queue> {
    return this.wholes.queues;
  }

  workers(): Listing<Worker> {
    return this.wholes.workers;
  }

  tasks(query: TaskQuery): TaskListing {
    return this.lists.listing(query);
  }

  models(query: ModelQuery): ModelListing {
    return this.modelLists.listing(query);
  }

  model(id: string): Model | undefined {
    return this.modelLists.find(id);
  }

  datasets(): Listing<Dataset> {
    return this.datasetLists.listing;
  }

  datasetContents(datasetId: string): Listing<DatasetContents> {
    return this.datasetLists.contentsOf(datasetId);
  }

  loadMoreModels(query: ModelQuery): Promise<void> {
    return this.modelLists.loadMore(query, this.ended.signal);
  }

  changeModels(models: readonly Model[], request: ModelRequest): Promise<readonly ModelOutcome[]> {
    return this.modelLists.act(models, request, this.ended.signal);
  }

  loadMore(query: TaskQuery): Promise<void> {
    return this.lists.loadMore(query, this.ended.signal);
  }

  need(need: StoreNeed): NeedHandle {
    const owned = new DisposableStore();
    switch (need.kind) {
      case 'tasks':
        owned.add(this.lists.hold(need.query));
        break;
      case 'task':
        owned.add(holdCount(this.heldTasks, need.id));
        break;
      case 'queues':
      case 'workers':
        owned.add(this.holdWhole(need.kind));
        break;
      case 'models':
        owned.add(this.modelLists.hold(need.query));
        break;
      case 'projects':
      case 'groups':
      case 'datasets':
      case 'datasetContents':
        break;
    }
    const handle = owned.add(this.room.scheduler.add(this.scheduled(need)));
    if (!NO_TASKS.includes(need.kind)) {
      owned.add(this.watch.hold());
    }
    return { poke: () => handle.poke(), dispose: () => owned.dispose() };
  }

  async refresh(need: StoreNeed): Promise<void> {
    this.options.onAsked?.();
    const handle = this.need(need);
    try {
      await handle.poke();
    } finally {
      handle.dispose();
    }
  }

  refreshHeld(): Promise<void> {
    this.options.onAsked?.();
    return this.room.scheduler.pokeAll();
  }

  act(tasks: readonly Task[], request: TaskActionRequest): Promise<readonly ActOutcome[]> {
    return this.actions.act(tasks, request, this.ended.signal);
  }

  async changeQueue(request: QueueRequest): Promise<void> {
    const held = request.change === 'create' ? undefined : this.queueOf(request.queueId);
    await changeQueue(this.room, request, this.ended.signal);
    if (request.change === 'delete' || request.change === 'clear') {
      this.watch.suspect(held?.entries.map(({ taskId }) => taskId) ?? []);
    }
    await this.refresh({ kind: 'queues' });
  }

  dispose(): void {
    this.ended.abort();
    this.owned.dispose();
  }

  private scheduled(need: StoreNeed): ScheduledNeed {
    switch (need.kind) {
      case 'projects':
      case 'groups':
      case 'queues':
      case 'workers':
        return this.wholes.needOf(need.kind);
      case 'models':
        return this.modelLists.needOf(need.query);
      case 'datasets':
      case 'datasetContents':
        return this.datasetLists.needOf(need);
      case 'tasks':
        return this.lists.needOf(need.query);
      case 'task':
        return this.taskNeed(need.id);
    }
  }

  /** Reads one task. While it is live the watch keeps it true; an ended one is not asked for by time. */
  private taskNeed(id: string): ScheduledNeed {
    const { table } = this;
    return {
      key: taskNeedKey(id),
      run: (signal) => this.readTask(id, signal),
      intervalMs: () => (table.get(id)?.status === 'draft' ? DRAFT_INTERVAL_MS : undefined),
      matches: () => false,
      get freshForMs() {
        return table.has(id) ? TASK_FRESH_FOR_MS : 0;
      },
    };
  }

  private async readTask(id: string, signal: AbortSignal): Promise<void> {
    const before = new Map([[id, this.table.get(id)]]);
    const { changed, removed } = await readTasks(this.room, [id], signal);
    fireTasks(this.room, new Set([...changed, ...removed]));
    this.lists.remove(removed);
    if (before.get(id)) {
      this.watch.follow(transitionsOf(before, [...changed, ...removed], (known) => this.table.get(known)));
    }
    if (!this.table.has(id)) {
      throw new TracksideError(
        'notFound',
        'This task is not on the server any more, or was never there.',
        'Refresh the list; it may have been deleted by somebody else.',
      );
    }
  }

  private queueOf(queueId: string): Queue | undefined {
    return this.wholes.queues.items.find(({ id }) => id === queueId);
  }

  private isNamed(id: string): boolean {
    return this.heldTasks.has(id) || [...this.wholes.namedTaskIds()].includes(id);
  }

  private *otherLiveIds(): Iterable<string> {
    for (const id of this.heldTasks.keys()) {
      if (isLiveTask(this.table.get(id))) {
        yield id;
      }
    }
    if (this.heldWholes.queues + this.heldWholes.workers > 0) {
      for (const id of this.wholes.namedTaskIds()) {
        if (isLiveTask(this.table.get(id))) {
          yield id;
        }
      }
    }
  }

  private isSomethingLive(): boolean {
    return (
      this.wholes.workers.items.some(({ task }) => task !== undefined) ||
      [...this.otherLiveIds()].length > 0 ||
      [...this.lists.liveIds()].length > 0
    );
  }

  private holdWhole(kind: 'queues' | 'workers'): Disposable {
    this.heldWholes[kind] += 1;
    return {
      dispose: () => {
        this.heldWholes[kind] -= 1;
      },
    };
  }
}

function holdCount(counts: Map<string, number>, key: string): Disposable {
  counts.set(key, (counts.get(key) ?? 0) + 1);
  return {
    dispose: () => {
      const left = (counts.get(key) ?? 1) - 1;
      if (left > 0) {
        counts.set(key, left);
      } else {
        counts.delete(key);
      }
    },
  };
}
