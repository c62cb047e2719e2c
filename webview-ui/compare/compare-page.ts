import type { ComparedRow } from '../../src/core/comparison';
import { rowLabel } from '../../src/core/comparison-axes';
import type {
  CompareTab,
  CompareView,
  HostMessage,
  PageMessage,
  PersistedState,
} from '../../src/features/compare/compare-contract';
import { element, setShown, setText } from '../kit/dom';
import { openMenu } from '../kit/menu';
import { plainButton } from '../kit/plain-button';
import { PointedRuns } from '../kit/pointed-runs';
import type { PagePorts } from '../kit/start-page';
import { TabStrip } from '../kit/tab-strip';
import { onThemeChange } from '../kit/theme';
import type { AxesPicturePorts } from './axes-picture';
import { cellView } from './cell-view';
import { CompareBar } from './compare-bar';
import type { ComparedRun, CompareModel, TableTab } from './compare-model';
import { rowMenu, runMenu, type MenuPorts } from './compare-menus';
import { ParallelView, type ParallelEvents } from './parallel-view';
import { RunGrid } from './run-grid';
import { RunLooks } from './run-looks';
import { csvOf, reportOf } from './report-of';
import { ScatterView, type ScatterEvents } from './scatter-view';

const TABS: readonly (readonly [CompareTab, string])[] = [
  ['parameters', 'Parameters'],
  ['metrics', 'Metrics'],
  ['environment', 'Environment'],
  ['files', 'Files'],
  ['scatter', 'Scatter'],
  ['parallel', 'Parallel'],
];

/** The whole page of a comparison. */
export class ComparePage {
  readonly root: HTMLElement;
  private readonly title = element('h1', { class: 'ellipsis', text: 'Compare' });
  private readonly state = element('span', { class: 'dim', attributes: { role: 'status' } });
  private readonly hidden = plainButton('', () => this.change({ hidden: [] }));
  private readonly retry = plainButton('Try again', () => this.ports.post({ type: 'retry' }));
  private readonly curves = plainButton('Curves', () => this.showCurves());
  private readonly tabs: TabStrip<CompareTab>;
  private readonly pane = element('div', { class: 'pane', attributes: { role: 'tabpanel', id: 'pane' } });
  private readonly empty = element('p', { class: 'empty dim' });
  private readonly looks: RunLooks;
  private readonly bar: CompareBar;
  private readonly grid: RunGrid;
  private readonly scatter: ScatterView;
  private readonly parallel: ParallelView;
  private readonly pointed = new PointedRuns((runs) => this.ports.post({ type: 'pointAt', runs }));
  private frame = 0;

  constructor(
    private readonly model: CompareModel,
    private readonly ports: PagePorts<PageMessage, PersistedState>,
  ) {
    this.looks = new RunLooks(model);
    this.tabs = new TabStrip(TABS, { label: 'Parts', paneId: () => 'pane' }, (tab) =>
      this.change({ tab, filter: '' }),
    );
    this.bar = new CompareBar(
      model,
      (change) => this.change(change),
      () => this.copyTable(),
    );
    this.grid = new RunGrid(model, this.looks, {
      onRunMenu: (run, x, y) => this.runMenu(run, x, y),
      onRowMenu: (line, x, y) => this.rowMenu(line, x, y),
      onOpen: (line, run) => this.openCell(line, run),
      onCopy: (line, run) => this.copyCell(line, run),
    });
    const pictures: AxesPicturePorts = {
      save: (name, format, bytes) => this.ports.post({ type: 'savePicture', name, format, bytes }),
      say: (sentence) => setText(this.state, sentence),
    };
    const scatterEvents: ScatterEvents = {
      onAxes: (scatter) => this.change({ scatter }),
      onPoint: (places) => this.pointAt(places),
    };
    this.scatter = new ScatterView(model, this.looks, scatterEvents, pictures);
    const events: ParallelEvents = {
      onAxes: (axes) => this.change({ parallel: [...axes] }),
      onBrushes: (brushes) =>
        this.change({
          brushes: brushes.map((brush) =>
            brush.kind === 'number' ? { ...brush } : { ...brush, names: [...brush.names] },
          ),
        }),
      onKeep: (places) => this.keepOnly(places),
      onPoint: (places) => this.pointAt(places),
    };
    this.parallel = new ParallelView(model, this.looks, events, pictures);
    const report = plainButton('Save report…', () => this.saveReport());
    const actions = element('div', { class: 'actions' }, [this.hidden, this.retry, this.curves, report]);
    this.pane.append(this.bar.root, this.grid.root, this.scatter.root, this.parallel.root, this.empty);
    this.root = element('main', { class: 'page' }, [
      element('header', {}, [this.title, this.state, actions]),
      this.tabs.root,
      this.pane,
    ]);
    this.root.addEventListener('keydown', (event) => this.key(event));
    onThemeChange(() => {
      this.looks.forget();
      this.soon();
    });
    this.draw();
  }

  receive(message: HostMessage): void {
    switch (message.type) {
      case 'open':
        this.model.open(message);
        this.keep();
        break;
      case 'looks':
        this.model.setLooks(message.looks);
        break;
      case 'run':
        this.model.setRun(message.key, message.state);
        break;
    }
    this.soon();
  }

