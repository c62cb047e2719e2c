import type { Clock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import type { Task } from '../../core/entities';
import type { Logger } from '../../core/logger';
import { isLive } from '../../core/status';
import type { TaskRef } from '../../core/task-ref';
import type { ConnectionSession, StoreChange } from '../../store/contract';
import { DetailsFeed } from './details-feed';
import { FramePump } from './frame-pump';
import {
  panelMessage,
  type FeedState,
  type HostMessage,
  type PanelAction,
  type PanelCommand,
  type DetailsState,
  type PanelMessage,
  type TaskDocumentRef,
} from './panel-contract';
import { SeriesFeed } from './series-feed';
import { taskView } from './task-view';
import type { SeriesEngineClient } from './worker-contract';

/** What a panel asks of the editor around it. */
export interface PanelSessionPorts {
  readonly ref: TaskRef;
  readonly panelId: string;
  readonly session: ConnectionSession;
  readonly engine: SeriesEngineClient;
  readonly clock: Clock;
  readonly logger: Logger;
  post(message: HostMessage): void;
  setTitle(name: string): void;
  /** Runs the command behind a button; it asks and reports by itself. */
  act(action: PanelAction): Promise<void>;
  run(command: PanelCommand): Promise<void>;
  openDocument(document: TaskDocumentRef): Promise<void>;
  openTask(taskId: string): Promise<void>;
  copy(text: string): Promise<void>;
}

/** The life of one task's panel, without the editor: what it needs while visible, and what it tells the page. */
export class PanelSession implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly pump: FramePump;
  private readonly feed: SeriesFeed;
  private readonly details: DetailsFeed;
  private needs: DisposableStore | undefined;
  private feedState: FeedState = { phase: 'opening' };
  private isPageReady = false;
  private seen: Task | undefined;

  constructor(private readonly ports: PanelSessionPorts) {
    const { session, engine, panelId } = ports;
    this.seen = session.store.task(ports.ref.taskId);
    this.pump = this.owned.add(
      new FramePump({
        post: (message) => ports.post(message),
        frames: (keys, selection) => engine.frames(panelId, keys, selection),
        onFailure: (error) => this.framesFailed(error),
        clock: ports.clock,
      }),
    );
    this.feed = this.owned.add(
      new SeriesFeed({
        session,
        engine,
        panelId,
        taskId: ports.ref.taskId,
        isLive: () => this.seen === undefined || isLive(this.seen.status),
        onIngested: (result) => this.pump.ingested(result),
        onCleared: () => this.pump.clear(),
        onState: (state) => this.setFeedState(state),
      }),
    );
    this.details = this.owned.add(
      new DetailsFeed({
        session,
        taskId: ports.ref.taskId,
        isLive: () => this.seen === undefined || isLive(this.seen.status),
        onState: (state) => this.postDetails(state),
      }),
    );
    this.owned.add(session.store.onDidChange((change) => this.storeChanged(change)));
    this.titleFromTask();
  }

  /** Hidden: nothing is asked for and the page is gone. Visible: everything is brought up to date at once. */
  setVisible(isVisible: boolean): void {
    if (isVisible && this.needs === undefined) {
      this.needs = new DisposableStore();
      this.needs.add(this.ports.session.store.need({ kind: 'task', id: this.ports.ref.taskId }));
      this.feed.setOn(true);
    }
    if (!isVisible) {
      this.needs?.dispose();
      this.needs = undefined;
      this.feed.setOn(false);
      this.details.setOn(false);
      this.pump.pageGone();
      this.isPageReady = false;
    }
  }

  /** Takes what the page sent; anything that is not in the contract is logged and dropped. */
  receive(message: unknown): void {
    const parsed = panelMessage.safeParse(message);
    if (parsed.success) {
      this.handle(parsed.data);
    } else {
      this.ports.logger.warn(`A panel sent something unexpected: ${parsed.error.message}`);
    }
  }

  dispose(): void {
    this.needs?.dispose();
    this.owned.dispose();
    this.ports.engine.clear(this.ports.panelId).catch(() => undefined);
  }

  private handle(message: PanelMessage): void {
    switch (message.type) {
      case 'ready':
        this.pageReady();
        this.pump.pageReady(message.selection);
        return;
      case 'watch':
        this.pump.setWatch(message.selectionId, message.selection, message.keys);
        return;
      case 'painted':
        this.pump.painted(message.generation);
        return;
      case 'act':
        this.report(this.ports.act(message.action), () =>
          this.ports.post({ type: 'acted', requestId: message.requestId }),
        );
        return;
      case 'command':
        this.report(this.ports.run(message.command));
        return;
      case 'showDetails':
        this.details.setOn(message.isShown && this.needs !== undefined);
        return;
      case 'openDocument':
        this.report(this.ports.openDocument(message.document));
        return;
      case 'openTask':
        this.report(this.ports.openTask(message.taskId));
        return;
      case 'copy':
        this.report(this.ports.copy(message.text));
        return;
      case 'retry':
        this.report(this.feed.poke());
        this.report(this.details.poke());
        return;
    }
  }

  private pageReady(): void {
    this.isPageReady = true;
    const { ref } = this.ports;
    this.ports.post({ type: 'open', ref });
    this.postTask();
    this.ports.post({ type: 'feed', feed: this.feedState });
  }

  private postTask(): void {
    if (this.isPageReady) {
      const task = this.seen === undefined ? null : taskView(this.seen, this.ports.session.info.label);
      this.ports.post({ type: 'task', task });
    }
  }

  private postDetails(state: DetailsState): void {
    if (this.isPageReady) {
      this.ports.post({ type: 'details', state });
    }
  }

  private setFeedState(state: FeedState): void {
    this.feedState = state;
    if (this.isPageReady) {
      this.ports.post({ type: 'feed', feed: state });
    }
  }

  private storeChanged(change: StoreChange): void {
    if (change.kind !== 'tasks' || !change.ids.has(this.ports.ref.taskId)) {
      return;
    }
    const before = this.seen;
    this.seen = this.ports.session.store.task(this.ports.ref.taskId) ?? before;
    this.titleFromTask();
    this.postTask();
    if (before === undefined || this.seen === undefined) {
      return;
    }
    if (isRunAnew(before, this.seen)) {
      this.report(this.feed.restart());
    } else if (isLive(before.status) && !isLive(this.seen.status) && this.needs !== undefined) {
      // The last points of a run often arrive together with its end.
      this.report(this.feed.poke());
    }
  }

  private titleFromTask(): void {
    if (this.seen !== undefined) {
      this.ports.setTitle(this.seen.name);
    }
  }

  private framesFailed(error: unknown): void {
    this.ports.logger.error('Curves could not be computed.', error);
    // A worker that ended has lost the points: the next read notices and begins again.
    this.report(this.feed.poke());
  }

  private report(work: Promise<void>, done: () => void = () => undefined): void {
    work.catch((error: unknown) => this.ports.logger.error('A panel action failed.', error)).finally(done);
  }
}

/** True when what was recorded before no longer counts: the task was reset, or it started another time. */
function isRunAnew(before: Task, now: Task): boolean {
  if (now.status === 'draft') {
    return before.status !== 'draft';
  }
  return before.startedAt !== undefined && now.startedAt !== undefined && before.startedAt !== now.startedAt;
}
