import { DisposableStore, type Disposable } from '../../src/core/disposable';
import { isEnded, isLive, statusLabel } from '../../src/core/status';
import type { TaskRef } from '../../src/core/task-ref';
import type { RunView, RunsHostMessage, RunsPersistedState } from '../../src/features/metrics/runs-contract';
import type { RunsPanelMessage } from '../../src/features/metrics/runs-messages';
import type { GroupBy, ViewState } from '../../src/features/metrics/view-contract';
import { CurvesPane } from '../metrics/curves-pane';
import { toggled } from '../metrics/chosen-view';
import type { LineName } from '../metrics/panel-series';
import { formatDuration } from '../metrics/format';
import { chooseLook } from '../metrics/look-chooser';
import type { Notice } from '../metrics/notice-view';
import { panelNote } from '../metrics/points-note';
import type { BarDrawer } from '../kit/bar-drawer';
import { element, setText } from '../kit/dom';
import type { LineStyle } from '../kit/line-styles';
import { PointedRuns } from '../kit/pointed-runs';
import type { PagePorts } from '../kit/start-page';
import { RunValuesView } from './run-values-view';
import type { RunsModel } from './runs-model';
import { RunsSidebar } from './runs-sidebar';

const TICK_MS = 1_000;

interface RunsPagePorts extends PagePorts<RunsPanelMessage, RunsPersistedState> {
  loadBars(): Promise<BarDrawer>;
}

/** The panel of several runs: their list, and their curves over one another. */
export class RunsPage implements Disposable {
  readonly root: HTMLElement;
  private readonly owned = new DisposableStore();
  private readonly title = element('h1', { class: 'ellipsis' });
  private readonly facts = element('ul', { class: 'facts' });
  private readonly curves: CurvesPane;
  private readonly side: RunsSidebar;
  private readonly values: RunValuesView;
  private refs: readonly TaskRef[] = [];
  private parametersRead: (() => void)[] = [];
  private readonly pointed = this.owned.add(
    new PointedRuns((runs) => this.ports.post({ type: 'pointAt', runs })),
  );

  constructor(
    private readonly model: RunsModel,
    private readonly ports: RunsPagePorts,
  ) {
    this.values = this.owned.add(this.makeValues());
    this.curves = this.owned.add(
      new RunCurves(model, {
        post: (message) => ports.post(message),
        keep: () => this.save(),
        drawn: () => this.linesDrawn(),
        themeChanged: () => this.looksChanged(),
        pointed: (line) => this.linePointedAt(line),
        toggled: () => this.runsShown(),
        groupLookChosen: () => this.looksChanged(),
        setRunLook: (run, look) => ports.post({ type: 'setLook', run, look }),
        notice: { empty: () => this.emptyNotice() },
        values: this.values,
      }),
    );
    this.side = new RunsSidebar(model, {
      toggle: (run) => this.hide(toggled(model.view.hidden, run)),
      showOnly: (run) => this.hide([...model.runs.keys()].filter((other) => other !== run)),
      showAll: () => this.hide([]),
      point: (line) => this.point(line),
      styleOf: (run) => this.styleOf(run),
      chooseLook: (run, name, anchor) =>
        chooseLook(name, anchor, this.curves.theme().background, (look) =>
          ports.post({ type: 'setLook', run, look: look ?? null }),
        ),
      deed: (run, deed) => ports.post({ type: 'runDeed', run, deed }),
      order: (runOrder) => this.listChanged({ runOrder }),
      fold: (isRunListFolded) => this.listChanged({ isRunListFolded }),
      groupBy: (by) => this.groupBy(by),
      band: (band) => {
        this.curves.changeView({ band });
        this.side.update();
      },
      addRuns: () => ports.post({ type: 'addRuns' }),
      readParameters: () => this.readParameters(),
    });
    this.root = element('div', { class: 'panel runs-panel' }, [
      element('header', {}, [this.title, this.facts]),
      element('div', { class: 'runs-layout' }, [this.side.root, element('main', {}, [this.curves.root])]),
    ]);
    if (model.view.groupBy?.kind === 'parameter') {
      ports.post({ type: 'wantParameters' });
    }
    const ticking = setInterval(() => this.updateHeader(), TICK_MS);
    this.owned.add({ dispose: () => clearInterval(ticking) });
    this.updateHeader();
  }

