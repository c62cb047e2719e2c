import type { DependencyGraph } from '../../core/dependency-graph';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { isCancelled, toTracksideError, TracksideError } from '../../core/errors';
import { completeGraph } from '../../core/graph-structure';
import type { Logger } from '../../core/logger';
import { isLive, type TaskStatus } from '../../core/status';
import type { ConnectionSession, NeedHandle, ScheduledNeed } from '../../store/contract';
import { failureView } from '../panels/failure-schema';
import { takeMessage } from '../panels/page-message';
import { taskMenuOf } from '../panels/task-menu';
import {
  graphPanelMessage,
  type GraphHostMessage,
  type GraphPanelMessage,
  type GraphRef,
  type NodeState,
} from './graph-contract';

/** How often the graph is read again while something in it may still change. */
const POLL_INTERVAL_MS = 30_000;
/** A push about a task that is not in the graph may mean a new child of one that is. */
const PUSH_GAP_MS = 5_000;
/** Tasks that are kept fresh one by one; in larger graphs the others change with the next read. */
const MOST_WATCHED = 200;

export interface GraphSessionPorts {
  readonly ref: GraphRef;
  readonly session: ConnectionSession;
  readonly logger: Logger;
  post(message: GraphHostMessage): void;
  setTitle(title: string): void;
  openTask(taskId: string): void;
}

/** The life of one dependency panel, without the editor: it asks only while it is visible. */
export class GraphSession implements Disposable {
  private readonly owned = new DisposableStore();
  private needs = new DisposableStore();
  private reading: NeedHandle | undefined;
  private graph: DependencyGraph | undefined;
  private failure: TracksideError | undefined;
  private taskIds: ReadonlySet<string> = new Set();
  /** What a read was asked for after, so that it is asked once. */
  private readonly lastStatuses = new Map<string, TaskStatus>();
  private isPageReady = false;

  constructor(private readonly ports: GraphSessionPorts) {
    this.owned.add(
      ports.session.store.onDidChange((change) => {
        if (change.kind === 'tasks') {
          const ids = [...change.ids].filter((id) => this.taskIds.has(id));
          this.postStates(ids);
          this.readAfterChange(ids);
        }
      }),
    );
  }

  setVisible(isVisible: boolean): void {
    if (isVisible) {
      this.reading ??= this.ports.session.scheduler.add(this.need());
      this.watchTasks();
    } else {
      this.isPageReady = false;
      this.reading?.dispose();
      this.reading = undefined;
      this.needs.dispose();
    }
  }

  /** Takes what the page sent; anything that is not in the contract is logged and dropped. */
  receive(message: unknown): void {
    const { logger } = this.ports;
    takeMessage(message, { schema: graphPanelMessage, sender: 'A dependency panel', logger }, (taken) =>
      this.handle(taken),
    );
  }

  dispose(): void {
    this.setVisible(false);
    this.owned.dispose();
  }

  private handle(message: GraphPanelMessage): void {
    switch (message.type) {
      case 'ready':
        this.isPageReady = true;
        this.post({ type: 'open', ref: this.ports.ref });
        this.postAll();
        return;
      case 'openTask':
        this.ports.openTask(message.taskId);
        return;
      case 'retry':
        this.reading?.poke().catch(() => undefined); // the need itself shows the failure
        return;
    }
  }

  private need(): ScheduledNeed {
    return {
      key: `dependencies:${JSON.stringify(this.ports.ref.scope)}`,
      freshForMs: 0,
      pushGapMs: PUSH_GAP_MS,
      intervalMs: () => (this.isAnyLive() ? POLL_INTERVAL_MS : undefined),
      matches: (change) => change.kind === 'task' && change.ids.some((id) => !this.taskIds.has(id)),
      run: async (signal) => {
        try {
          this.take(await this.read(signal));
        } catch (error) {
          this.fail(error);
          throw error;
        }
      },
    };
  }

  private async read(signal: AbortSignal): Promise<DependencyGraph> {
    const { ref, session } = this.ports;
    const { dependencies } = await session.backend(signal);
    if (dependencies?.scopes.includes(ref.scope.kind) !== true) {
      const message = `${session.info.label} does not tell what depends on what here.`;
      throw new TracksideError('invalid', message, 'Close this panel.');
    }
    const onPart = (graph: DependencyGraph): void => this.takePart(completeGraph(graph));
    return completeGraph(await dependencies.read(ref.scope, signal, onPart));
  }

  /** Shown while nothing better is: what is complete but older says more. */
  private takePart(graph: DependencyGraph): void {
    if (this.graph === undefined || this.graph.isPartial === true) {
      this.graph = graph;
      this.failure = undefined;
      this.ports.setTitle(`Dependencies of ${graph.title}`);
      this.postAll();
    }
  }

  private take(graph: DependencyGraph): void {
    this.graph = graph;
    this.failure = undefined;
    this.lastStatuses.clear();
    this.taskIds = new Set(graph.nodes.flatMap(({ taskId }) => taskId ?? []));
    this.ports.setTitle(`Dependencies of ${graph.title}`);
    if (this.reading !== undefined) {
      this.watchTasks();
    }
    this.postAll();
  }

  private fail(error: unknown): void {
    if (!isCancelled(error)) {
      this.failure = toTracksideError(error);
      this.postAll();
    }
  }

  private watchTasks(): void {
    const before = this.needs;
    this.needs = new DisposableStore();
    for (const id of this.watched()) {
      this.needs.add(this.ports.session.store.need({ kind: 'task', id }));
    }
    before.dispose();
  }

  private watched(): readonly string[] {
    return [...this.taskIds].slice(0, MOST_WATCHED);
  }

  /** A task that begins or ends may have started others, or let them start. */
  private readAfterChange(ids: readonly string[]): void {
    const { store } = this.ports.session;
    const read = new Map((this.graph?.nodes ?? []).map(({ taskId, status }) => [taskId, status]));
    const isOther = (id: string): boolean => {
      const status = store.task(id)?.status;
      return status !== undefined && status !== (this.lastStatuses.get(id) ?? read.get(id));
    };
    const changed = ids.filter(isOther);
    if (changed.length > 0) {
      changed.forEach((id) => this.lastStatuses.set(id, store.task(id)?.status ?? 'unknown'));
      this.reading?.poke().catch(() => undefined); // the need itself shows the failure
    }
  }

  private isAnyLive(): boolean {
    const { store } = this.ports.session;
    return (this.graph?.nodes ?? []).some(({ taskId, status }) =>
      isLive((taskId === undefined ? undefined : store.task(taskId)?.status) ?? status),
    );
  }

  private postAll(): void {
    if (this.graph === undefined && this.failure === undefined) {
      this.post({ type: 'reading' });
    }
    if (this.graph !== undefined) {
      const { nodes, edges, notes } = this.graph;
      this.post({
        type: 'graph',
        graph: { ...this.graph, nodes: [...nodes], edges: [...edges], notes: [...notes] },
      });
      this.postStates(this.watched());
    }
    if (this.failure !== undefined) {
      this.post({ type: 'failed', failure: failureView(this.failure) });
    }
  }

  private postStates(ids: readonly string[]): void {
    const states = ids.flatMap((taskId): NodeState[] => {
      const task = this.ports.session.store.task(taskId);
      return task === undefined
        ? []
        : [{ taskId, label: task.name, status: task.status, menu: taskMenuOf(task, this.ports.session) }];
    });
    if (states.length > 0) {
      this.post({ type: 'states', states });
    }
  }

  private post(message: GraphHostMessage): void {
    if (this.isPageReady) {
      this.ports.post(message);
    }
  }
}
