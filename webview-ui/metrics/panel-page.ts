import { DisposableStore, type Disposable } from '../../src/core/disposable';
import { isLive } from '../../src/core/status';
import type { TaskRef } from '../../src/core/task-ref';
import type { HostMessage, OutputKind, PersistedState } from '../../src/features/metrics/panel-contract';
import type { PanelMessage } from '../../src/features/metrics/panel-messages';
import { PANEL_TABS, type PanelTab } from '../../src/features/metrics/view-contract';
import type { PagePorts } from '../kit/start-page';
import { element, setShown } from '../kit/dom';
import { TabStrip } from '../kit/tab-strip';
import type { PlotDrawer } from '../kit/plot-drawer';
import { CurvesPane } from './curves-pane';
import { DetailsView } from './details-view';
import { HeaderView } from './header-view';
import { ImageBody } from './image-body';
import { emptyTaskNotice } from './empty-task-notice';
import { OutputView } from './output-view';
import type { PanelModel } from './panel-model';
import { PlotBody } from './plot-body';

export interface PanelPorts extends PagePorts<PanelMessage, PersistedState> {
  /** Brings what draws plots; rejects when it cannot be loaded. */
  loadPlots(): Promise<PlotDrawer>;
}

const TICK_MS = 1_000;
const TABS: readonly (readonly [PanelTab, string])[] = [
  ['curves', 'Curves'],
  ['plots', 'Plots'],
  ['images', 'Images'],
  ['details', 'Details'],
];

/** The whole panel of one task: header, tabs, and what each tab shows. */
export class PanelPage implements Disposable {
  readonly root: HTMLElement;
  private readonly owned = new DisposableStore();
  private readonly header: HeaderView;
  private readonly tabs: TabStrip<PanelTab>;
  private readonly details: DetailsView;
  private readonly outputs: Readonly<Record<OutputKind, OutputView>>;
  private readonly panes: Readonly<Record<PanelTab, HTMLElement>>;
  private readonly curves: CurvesPane;
  private ref: TaskRef | undefined;
  private nextRequestId = 1;
  private readonly requests = new Map<number, () => void>();

  constructor(
    readonly model: PanelModel,
    private readonly ports: PanelPorts,
  ) {
    this.header = new HeaderView(model, {
      act: (action) => this.act(action),
      run: (command) => ports.post({ type: 'command', command }),
    });
    this.curves = this.owned.add(
      new CurvesPane(model, {
        post: (message) => ports.post(message),
        keep: () => this.save(),
        drawn: () => this.header.tick(),
        themeChanged: () => this.outputs.plots.redraw(),
        notice: {
          showLog: () => ports.post({ type: 'command', command: 'showLog' }),
          empty: () => emptyTaskNotice(model),
        },
      }),
    );
    this.tabs = new TabStrip(TABS, { label: 'Views', paneId: (tab) => `pane-${tab}` }, (tab) =>
      this.chooseTab(tab),
    );
    this.details = new DetailsView(model, {
      post: (message) => ports.post(message),
      edit: (edit) => this.ask((requestId) => ({ type: 'editInput', requestId, edit })),
    });
    this.outputs = {
      plots: this.owned.add(
        new OutputView('plots', {
          post: (message) => ports.post(message),
          createBody: () => new PlotBody(() => ports.loadPlots()),
        }),
      ),
      images: this.owned.add(
        new OutputView('images', {
          post: (message) => ports.post(message),
          createBody: (toggleWide) => new ImageBody(toggleWide),
        }),
      ),
    };
    this.panes = {
      curves: pane('curves', [this.curves.root]),
      plots: pane('plots', [this.outputs.plots.root]),
      images: pane('images', [this.outputs.images.root]),
      details: pane('details', [this.details.root]),
    };
    this.root = element('div', { class: 'panel' }, [
      this.header.root,
      element('main', {}, [this.tabs.root, ...PANEL_TABS.map((tab) => this.panes[tab])]),
    ]);
    this.showTab();
    const ticking = setInterval(() => this.tick(), TICK_MS);
    this.owned.add({ dispose: () => clearInterval(ticking) });
  }