  /** Resolves when curves are drawn for the first time. */
  get shown(): Promise<unknown> {
    return this.curves.shown;
  }

  receive(message: RunsHostMessage): void {
    switch (message.type) {
      case 'openRuns': {
        const isFirst = this.refs.length === 0;
        this.refs = message.refs;
        if (isFirst) {
          this.curves.begin(message.view, message.selection);
          this.wantGroupedParameters();
          this.values.update();
        }
        this.save();
        return;
      }
      case 'runs':
        this.setRuns(message.runs);
        this.wantGroupedParameters();
        return;
      case 'runParameters':
        this.model.setParameters(message.runs);
        this.settleParameters();
        this.linesChanged();
        return;
      case 'feed':
        this.curves.receiveFeed(message.feed);
        this.root.classList.toggle('is-stale', message.feed.phase === 'failed');
        this.updateHeader();
        return;
      case 'update':
        this.curves.receiveUpdate(message);
        return;
    }
  }

  dispose(): void {
    this.owned.dispose();
  }

  private makeValues(): RunValuesView {
    const { model, ports } = this;
    return new RunValuesView(() => model.valueTable(), {
      styleOf: (run) => this.styleOf(run),
      theme: () => this.curves.theme(),
      form: () => model.view.valueForm,
      chooseForm: (valueForm) => this.listChanged({ valueForm }),
      loadBars: () => ports.loadBars(),
      point: (run) => this.point(run === undefined ? undefined : model.lineOfRun(run)),
      copy: (text) => ports.post({ type: 'copy', text }),
    });
  }

  private point(line: string | undefined): void {
    this.curves.setHighlight(line === undefined ? undefined : { line, isAlone: true });
  }

  /** Rows of the list are marked, and those of the trees. */
  private linePointedAt(line: string | undefined): void {
    this.side.showStrong(line);
    const all = [...this.model.runs.keys()];
    this.pointed.point(line === undefined ? [] : all.filter((run) => this.model.lineOfRun(run) === line));
  }

  private setRuns(runs: readonly RunView[]): void {
    const before = this.model.stepNoun;
    const areLinesOthers = this.model.setRuns(runs);
    if (this.model.stepNoun !== before) {
      this.curves.stepsRenamed();
    }
    if (areLinesOthers) {
      this.linesChanged();
    } else {
      this.runsToldAgain();
    }
  }

  /** Nothing that is drawn has changed: charts of many long runs take long to draw. */
  private runsToldAgain(): void {
    this.curves.updateNotice();
    this.values.update();
    this.side.update();
    this.updateHeader();
  }

  private hide(hidden: readonly string[]): void {
    this.model.hideRuns(hidden);
    this.runsShown();
  }

  private runsShown(): void {
    this.curves.linesChanged();
    this.side.update();
    this.updateHeader();
  }

  private looksChanged(): void {
    this.side.update();
    this.values.update();
  }

  private listChanged(change: Partial<ViewState>): void {
    this.model.setView(change);
    this.curves.viewChanged();
    this.side.update();
  }

  private groupBy(by: GroupBy | null): void {
    this.model.groupBy(by);
    this.wantGroupedParameters();
    this.linesChanged();
  }

  private linesChanged(): void {
    this.curves.linesChanged();
    this.side.update();
    this.updateHeader();
  }

  private linesDrawn(): void {
    this.updateHeader();
    if (this.model.view.runOrder.kind === 'value') {
      this.side.update();
    }
  }

  private styleOf(run: string): LineStyle {
    const { model } = this;
    const { background } = this.curves.theme();
    return model.groupStyleOf(run, background) ?? model.lookOf(run, background);
  }

