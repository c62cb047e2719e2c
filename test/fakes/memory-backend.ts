import type {
  Backend,
  LiveChange,
  Page,
  PageRequest,
  ServerDescription,
  TaskQuery,
} from '../../src/backends/contract';
import type { QueueRequest, TaskAction, TaskActionOutcome, TaskActionRequest } from '../../src/core/actions';
import type { Disposable } from '../../src/core/disposable';
import type { Project, Queue, Task, Worker } from '../../src/core/entities';
import { TracksideError } from '../../src/core/errors';

/** What the fake server allows per status, like a real one but short. */
const ALLOWED: Readonly<Partial<Record<Task['status'], readonly TaskAction[]>>> = {
  draft: ['enqueue', 'clone', 'delete', 'archive', 'rename', 'tag'],
  queued: ['dequeue', 'stop', 'clone', 'rename', 'tag'],
  running: ['stop', 'clone', 'rename', 'tag'],
  completed: ['reset', 'enqueue', 'clone', 'publish', 'archive', 'rename', 'tag'],
  failed: ['reset', 'enqueue', 'clone', 'archive', 'rename', 'tag'],
  stopped: ['reset', 'enqueue', 'clone', 'publish', 'archive', 'rename', 'tag'],
};

export function fakeTask(id: string, over: Partial<Task> = {}): Task {
  const status = over.status ?? 'completed';
  return {
    id,
    name: `task ${id}`,
    status,
    serverStatus: status,
    isStopping: false,
    projectId: 'p1',
    projectName: 'Vision',
    tags: [],
    isArchived: false,
    createdAt: 1_000,
    can: over.isArchived ? ['unarchive', 'delete'] : (ALLOWED[status] ?? []),
    ...over,
  };
}

/**
 * A whole server in memory: answers as one would, counts what it is asked, and can be slow, fail, refuse and push.
 * Pages are offsets, so they shift when tasks come and go, as on the real thing.
 */
export class MemoryBackend implements Backend {
  readonly kind = 'clearml';
  readonly tasks = new Map<string, Task>();
  readonly projectList: Project[] = [];
  readonly queueList: Queue[] = [];
  readonly workerList: Worker[] = [];
  /** One line per call, such as `getTasks a,b`. */
  readonly calls: string[] = [];
  /** What was asked of tasks, in order. */
  readonly requests: TaskActionRequest[] = [];
  failure: TracksideError | undefined;
  /** Reasons by task id for which actions are refused. */
  readonly refusals = new Map<string, TracksideError>();
  isDisposed = false;
  /** When set, every call waits for it before it answers with what was true when it was asked. */
  gate: Promise<void> | undefined;
  subscriber: { change(change: LiveChange): void; state(isConnected: boolean): void } | undefined;

  constructor(readonly hasLive = false) {}

  put(...tasks: readonly Task[]): void {
    tasks.forEach((task) => this.tasks.set(task.id, task));
  }

  change(id: string, over: Partial<Task>): void {
    const task = this.tasks.get(id);
    if (task) {
      this.put(fakeTask(id, { ...omitCan(task), ...over }));
    }
  }

  describe(): Promise<ServerDescription> {
    return this.answer('describe', () => ({ product: 'Memory 1.0', abilities: [] }));
  }

  listProjects(): Promise<readonly Project[]> {
    return this.answer('listProjects', () => [...this.projectList]);
  }

  listTasks(query: TaskQuery, { size, cursor }: PageRequest): Promise<Page<Task>> {
    return this.answer(`listTasks ${cursor ?? 'first'}`, () => {
      const start = Number(cursor ?? 0);
      const all = [...this.tasks.values()]
        .filter((task) => isIn(task, query))
        .sort((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0) || a.id.localeCompare(b.id));
      const end = start + size;
      const items = all.slice(start, end);
      return end < all.length ? { items, next: String(end) } : { items };
    });
  }

