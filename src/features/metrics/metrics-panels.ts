import { randomBytes, randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { systemClock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { seriesKey } from '../../core/series';
import type { TaskRef } from '../../core/task-ref';
import { METRICS_PANEL } from '../../platform/command-ids';
import type { Platform } from '../../platform/contract';
import type { Connections, ConnectionSession } from '../../store/contract';
import { EditorDeeds } from './editor-deeds';
import { persistedState } from './panel-contract';
import { panelHtml } from './panel-html';
import { PanelSession } from './panel-session';
import { TaskDocuments } from './task-documents';
import { SeriesWorkerClient } from './series-worker-client';
import { ViewMemory } from './view-memory';

/** Until the task is known. The frame's title, which screen readers say, stays what it was at first. */
const UNKNOWN_TITLE = 'Live panel';

/** All open live panels of this window: at most one per task. */
export class MetricsPanels implements vscode.WebviewPanelSerializer, Disposable {
  private readonly panels = new Map<string, vscode.WebviewPanel>();
  private readonly owned = new DisposableStore();
  private engine: SeriesWorkerClient | undefined;
  private readonly documents: TaskDocuments;
  private readonly views: ViewMemory;

  constructor(
    private readonly platform: Platform,
    private readonly connections: Connections,
  ) {
    this.views = this.owned.add(new ViewMemory(platform.state, systemClock));
    this.documents = this.owned.add(new TaskDocuments(connections));
    this.owned.add(vscode.window.registerWebviewPanelSerializer(METRICS_PANEL, this));
  }

  /** Shows the task's panel beside the editor, or brings the one that is open to the front. */
  open(ref: TaskRef): void {
    const open = this.panels.get(panelKey(ref));
    if (open !== undefined) {
      open.reveal(undefined, true);
      return;
    }
    const where = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const name = this.connections.get(ref.connectionId)?.store.task(ref.taskId)?.name ?? UNKNOWN_TITLE;
    this.attach(vscode.window.createWebviewPanel(METRICS_PANEL, name, where), ref);
  }

  /** Called by VS Code after a reload, with what the page kept by `setState`. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const restored = persistedState.safeParse(state);
    if (restored.success && !this.panels.has(panelKey(restored.data.ref))) {
      this.attach(panel, restored.data.ref);
    } else {
      panel.dispose();
    }
    return Promise.resolve();
  }

  dispose(): void {
    for (const panel of [...this.panels.values()]) {
      panel.dispose();
    }
    this.engine?.dispose();
    this.owned.dispose();
  }

  private attach(panel: vscode.WebviewPanel, ref: TaskRef): void {
    const key = panelKey(ref);
    const life = new DisposableStore();
    this.panels.set(key, panel);
    panel.onDidDispose(() => {
      this.panels.delete(key);
      life.dispose();
      this.endIdleEngine();
    });
    const media = vscode.Uri.file(`${this.platform.extensionPath}/media`);
    panel.iconPath = {
      light: vscode.Uri.joinPath(media, 'panel-light.svg'),
      dark: vscode.Uri.joinPath(media, 'panel-dark.svg'),
    };
    this.showPage(panel);
    this.connect(panel, ref, life);
  }

  /** Starts the panel's life as soon as its connection is known; after a reload that may be a moment later. */
  private connect(panel: vscode.WebviewPanel, ref: TaskRef, life: DisposableStore): void {
    const session = this.connections.get(ref.connectionId);
    if (session !== undefined) {
      this.startSession(panel, ref, session, life);
      return;
    }
    const received: unknown[] = [];
    const waiting = new DisposableStore();
    life.add(waiting);
    waiting.add(
      panel.webview.onDidReceiveMessage((message: unknown) => {
        received.push(message);
        void panel.webview.postMessage(unknownConnection(ref));
      }),
    );
    waiting.add(
      this.connections.onDidChange(() => {
        const found = this.connections.get(ref.connectionId);
        if (found !== undefined) {
          waiting.dispose();
          const started = this.startSession(panel, ref, found, life);
          received.forEach((message) => started.receive(message));
        }
      }),
    );
  }

  private startSession(
    panel: vscode.WebviewPanel,
    ref: TaskRef,
    session: ConnectionSession,
    life: DisposableStore,
  ): PanelSession {
    const engine = this.startEngine();
    const started = life.add(
      new PanelSession({
        ref,
        panelId: randomUUID(),
        session,
        engine,
        views: this.views,
        clock: systemClock,
        logger: this.platform.logger.child('metrics'),
        post: (message) => void panel.webview.postMessage(message),
        setTitle: (name) => (panel.title = name),
        deeds: new EditorDeeds({
          ref,
          session,
          platform: this.platform,
          documents: this.documents,
          openPanel: (other) => this.open(other),
        }),
      }),
    );
    life.add(panel.webview.onDidReceiveMessage((message: unknown) => started.receive(message)));
    life.add(panel.onDidChangeViewState(() => started.setVisible(panel.visible)));
    started.setVisible(panel.visible);
    return started;
  }

  private startEngine(): SeriesWorkerClient {
    this.engine ??= new SeriesWorkerClient(
      `${this.platform.extensionPath}/dist/series-worker.js`,
      this.platform.logger.child('metrics'),
    );
    this.engine.warmUp();
    return this.engine;
  }

  private endIdleEngine(): void {
    if (this.panels.size === 0) {
      this.engine?.dispose();
      this.engine = undefined;
    }
  }

  private showPage(panel: vscode.WebviewPanel): void {
    const root = vscode.Uri.file(this.platform.extensionPath);
    const pages = vscode.Uri.joinPath(root, 'dist', 'webview');
    const { webview } = panel;
    webview.options = {
      enableScripts: true,
      localResourceRoots: [pages, vscode.Uri.joinPath(root, 'media')],
    };
    const address = (name: string): string =>
      webview.asWebviewUri(vscode.Uri.joinPath(pages, name)).toString();
    webview.html = panelHtml(
      {
        script: address('metrics.js'),
        controlsScript: address('controls.js'),
        plotsScript: address('plots.js'),
        style: address('metrics.css'),
        cspSource: webview.cspSource,
      },
      randomBytes(18).toString('base64'),
    );
  }
}

function panelKey(ref: TaskRef): string {
  return seriesKey({ metric: ref.connectionId, variant: ref.taskId });
}

function unknownConnection(ref: TaskRef): unknown {
  return {
    type: 'feed',
    feed: {
      phase: 'failed',
      failure: {
        message: `The connection “${ref.connectionId}” of this panel is not known in this window.`,
        nextStep: 'Add the connection again, or close this panel.',
      },
      updatedAt: null,
    },
  };
}