  private wantGroupedParameters(): void {
    if (this.model.view.groupBy?.kind === 'parameter' && !this.model.knowsParameters) {
      this.ports.post({ type: 'wantParameters' });
    }
  }

  private readParameters(): Promise<void> {
    if (this.model.knowsParameters) {
      return Promise.resolve();
    }
    this.ports.post({ type: 'wantParameters' });
    return new Promise((resolve) => this.parametersRead.push(resolve));
  }

  private settleParameters(): void {
    if (this.model.knowsParameters) {
      this.parametersRead.splice(0).forEach((resolve) => resolve());
    }
  }

  private updateHeader(): void {
    const { model } = this;
    const count = model.runs.size;
    setText(this.title, count === 1 ? '1 run' : `${count} runs`);
    const facts = this.factTexts();
    while (this.facts.children.length > facts.length) {
      this.facts.lastElementChild?.remove();
    }
    facts.forEach((text, index) =>
      setText(this.facts.children[index] ?? this.facts.appendChild(element('li')), text),
    );
  }

  private factTexts(): readonly string[] {
    const { model } = this;
    const runs = [...model.runs.values()];
    const statuses = Map.groupBy(
      runs.filter(({ status }) => status !== null),
      ({ status }) => status ?? 'unknown',
    );
    const unread = runs.filter(({ phase }) => phase === 'waiting' || phase === 'reading').length;
    const failed = runs.filter(({ phase }) => phase === 'failed').length;
    return [
      ...[...statuses].map(([status, all]) => `${all.length} ${statusLabel(status).toLowerCase()}`),
      ...(unread > 0 ? [`reading ${unread} of ${runs.length}`] : []),
      ...(failed > 0 ? [`${failed} cannot be read: see the list`] : []),
      ...(model.seriesCount > 0 ? [panelNote(model.seriesCount, model.pointCount)] : []),
      ...this.freshness(),
    ];
  }

  private freshness(): readonly string[] {
    const { feed, runs } = this.model;
    const isGoing = [...runs.values()].some(({ status }) => status !== null && isLive(status));
    return isGoing && feed.phase === 'current'
      ? [`updated ${formatDuration(Date.now() - feed.updatedAt)} ago`]
      : [];
  }

  private emptyNotice(): Notice {
    const runs = [...this.model.runs.values()];
    if (runs.length === 0 || runs.some(({ phase }) => phase !== 'read' && phase !== 'failed')) {
      return { kind: 'text', title: 'Reading the points…', text: '' };
    }
    const areOver = runs.every(({ status }) => status !== null && isEnded(status));
    return areOver
      ? { kind: 'text', title: 'These runs reported no metrics', text: '' }
      : {
          kind: 'text',
          title: 'Waiting for the first points',
          text: 'What the runs report appears here at once.',
        };
  }

  private save(): void {
    if (this.refs.length > 0) {
      this.ports.save({ refs: [...this.refs], view: this.model.view });
    }
  }
}

type RunCurvesPorts = ConstructorParameters<typeof CurvesPane>[1] & {
  /** A run was taken out of the picture by its legend. */
  toggled(): void;
  setRunLook(run: string, look: number | null): void;
  groupLookChosen(): void;
};

/** Curves whose lines are runs: what is chosen for one of them holds in every chart, its look in every panel. */
class RunCurves extends CurvesPane {
  constructor(
    private readonly runs: RunsModel,
    private readonly runPorts: RunCurvesPorts,
  ) {
    super(runs, runPorts);
  }

  override toggleLine(...[series]: Parameters<CurvesPane['toggleLine']>): void {
    super.toggleLine(series);
    this.runPorts.toggled();
  }

  override setLook(line: LineName, slot: number | undefined): void {
    if (this.runs.isGrouped) {
      super.setLook(line, slot);
      this.runPorts.groupLookChosen();
    } else {
      this.runPorts.setRunLook(line.id, slot ?? null);
    }
  }
}