  getTasks(ids: readonly string[]): Promise<readonly Task[]> {
    return this.answer(`getTasks ${ids.join(',')}`, () => ids.flatMap((id) => this.tasks.get(id) ?? []));
  }

  readonly queues = {
    list: (): Promise<readonly Queue[]> => this.answer('queues', () => [...this.queueList]),
    change: (request: QueueRequest): Promise<void> =>
      this.answer(`queue ${JSON.stringify(request)}`, () => undefined),
  };
  readonly workers = {
    list: (): Promise<readonly Worker[]> => this.answer('workers', () => [...this.workerList]),
  };
  readonly actions = {
    act: (id: string, request: TaskActionRequest): Promise<TaskActionOutcome> =>
      this.answer(`act ${request.action} ${id}`, () => {
        this.requests.push(request);
        return this.apply(id, request);
      }),
  };

  get live(): Backend['live'] {
    return this.hasLive
      ? {
          subscribe: (onChange, onState): Disposable => {
            this.subscriber = { change: onChange, state: onState };
            onState(true);
            return { dispose: () => (this.subscriber = undefined) };
          },
        }
      : undefined;
  }

  /** Calls whose line begins like this. */
  count(prefix: string): number {
    return this.calls.filter((call) => call.startsWith(prefix)).length;
  }

  dispose(): void {
    this.isDisposed = true;
  }

  private async answer<T>(call: string, compute: () => T): Promise<T> {
    this.calls.push(call);
    const { gate, failure } = this;
    if (failure) {
      throw failure;
    }
    const result = compute();
    await gate;
    return result;
  }

  private apply(id: string, request: TaskActionRequest): TaskActionOutcome {
    const refusal = this.refusals.get(id);
    const task = this.tasks.get(id);
    if (refusal || !task) {
      throw refusal ?? new TracksideError('notFound', `No task ${id}.`, '');
    }
    switch (request.action) {
      case 'enqueue':
      case 'requeue':
        this.change(id, { status: 'queued', queueId: request.queueId });
        return {};
      case 'dequeue':
      case 'reset':
        this.change(id, { status: 'draft' });
        return {};
      case 'stop':
        this.change(id, { isStopping: true });
        return { note: 'Stopping: the worker has been asked.' };
      case 'complete':
        this.change(id, { status: 'completed' });
        return {};
      case 'fail':
        this.change(id, { status: 'failed', statusReason: request.reason ?? '' });
        return {};
      case 'comment':
        this.change(id, { comment: request.comment });
        return {};
      case 'edit':
      case 'rerun':
        return {};
      case 'move':
        this.change(
          id,
          'id' in request.project
            ? { projectId: request.project.id, projectName: request.project.name }
            : { projectId: 'new', projectName: request.project.newName },
        );
        return {};
      case 'publish':
        this.change(id, { status: 'published' });
        return {};
      case 'archive':
      case 'unarchive':
        this.change(id, { isArchived: request.action === 'archive' });
        return {};
      case 'delete':
        this.tasks.delete(id);
        return {};
      case 'rename':
        this.change(id, { name: request.name });
        return {};
      case 'tag':
        this.change(id, {
          tags: [...task.tags.filter((tag) => !request.remove.includes(tag)), ...request.add],
        });
        return {};
      case 'clone':
        this.put(fakeTask(`${id}-copy`, { status: 'draft', name: `${task.name} (copy)`, createdAt: 9_999 }));
        return { createdTaskId: `${id}-copy` };
    }
  }
}

function omitCan({ can: _, serverStatus: __, ...rest }: Task): Partial<Task> {
  return rest;
}

function isIn(
  task: Task,
  { projectId, statuses = [], tags = [], text = '', isArchived = false }: TaskQuery,
): boolean {
  return (
    (projectId === undefined || task.projectId === projectId) &&
    (statuses.length === 0 || statuses.includes(task.status)) &&
    tags.every((tag) => task.tags.includes(tag)) &&
    task.name.toLowerCase().includes(text.toLowerCase()) &&
    task.isArchived === isArchived
  );
}