  /** Many runs arrive at once. */
  private soon(): void {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.draw());
  }

  private change(change: Partial<CompareView>): void {
    const isOtherTable = change.tab !== undefined || change.filter !== undefined;
    if (change.tab !== undefined) {
      this.pointed.point([]);
    }
    this.model.change(change);
    this.keep();
    this.draw();
    if (isOtherTable) {
      this.grid.toTop();
    }
  }

  private keep(): void {
    if (this.model.refs.length > 0) {
      this.ports.save({ refs: [...this.model.refs], view: this.model.view });
    }
  }

  private draw(): void {
    this.drawHead();
    const { tab } = this.model.view;
    this.tabs.show(tab, (each) => !this.model.lacks(each));
    this.pane.setAttribute('aria-labelledby', `tab-${tab}`);
    const isTable = tab !== 'scatter' && tab !== 'parallel';
    setShown(this.bar.root, isTable);
    setShown(this.scatter.root, tab === 'scatter');
    setShown(this.parallel.root, tab === 'parallel');
    if (isTable) {
      this.drawTable(tab);
    } else {
      setShown(this.grid.root, false);
      setShown(this.empty, false);
      (tab === 'scatter' ? this.scatter : this.parallel).draw();
    }
    document.body.dataset['tab'] = tab;
  }

  private drawTable(tab: TableTab): void {
    const table = this.model.table(tab);
    this.bar.update(tab, table);
    setShown(this.grid.root, true);
    this.grid.show(tab, table);
    const words = table.rows.length > 0 ? '' : this.emptyWords(tab, table.unfilteredCount, table.equalCount);
    setText(this.empty, words);
    setShown(this.empty, words !== '');
  }

  private emptyWords(tab: TableTab, unfilteredCount: number, equalCount: number): string {
    if (this.model.all.some(({ state }) => state.phase === 'reading')) {
      return 'Reading the runs…';
    }
    if (this.model.lacks(tab)) {
      return 'The servers of these runs keep nothing of the kind.';
    }
    if (unfilteredCount > 0) {
      return 'No row fits the filter.';
    }
    return equalCount > 0
      ? 'The runs are the same here. Switch “Differences only” off to see.'
      : 'The runs have none.';
  }

  private drawHead(): void {
    const { all } = this.model;
    const count = (phase: ComparedRun['state']['phase']): number =>
      all.filter(({ state }) => state.phase === phase).length;
    const [reading, failed] = [count('reading'), count('failed')];
    const isStale = all.some(({ state }) => state.phase === 'ready' && state.staleReason !== null);
    setText(this.title, `Compare ${all.length} runs`);
    const words = [
      ...(reading > 0 ? [`reading ${all.length - reading} of ${all.length}`] : []),
      ...(failed > 0 ? [`${failed} could not be read`] : []),
      ...(isStale ? ['some are not up to date'] : []),
    ];
    setText(this.state, words.join(', '));
    setShown(this.retry, failed > 0 || isStale);
    const hidden = this.model.view.hidden.length;
    setText(this.hidden, `Show ${hidden} hidden`);
    setShown(this.hidden, hidden > 0);
  }

  private menuPorts(): MenuPorts {
    return {
      change: (change) => this.change(change),
      post: (message) => this.ports.post(message),
      copyRow: (row) => this.copyRows([row]),
    };
  }

  private runMenu(place: number, x: number, y: number): void {
    const run = this.model.shownRuns[place];
    if (run !== undefined) {
      const entries = runMenu(this.model.view, run, this.menuPorts());
      openMenu({ x, y, focus: this.grid.root }, `${run.number} ${run.content?.name ?? ''}`, entries);
    }
  }

  private rowMenu(index: number, x: number, y: number): void {
    const line = this.grid.line(index);
    if (line?.kind === 'row') {
      const entries = rowMenu(this.model.view, line.row, this.menuPorts());
      openMenu({ x, y, focus: this.grid.root }, rowLabel(line.row), entries);
    }
  }

  private openCell(index: number, place: number): void {
    const line = this.grid.line(index);
    const run = this.model.shownRuns[place];
    const opens = line?.kind === 'row' ? cellView(this.model, line.row, place).opens : undefined;
    if (run === undefined || opens === undefined) {
      return;
    }
    const { base } = opens;
    this.ports.post(
      opens.kind === 'console'
        ? { type: 'console', base, key: run.key }
        : { type: 'text', text: opens.text, base, key: run.key },
    );
  }

  private copyCell(index: number, place: number | undefined): void {
    const line = this.grid.line(index);
    if (line?.kind !== 'row') {
      return;
    }
    const text = place === undefined ? rowLabel(line.row) : cellView(this.model, line.row, place).full;
    this.ports.post({ type: 'copy', text });
  }

  private copyTable(): void {
    const { tab } = this.model.view;
    if (tab !== 'scatter' && tab !== 'parallel') {
      this.copyRows(this.model.table(tab).rows);
    }
  }

  private copyRows(rows: readonly ComparedRow[]): void {
    this.ports.post({ type: 'copy', text: csvOf(this.model, rows) });
  }

  private saveReport(): void {
    this.ports.post({ type: 'saveReport', text: reportOf(this.model) });
  }

  private showCurves(): void {
    const keys = this.model.shownRuns.map(({ key }) => key);
    if (keys.length > 0) {
      this.ports.post({ type: 'curves', keys });
    }
  }

  private pointAt(places: readonly number[]): void {
    this.pointed.point(places.flatMap((place) => this.model.shownRuns[place]?.key ?? []));
  }

  private keepOnly(places: readonly number[]): void {
    const kept = new Set(places.map((place) => this.model.shownRuns[place]?.key));
    const hidden = this.model.all.map(({ key }) => key).filter((key) => !kept.has(key));
    this.change({ hidden, brushes: [] });
  }

  private key(event: KeyboardEvent): void {
    const isFind = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'f';
    if (isFind && !this.bar.root.hidden) {
      event.preventDefault();
      this.bar.focusSearch();
    }
  }
}
