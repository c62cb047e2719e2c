import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { systemClock } from '../../core/clock';
import { DisposableStore, toDisposable, type Disposable } from '../../core/disposable';
import type { Connections } from '../../store/contract';
import { pageHtml } from './page-html';
import type { PanelFrame, PanelLife } from './panel-life';
import { MovableFrame, RestingLives, type FramedLife } from './resting-lives';

/** One kind of panel: which page it has, what it is about (`Ref`), and who lives behind it. */
export interface PanelKind<Ref> {
  readonly viewType: string;
  /** Which page it is, which a bundle of several is told. */
  readonly page: string;
  /** Of the page's bundle in `dist/webview`; absent: as the page is called. */
  readonly bundle?: string;
  /** What a screen reader calls the page. */
  readonly pageTitle: string;
  readonly column: vscode.ViewColumn;
  /** Whether the editor keeps the focus when a panel opens or comes to the front. */
  readonly keepsFocus: boolean;
  /** The same for the same thing: there is one panel for it. */
  keyOf(ref: Ref): string;
  titleOf(ref: Ref): string;
  /** The reference in what the page kept by `setState`, or undefined. */
  restored(state: unknown): Ref | undefined;
  /** Undefined while a connection that `ref` names is not known; asked again when the connections change. */
  start(ref: Ref, frame: PanelFrame): PanelLife | undefined;
  /** What a page is told that speaks before its connection is known; absent: nothing. */
  unknownConnection?(ref: Ref): unknown;
  /** A panel was closed, or rests no longer; so many are still open or rest. */
  onClosed?(left: number): void;
}

/** The editor puts a prefix of its own before the type of a panel. */
const OWN_PANELS = 'trackside.';

/** All panels of one kind in this window, at most one per thing; they come back after a window reload. */
export class WebviewPanels<Ref> implements vscode.WebviewPanelSerializer, Disposable {
  private readonly owned = new DisposableStore();
  private readonly panels = new Map<string, vscode.WebviewPanel>();
  private readonly resting = this.owned.add(new RestingLives(systemClock, () => this.closed()));

  constructor(
    private readonly extensionPath: string,
    private readonly connections: Connections,
    private readonly kind: PanelKind<Ref>,
  ) {
    this.owned.add(connections.onDidChange(() => this.resting.endAll()));
  }

  /** Opens the panel, or brings the one that is open to the front. */
  open(ref: Ref): void {
    const { viewType, keepsFocus } = this.kind;
    const open = this.panels.get(this.kind.keyOf(ref));
    if (open !== undefined) {
      open.reveal(undefined, keepsFocus);
      return;
    }
    const where = { viewColumn: this.freeColumn, preserveFocus: keepsFocus };
    this.attach(vscode.window.createWebviewPanel(viewType, this.kind.titleOf(ref), where), ref);
  }

  /** Called by VS Code after a reload, with what the page kept by `setState`. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const ref = this.kind.restored(state);
    if (ref === undefined || this.panels.has(this.kind.keyOf(ref))) {
      panel.dispose();
    } else {
      this.attach(panel, ref);
    }
    return Promise.resolve();
  }

  dispose(): void {
    for (const panel of [...this.panels.values()]) {
      panel.dispose();
    }
    this.owned.dispose();
  }

  /** Beside what is worked on, as a rule; beside another panel in the last of several columns there is no room. */
  private get freeColumn(): vscode.ViewColumn {
    const { activeTabGroup, all } = vscode.window.tabGroups;
    const isLast = all.length > 1 && all.every(({ viewColumn }) => viewColumn <= activeTabGroup.viewColumn);
    const input = activeTabGroup.activeTab?.input;
    const isPanel = input instanceof vscode.TabInputWebview && input.viewType.includes(OWN_PANELS);
    return isLast && isPanel ? vscode.ViewColumn.Active : this.kind.column;
  }

  private closed(): void {
    this.kind.onClosed?.(this.panels.size + this.resting.count);
  }

  private attach(panel: vscode.WebviewPanel, ref: Ref): void {
    const key = this.kind.keyOf(ref);
    const life = new DisposableStore();
    this.panels.set(key, panel);
    panel.onDidDispose(() => {
      this.panels.delete(key);
      life.dispose();
      this.closed();
    });
    const media = vscode.Uri.file(`${this.extensionPath}/media`);
    panel.iconPath = {
      light: vscode.Uri.joinPath(media, 'panel-light.svg'),
      dark: vscode.Uri.joinPath(media, 'panel-dark.svg'),
    };
    this.showPage(panel);
    const started = this.resting.take(key) ?? this.tryStart(panel, ref);
    if (started === undefined) {
      this.waitForConnection(panel, ref, life);
    } else {
      this.begin(panel, ref, started, life, []);
    }
  }

  /** After a window reload a connection may become known a moment later than its panels. */
  private waitForConnection(panel: vscode.WebviewPanel, ref: Ref, life: DisposableStore): void {
    const received: unknown[] = [];
    let isStarting = false;
    const waiting = life.add(new DisposableStore());
    waiting.add(
      panel.webview.onDidReceiveMessage((message: unknown) => {
        received.push(message);
        const answer = this.kind.unknownConnection?.(ref);
        if (answer !== undefined) {
          void panel.webview.postMessage(answer);
        }
      }),
    );
    waiting.add(
      this.connections.onDidChange(() => {
        if (isStarting) {
          return;
        }
        // A session that starts may change its connection and so be told of it in here, and a panel has one life.
        isStarting = true;
        const started = this.tryStart(panel, ref);
        isStarting = false;
        if (started !== undefined) {
          waiting.dispose();
          this.begin(panel, ref, started, life, received);
        }
      }),
    );
  }

  private tryStart(panel: vscode.WebviewPanel, ref: Ref): FramedLife | undefined {
    const frame = new MovableFrame();
    frame.moveTo(panel);
    const life = this.kind.start(ref, frame);
    return life && { life, frame };
  }

  private showPage({ webview }: vscode.WebviewPanel): void {
    const pages = vscode.Uri.joinPath(vscode.Uri.file(this.extensionPath), 'dist', 'webview');
    webview.options = { enableScripts: true, localResourceRoots: [pages] };
    const address = (name: string): string =>
      webview.asWebviewUri(vscode.Uri.joinPath(pages, name)).toString();
    const { page, pageTitle, bundle = page } = this.kind;
    const files = {
      script: address(`${bundle}.js`),
      controlsScript: address('controls.js'),
      plotsScript: address('plots.js'),
      barsScript: address('bars.js'),
      style: address(`${bundle}.css`),
      cspSource: webview.cspSource,
    };
    webview.html = pageHtml({ page, title: pageTitle }, files, randomBytes(18).toString('base64'));
  }

  /** The panel's life begins, or goes on; it hears first what the page said before. */
  private begin(
    panel: vscode.WebviewPanel,
    ref: Ref,
    started: FramedLife,
    owned: DisposableStore,
    received: readonly unknown[],
  ): void {
    const { life, frame } = started;
    frame.moveTo(panel);
    owned.add(toDisposable(() => this.resting.rest(this.kind.keyOf(ref), started)));
    owned.add(panel.webview.onDidReceiveMessage((message: unknown) => life.receive(message)));
    owned.add(panel.onDidChangeViewState(() => life.setVisible(panel.visible)));
    life.setVisible(panel.visible);
    received.forEach((message) => life.receive(message));
  }
}
