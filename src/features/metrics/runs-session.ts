import type { Clock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import type { Logger } from '../../core/logger';
import { parseSeriesKey } from '../../core/series';
import { runKey, type TaskRef } from '../../core/task-ref';
import type { Connections } from '../../store/contract';
import { takeMessage } from '../panels/page-message';
import { counted } from '../trees/plural';
import { Pointing } from '../trees/pointing';
import { CurvesDesk } from './curves-desk';
import type { Drawing, DrawnRuns } from './drawn-runs';
import { MOST_RESTING_POINTS, type PageState } from './frame-pump';
import type { PanelDeeds } from './panel-deeds';
import type { RunLooksMemory } from './run-looks-memory';
import { RunMember } from './run-member';
import { firstPoints } from './overview-picture';
import { RunPictures } from './run-pictures';
import { feedOf } from './runs-feed-state';
import type { RunParameters, RunsHostMessage } from './runs-contract';
import { runsPanelMessage, type RunDeed, type RunsPanelMessage } from './runs-messages';
import type { ViewMemory } from './view-memory';
import { FIRST_SELECTION, selectionOf, viewState, type ViewSelection, type ViewState } from './view-contract';
import type { SeriesEngineClient } from './worker-contract';

/** So many runs are read for the first time at once; the others wait for their turn. */
const READ_AT_ONCE = 6;
/** What changes of the runs within this time goes to the page together. */
const TELL_DELAY_MS = 30;

/** What the panel of several runs lets the editor do. All of them tell a failure themselves. */
export interface RunsDeeds extends Pick<PanelDeeds, 'saveFile' | 'copy'> {
  openTask(ref: TaskRef): Promise<void>;
  /** Shows and selects the run's row in the tree of tasks. */
  revealTask(ref: TaskRef): Promise<void>;
  /** Marks the rows of these runs wherever they are listed, and no others. */
  pointAt(refs: readonly TaskRef[]): void;
  /** Asks which runs to add to these; empty when the person turns away. */
  pickRuns(shown: readonly TaskRef[]): Promise<readonly TaskRef[]>;
}

export interface RunsSessionPorts {
  readonly refs: readonly TaskRef[];
  readonly panelId: string;
  readonly connections: Connections;
  readonly engine: SeriesEngineClient;
  readonly looks: RunLooksMemory;
  readonly drawn: DrawnRuns;
  readonly views: ViewMemory;
  readonly clock: Clock;
  readonly logger: Logger;
  post(message: RunsHostMessage): void;
  setTitle(name: string): void;
  readonly deeds: RunsDeeds;
}

/** The life of a panel of several runs, without the editor: what it needs while visible, and what it tells the page. */
export class RunsSession implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly desk: CurvesDesk;
  private readonly pictures: RunPictures;
  private readonly members = new Map<string, RunMember>();
  private readonly parameters = new Map<string, RunParameters>();
  private isVisible = false;
  private isPageReady = false;
  private wantsParameters = false;
  private readonly pointing: Pointing;
  private readonly drawing: Drawing;
  private telling: Disposable | undefined;
  private toldRuns = '';
  private toldFeed = '';
  private readonly untoldParameters = new Set<string>();
  private started = new Set<string>();

  constructor(private readonly ports: RunsSessionPorts) {
    const { engine, panelId, clock, logger, deeds, connections } = ports;
    this.pointing = new Pointing((refs) => deeds.pointAt(refs));
    this.desk = this.owned.add(
      new CurvesDesk({
        engine,
        panelId,
        clock,
        logger,
        deeds,
        post: (message) => ports.post(message),
        title: () => counted(this.members.size, 'run'),
        runNameOf: (key) => this.members.get(parseSeriesKey(key)?.run ?? '')?.task?.name ?? '',
        readAnew: () => this.readAnew(),
      }),
    );
    this.pictures = new RunPictures({
      pump: this.desk.pump,
      clock,
      runCount: () => this.members.size,
      onChanged: () => this.startNext(),
    });
    ports.refs.forEach((ref) => this.add(ref));
    this.drawing = this.owned.add(ports.drawn.open(this.refs));
    this.owned.add(connections.onDidChange(() => this.connect()));
    this.owned.add(ports.looks.onDidChange(() => this.tellSoon()));
    this.connect();
    ports.setTitle(counted(this.members.size, 'run'));
  }

  get refs(): readonly TaskRef[] {
    return [...this.members.values()].map(({ ref }) => ref);
  }

  /** Hidden: nothing is asked for and the page is gone. Visible: what may have changed is brought up to date. */
  setVisible(isVisible: boolean): void {
    if (this.isVisible === isVisible) {
      return;
    }
    this.isVisible = isVisible;
    if (isVisible) {
      this.drawing.show(this.refs);
      this.startNext();
      this.open(this.desk.pump.lastSelection, 'loading');
      return;
    }
    this.pointing.at([]);
    this.started.clear();
    this.members.forEach((member) => member.setOn(false));
    this.pictures.dispose();
    this.desk.pump.pageGone();
    this.isPageReady = false;
  }

  rest(): boolean {
    this.setVisible(false);
    this.drawing.show([]);
    this.desk.pump.forgetPage();
    const isRead = [...this.members.values()].every(({ isSettled }) => isSettled);
    return isRead && this.desk.pump.pointCount <= MOST_RESTING_POINTS;
  }

  /** Takes what the page sent; anything that is not in the contract is logged and dropped. */
  receive(message: unknown): void {
    const { logger } = this.ports;
    takeMessage(message, { schema: runsPanelMessage, sender: 'A panel', logger }, (taken) =>
      this.handle(taken),
    );
  }

  dispose(): void {
    this.pointing.at([]);
    this.telling?.dispose();
    this.members.forEach((member) => member.dispose());
    this.pictures.dispose();
    this.owned.dispose();
  }

  private handle(message: RunsPanelMessage): void {
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
      case 'runDeed':
        this.report(this.perform(message.run, message.deed));
        return;
      case 'addRuns':
        this.report(this.addRuns());
        return;
      case 'pointAt':
        this.pointing.at(message.runs.flatMap((key) => this.members.get(key)?.ref ?? []));
        return;
      case 'setLook':
        this.ports.looks.choose(message.run, message.look ?? undefined);
        return;
      case 'wantParameters':
        this.wantsParameters = true;
        this.members.forEach((member) => member.wantParameters());
        return;
      case 'retry':
        this.readAnew();
        return;
    }
  }

  /**
   * Tells the page everything: while it still loads, so that it can draw at once, and again if it asks.
   * @param selection what the page showed before it was loaded again; null for a new panel.
   */
  private open(selection: ViewSelection | null, page: PageState): void {
    this.isPageReady = true;
    this.toldRuns = '';
    this.toldFeed = '';
    this.parameters.forEach((_, key) => this.untoldParameters.add(key));
    const view = selection === null ? (this.recallView() ?? null) : null;
    const shown = selection ?? this.firstSelection(view);
    this.ports.post({ type: 'openRuns', refs: [...this.refs], view, selection: shown });
    this.tell();
    this.desk.pump.begin(shown, page);
  }

  /** As many points as can be drawn at once; the page asks for more as soon as its charts have a width. */
  private firstSelection(view: ViewState | null): ViewSelection {
    const first = view === null ? FIRST_SELECTION : selectionOf(view);
    return { ...first, maxPoints: Math.min(first.maxPoints, firstPoints(this.members.size)) };
  }

  /** Runs that were hidden or zoomed to before may be others than these. */
  private recallView(): ViewState | undefined {
    const place = this.viewPlace();
    const view = place && this.ports.views.recall(place.connectionId, place.task);
    if (view !== undefined) {
      return { ...view, hidden: [], range: null, heights: [] };
    }
    const members = [...this.members.values()];
    const isOverTime = members.length > 0 && members.every(({ stepNoun }) => stepNoun !== undefined);
    return isOverTime ? viewState.parse({ xLabel: 'wall' }) : undefined;
  }

  private keepView(view: ViewState): void {
    const place = this.viewPlace();
    if (place !== undefined) {
      this.ports.views.remember(place.connectionId, place.task, view);
    }
  }

  /** Views of several runs are remembered for the project of the first. */
  private viewPlace():
    { readonly connectionId: string; readonly task: NonNullable<RunMember['task']> } | undefined {
    const [first] = this.members.values();
    return first?.task && { connectionId: first.ref.connectionId, task: first.task };
  }

  private async perform(run: string, deed: RunDeed): Promise<void> {
    const member = this.members.get(run);
    if (member === undefined) {
      return;
    }
    const { deeds } = this.ports;
    switch (deed) {
      case 'open':
        return deeds.openTask(member.ref);
      case 'reveal':
        return deeds.revealTask(member.ref);
      case 'copyName':
        return deeds.copy(member.task?.name ?? member.ref.taskId);
      case 'takeOut':
        return this.takeOut(member);
    }
  }

  private async takeOut(member: RunMember): Promise<void> {
    if (this.members.size < 2) {
      return;
    }
    this.members.delete(member.key);
    this.parameters.delete(member.key);
    member.dispose();
    this.pictures.drop(member.key);
    this.desk.pump.clearRun(member.key);
    this.runsChanged();
    await this.ports.engine.clear(this.ports.panelId, member.key);
  }

  private async addRuns(): Promise<void> {
    const added = await this.ports.deeds.pickRuns(this.refs);
    added.forEach((ref) => this.add(ref));
    this.connect();
    this.runsChanged();
    this.startNext();
  }

  private runsChanged(): void {
    this.ports.setTitle(counted(this.members.size, 'run'));
    this.drawing.show(this.refs);
    if (this.isPageReady) {
      const { selection } = this.desk.pump;
      this.ports.post({ type: 'openRuns', refs: [...this.refs], view: null, selection });
      this.tell();
    }
  }

  private add(ref: TaskRef): void {
    if (this.members.has(runKey(ref))) {
      return;
    }
    const member = new RunMember({
      ref,
      panelId: this.ports.panelId,
      engine: this.ports.engine,
      clock: this.ports.clock,
      logger: this.ports.logger,
      overview: this.pictures.place(runKey(ref)),
      onIngested: (result) => this.desk.pump.ingested(result),
      onCleared: (run) => this.desk.pump.clearRun(run),
      onChanged: () => this.memberChanged(),
      onParameters: (parameters) => {
        this.parameters.set(parameters.key, parameters);
        this.untoldParameters.add(parameters.key);
        this.tellSoon();
      },
    });
    this.members.set(member.key, member);
    if (this.wantsParameters) {
      member.wantParameters();
    }
  }

  private connect(): void {
    for (const member of this.members.values()) {
      const session = this.ports.connections.get(member.ref.connectionId);
      if (session !== undefined) {
        member.connect(session);
      }
    }
    this.tellSoon();
  }

  private memberChanged(): void {
    this.startNext();
    this.tellSoon();
  }

  /** Lets as many runs begin, or go on after their first picture, as may be read at once. */
  private startNext(): void {
    if (!this.isVisible) {
      return;
    }
    const all = [...this.members.values()];
    const isReading = ({ key, isSettled }: RunMember): boolean =>
      this.started.has(key) && !isSettled && !this.pictures.isWaiting(key);
    while (all.filter(isReading).length < READ_AT_ONCE && (this.pictures.readNext() || this.startOne(all))) {
      // Each begins one.
    }
    if (
      this.pictures.isFull ||
      all.every(({ key, isSettled }) => isSettled || this.pictures.hasAnswered(key))
    ) {
      this.pictures.show();
    }
  }

  private startOne(all: readonly RunMember[]): boolean {
    const next = this.pictures.isFull ? undefined : all.find(({ key }) => !this.started.has(key));
    if (next !== undefined) {
      this.started.add(next.key);
      next.setOn(true);
    }
    return next !== undefined;
  }

  private tellSoon(): void {
    this.telling ??= this.ports.clock.after(TELL_DELAY_MS, () => this.tell());
  }

  private tell(): void {
    this.telling?.dispose();
    this.telling = undefined;
    if (!this.isPageReady) {
      return;
    }
    const looks = this.ports.looks.looksOf([...this.members.keys()]);
    const runs = [...this.members.values()].map((member) => member.view(looks.get(member.key) ?? 0));
    const runsText = JSON.stringify(runs);
    if (runsText !== this.toldRuns) {
      this.toldRuns = runsText;
      this.ports.post({ type: 'runs', runs });
    }
    const feed = feedOf([...this.members.values()]);
    const feedText = JSON.stringify(feed);
    if (feedText !== this.toldFeed) {
      this.toldFeed = feedText;
      this.ports.post({ type: 'feed', feed });
    }
    this.tellParameters();
  }

  private tellParameters(): void {
    const read = [...this.untoldParameters].flatMap((key) => this.parameters.get(key) ?? []);
    this.untoldParameters.clear();
    if (read.length > 0) {
      this.ports.post({ type: 'runParameters', runs: read });
    }
  }

  private readAnew(): void {
    this.members.forEach((member) => this.report(member.poke()));
  }

  private report(work: Promise<void>): void {
    work.catch((error: unknown) => this.ports.logger.error('A panel action failed.', error));
  }
}