  /** Resolves when curves are drawn for the first time. */
  get shown(): Promise<unknown> {
    return this.curves.shown;
  }

  receive(message: HostMessage): void {
    switch (message.type) {
      case 'open':
        this.ref = message.ref;
        this.curves.begin(message.view, message.selection);
        this.save();
        this.tellTab();
        return;
      case 'view':
        this.curves.replaceView(message.view);
        return;
      case 'task':
        this.setTask(message.task ?? undefined);
        this.leaveAbsentTab();
        this.header.update();
        this.curves.updateNotice();
        this.details.update();
        return;
      case 'details':
        this.details.update(message.state);
        return;
      case 'output':
        this.outputs[message.kind].update(message.state);
        return;
      case 'outputContent':
        this.outputs[message.kind].receive(message.key, message.content);
        return;
      case 'feed':
        this.curves.receiveFeed(message.feed);
        this.root.classList.toggle('is-stale', message.feed.phase === 'failed');
        this.header.tick();
        return;
      case 'update':
        this.curves.receiveUpdate(message);
        return;
      case 'acted':
        this.requests.get(message.requestId)?.();
        this.requests.delete(message.requestId);
        return;
    }
  }

  dispose(): void {
    this.owned.dispose();
  }

  private setTask(task: PanelModel['task']): void {
    const before = this.model.stepNoun;
    this.model.task = task;
    if (this.model.stepNoun !== before) {
      this.curves.stepsRenamed();
    }
  }

  private chooseTab(tab: PanelTab): void {
    if (tab !== this.model.view.tab) {
      this.model.setView({ tab });
      this.save();
      this.showTab();
      this.tellTab();
    }
  }

  /** The view may come from a project or a time in which the server gave more. */
  private leaveAbsentTab(): void {
    const { tab } = this.model.view;
    this.chooseTab(this.isOffered(tab) ? tab : (PANEL_TABS.find((each) => this.isOffered(each)) ?? tab));
    this.tabs.show(this.model.view.tab, (each) => this.isOffered(each));
  }

  private isOffered(tab: PanelTab): boolean {
    const lacks: readonly string[] = this.model.task?.lacks ?? [];
    return !lacks.includes(tab);
  }

  private showTab(): void {
    const { tab } = this.model.view;
    this.tabs.show(tab, (each) => this.isOffered(each));
    for (const each of PANEL_TABS) {
      setShown(this.panes[each], each === tab);
    }
    this.curves.redrawAll();
  }

  /** The host reads what a tab shows only while it is shown. */
  private tellTab(): void {
    this.ports.post({ type: 'showTab', tab: this.model.view.tab });
  }

  private act(action: Extract<PanelMessage, { type: 'act' }>['action']): void {
    this.header.setBusy(action, true);
    void this.ask((requestId) => ({ type: 'act', requestId, action })).then(() =>
      this.header.setBusy(action, false),
    );
  }

  /** Resolves when the host says that what was asked for has ended. */
  private ask(message: (requestId: number) => PanelMessage): Promise<void> {
    const requestId = this.nextRequestId++;
    return new Promise((resolve) => {
      this.requests.set(requestId, resolve);
      this.ports.post(message(requestId));
    });
  }

  private tick(): void {
    const { task, feed } = this.model;
    if (task !== undefined && isLive(task.status)) {
      this.header.tick();
    }
    if (feed.phase === 'failed') {
      this.curves.updateNotice();
    }
  }

  private save(): void {
    if (this.ref !== undefined) {
      this.ports.save({ ref: this.ref, view: this.model.view });
    }
  }
}

function pane(tab: PanelTab, children: readonly Node[]): HTMLElement {
  const attributes = { role: 'tabpanel', id: `pane-${tab}`, 'aria-labelledby': `tab-${tab}` };
  return element('div', { class: 'pane', attributes }, children);
}
