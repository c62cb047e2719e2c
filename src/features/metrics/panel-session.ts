import type { Clock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import type { Task } from '../../core/entities';
import type { Logger } from '../../core/logger';
import { isLive } from '../../core/status';
import type { TaskArtifact, TaskDetails } from '../../core/task-details';
import type { TaskRef } from '../../core/task-ref';
import type { ConnectionSession, StoreChange } from '../../store/contract';
import { failureView } from '../panels/failure-schema';
import { takeMessage } from '../panels/page-message';
import { detailsView } from './details-view';
import { MOST_RESTING_POINTS, type PageState } from './frame-pump';
import type { PanelDeeds } from './panel-deeds';
import { CurvesDesk } from './curves-desk';
import { OutputSession } from './output-session';
import type { FeedState, HostMessage, OutputKind } from './panel-contract';
import { panelMessage, type InputEdit, type PanelMessage } from './panel-messages';
import {
  FIRST_SELECTION,
  selectionOf,
  viewState,
  type PanelTab,
  type ViewSelection,
  type ViewState,
} from './view-contract';
import type { ViewMemory } from './view-memory';
import { isRunAnew } from './run-anew';
import { overviewPlace } from './overview-picture';
import { SeriesFeed } from './series-feed';
import { SnapshotFeed, type Snapshot } from './snapshot-feed';
import { taskView } from './task-view';
import type { SeriesEngineClient } from './worker-contract';

type Sent<T extends PanelMessage['type']> = Extract<PanelMessage, { type: T }>;

type DeedMessage = Sent<'openOutput' | 'openDocument' | 'openChanges' | 'openTask' | 'saveArtifact'>;

/** What a panel asks of the editor around it. */
export interface PanelSessionPorts {
  readonly ref: TaskRef;
  readonly panelId: string;
  readonly session: ConnectionSession;
  readonly engine: SeriesEngineClient;
  readonly views: ViewMemory;
  readonly clock: Clock;
  readonly logger: Logger;
  post(message: HostMessage): void;
  setTitle(name: string): void;
  readonly deeds: PanelDeeds;
}

/** The life of one task's panel, without the editor: what it needs while visible, and what it tells the page. */
export class PanelSession implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly desk: CurvesDesk;
  private readonly feed: SeriesFeed;
  private readonly details: SnapshotFeed<TaskDetails>;
  private readonly output: OutputSession;
  private artifacts: readonly TaskArtifact[] = [];
  private needs: DisposableStore | undefined;
  private feedState: FeedState = { phase: 'opening' };
  private isPageReady = false;
  private isViewDue = false;
  private seen: Task | undefined;
  /** Since when the task cannot be read again; undefined while it can. */
  private failingSince: number | undefined;

  constructor(private readonly ports: PanelSessionPorts) {
    const { session, engine, panelId } = ports;
    this.seen = session.store.task(ports.ref.taskId);
    this.desk = this.owned.add(
      new CurvesDesk({
        engine,
        panelId,
        clock: ports.clock,
        logger: ports.logger,
        deeds: ports.deeds,
        post: (message) => ports.post(message),
        title: () => this.seen?.name ?? '',
        runNameOf: () => null,
        readAnew: () => this.report(this.feed.poke()),
      }),
    );
    this.feed = this.owned.add(
      new SeriesFeed({
        session,
        engine,
        panelId,
        taskId: ports.ref.taskId,
        clock: ports.clock,
        isLive: () => this.isLive(),
        onIngested: (result) => this.desk.pump.ingested(result),
        overview: overviewPlace(this.desk.pump),
        onCleared: () => this.desk.pump.clear(),
        onState: (state) => this.setFeedState(state),
      }),
    );
    this.details = this.owned.add(
      new SnapshotFeed<TaskDetails>({
        session,
        key: `details:${ports.ref.taskId}`,
        isLive: () => this.isLive(),
        isChangedBy: (change) => change.kind === 'task' && change.ids.includes(ports.ref.taskId),
        read: async ({ details }, signal) => details?.read(ports.ref.taskId, signal),
        unsupported: `${session.info.label} keeps no details of its tasks.`,
        onState: (state) => this.postDetails(state),
      }),
    );
    this.output = this.owned.add(
      new OutputSession({
        session,
        taskId: ports.ref.taskId,
        isLive: () => this.isLive(),
        post: (message) => this.postToPage(message),
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
      this.open(this.desk.pump.lastSelection, 'loading');
    }
    if (!isVisible) {
      this.needs?.dispose();
      this.needs = undefined;
      this.feed.setOn(false);
      this.showTab(undefined);
      this.desk.pump.pageGone();
      this.isPageReady = false;
    }
  }

  rest(): boolean {
    this.setVisible(false);
    this.desk.pump.forgetPage();
    return this.feed.isRead && this.desk.pump.pointCount <= MOST_RESTING_POINTS;
  }

  /** Takes what the page sent; anything that is not in the contract is logged and dropped. */
  receive(message: unknown): void {
    const { logger } = this.ports;
    takeMessage(message, { schema: panelMessage, sender: 'A panel', logger }, (taken) => this.handle(taken));
  }

  dispose(): void {
    this.needs?.dispose();
    this.owned.dispose();
  }

  private handle(message: PanelMessage): void {
    switch (message.type) {
      case 'ready':
        this.open(message.selection, 'ready');
        return;
      case 'keepView':
        this.keepView(message.view);
        return;
      case 'watch':
      case 'painted':
      case 'savePoints':
      case 'saveChart':
      case 'copy':
        this.report(this.desk.handle(message));
        return;
      case 'act':
        this.report(this.ports.deeds.act(message.action), () =>
          this.ports.post({ type: 'acted', requestId: message.requestId }),
        );
        return;
      case 'command':
        this.report(this.ports.deeds.run(message.command));
        return;
      case 'showTab':
        this.showTab(this.needs === undefined ? undefined : message.tab);
        return;
      case 'wantOutput':
        this.output.want(message.kind, message.key);
        return;
      case 'moreOutput':
        this.report(this.output.readMore(message.kind));
        return;
      case 'editInput':
        this.report(this.edit(message.edit), () =>
          this.ports.post({ type: 'acted', requestId: message.requestId }),
        );
        return;
      case 'openOutput':
      case 'openDocument':
      case 'openChanges':
      case 'openTask':
      case 'saveArtifact':
        this.report(this.perform(message));
        return;
      case 'retry':
        this.report(this.feed.poke());
        this.report(this.details.poke());
        this.report(this.output.poke());
        this.report(this.readTask());
        return;
    }
  }

  /** What the editor does for the page. */
  private perform(message: DeedMessage): Promise<void> {
    const { deeds } = this.ports;
    switch (message.type) {
      case 'openOutput':
        return this.openOutput(message.kind, message.key);
      case 'openDocument':
        return deeds.openDocument(message.document);
      case 'openChanges':
        return deeds.openChanges();
      case 'openTask':
        return deeds.openTask(message.taskId);
      case 'saveArtifact':
        return this.saveArtifact(message.name, message.direction);
    }
  }

  /**
   * Tells the page everything: while it still loads, so that it can draw at once, and again if it asks.
   * @param selection what the page showed before it was loaded again; null for a new panel.
   */
  private open(selection: ViewSelection | null, page: PageState): void {
    this.isPageReady = true;
    const { ref } = this.ports;
    const view = selection === null ? this.recallView() : undefined;
    this.isViewDue = selection === null && this.seen === undefined;
    const shown = selection ?? (view === undefined ? FIRST_SELECTION : selectionOf(view));
    this.ports.post({ type: 'open', ref, view: view ?? null, selection: shown });
    this.postTask();
    this.ports.post({ type: 'feed', feed: this.feedShown() });
    this.desk.pump.begin(shown, page);
  }

  private recallView(): ViewState | undefined {
    const { session, ref, views } = this.ports;
    const known = this.seen && views.recall(ref.connectionId, this.seen);
    const isOverTime = session.openBackend?.series?.stepNoun !== undefined;
    return known ?? (isOverTime ? viewState.parse({ xLabel: 'wall' }) : undefined);
  }

  private keepView(view: ViewState): void {
    this.isViewDue = false;
    if (this.seen !== undefined) {
      this.ports.views.remember(this.ports.ref.connectionId, this.seen, view);
    }
  }

  /** The task has become known after the page was there: now the view of its project is, too. */
  private postDueView(): void {
    const view = this.isViewDue ? this.recallView() : undefined;
    this.isViewDue = false;
    if (view !== undefined) {
      this.postToPage({ type: 'view', view });
    }
  }

  private postTask(): void {
    if (this.isPageReady) {
      const { info, openBackend } = this.ports.session;
      const task = this.seen === undefined ? null : taskView(this.seen, info.label, openBackend);
      this.ports.post({ type: 'task', task });
    }
  }

  private showTab(tab: PanelTab | undefined): void {
    this.details.setOn(tab === 'details');
    this.output.showTab(tab);
  }

  private postDetails(state: Snapshot<TaskDetails>): void {
    if (state.phase === 'ready') {
      const { phase, value, staleReason } = state;
      this.artifacts = value.artifacts;
      this.postToPage({ type: 'details', state: { phase, details: detailsView(value), staleReason } });
    } else {
      this.postToPage({ type: 'details', state });
    }
  }

  private postToPage(message: HostMessage): void {
    if (this.isPageReady) {
      this.ports.post(message);
    }
  }

  /** Asks for the task itself; what goes wrong is known to the store then. */
  private async readTask(): Promise<void> {
    await this.ports.session.store
      .refresh({ kind: 'task', id: this.ports.ref.taskId })
      .catch(() => undefined);
  }

  private async openOutput(kind: OutputKind, key: string): Promise<void> {
    const output = kind === 'plots' ? this.output.plot(key) : this.output.image(key);
    if (output !== undefined) {
      await this.ports.deeds.openOutput(output);
    }
  }

  private async saveArtifact(name: string, direction: TaskArtifact['direction']): Promise<void> {
    const found = this.artifacts.find((each) => each.name === name && each.direction === direction);
    if (found !== undefined) {
      await this.ports.deeds.saveArtifact(found);
    }
  }

  private async edit(edit: InputEdit): Promise<void> {
    if (this.seen !== undefined) {
      await this.ports.deeds.edit(this.seen, edit);
      await this.details.poke();
    }
  }

  private isLive(): boolean {
    return this.seen === undefined || isLive(this.seen.status);
  }

  private setFeedState(state: FeedState): void {
    this.feedState = state;
    this.postFeed();
  }

  private postFeed(): void {
    this.postToPage({ type: 'feed', feed: this.feedShown() });
  }

  /** Where there are no points to be read, what tells that a server is away is that the task cannot be read. */
  private feedShown(): FeedState {
    const { ref, session } = this.ports;
    const failure = session.store.taskFailure(ref.taskId);
    return this.feedState.phase !== 'unsupported' || failure === undefined || this.failingSince === undefined
      ? this.feedState
      : { phase: 'failed', failure: failureView(failure), updatedAt: this.failingSince };
  }

  private noteTaskFailure(): void {
    const isFailing = this.ports.session.store.taskFailure(this.ports.ref.taskId) !== undefined;
    if (isFailing !== (this.failingSince !== undefined)) {
      this.failingSince = isFailing ? this.ports.clock.now() : undefined;
      if (this.feedState.phase === 'unsupported') {
        this.postFeed();
      }
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
    this.postDueView();
    this.noteTaskFailure();
    if (before !== undefined && this.seen !== undefined) {
      this.readWhatChanged(before, this.seen);
    }
  }

  private readWhatChanged(before: Task, now: Task): void {
    const isAnew = isRunAnew(before, now);
    if (isAnew || (now.status !== 'running' && before.updatedAt !== now.updatedAt)) {
      // Somebody changed it, here or elsewhere; what runs changes all the time, and is asked for by time.
      this.report(Promise.all([this.details.poke(), this.output.poke()]));
    }
    if (isAnew) {
      this.report(this.feed.restart());
    } else if (isLive(before.status) && !isLive(now.status) && this.needs !== undefined) {
      // The last points of a run often arrive together with its end.
      this.report(this.feed.poke());
    }
  }

  private titleFromTask(): void {
    if (this.seen !== undefined) {
      this.ports.setTitle(this.seen.name);
    }
  }

  private report(work: Promise<unknown>, done: () => void = () => undefined): void {
    work.catch((error: unknown) => this.ports.logger.error('A panel action failed.', error)).finally(done);
  }
}
