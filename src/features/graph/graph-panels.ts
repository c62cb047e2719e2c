import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { COMMANDS, DEPENDENCIES_PANEL } from '../../platform/command-ids';
import type { Platform } from '../../platform/contract';
import type { Connections, ConnectionSession } from '../../store/contract';
import { panelHtml } from '../metrics/panel-html';
import { graphPersisted, type GraphHostMessage, type GraphRef } from './graph-contract';
import { GraphSession } from './graph-session';

/** All dependency panels of this window: at most one per task or project. */
export class GraphPanels implements vscode.WebviewPanelSerializer, Disposable {
  private readonly panels = new Map<string, vscode.WebviewPanel>();
  private readonly owned = new DisposableStore();

  constructor(
    private readonly platform: Platform,
    private readonly connections: Connections,
  ) {
    this.owned.add(vscode.window.registerWebviewPanelSerializer(DEPENDENCIES_PANEL, this));
  }

  /** Shows the graph beside the editor, or brings the panel that is open to the front. */
  open(ref: GraphRef): void {
    const open = this.panels.get(JSON.stringify(ref));
    if (open !== undefined) {
      open.reveal();
      return;
    }
    this.attach(
      vscode.window.createWebviewPanel(DEPENDENCIES_PANEL, 'Dependencies', vscode.ViewColumn.Beside),
      ref,
    );
  }

  /** Called by VS Code after a reload, with what the page kept by `setState`. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const restored = graphPersisted.safeParse(state);
    if (restored.success && !this.panels.has(JSON.stringify(restored.data.ref))) {
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
    this.owned.dispose();
  }

  private attach(panel: vscode.WebviewPanel, ref: GraphRef): void {
    const key = JSON.stringify(ref);
    const life = new DisposableStore();
    this.panels.set(key, panel);
    const media = vscode.Uri.file(`${this.platform.extensionPath}/media`);
    panel.iconPath = {
      light: vscode.Uri.joinPath(media, 'panel-light.svg'),
      dark: vscode.Uri.joinPath(media, 'panel-dark.svg'),
    };
    panel.onDidDispose(() => {
      this.panels.delete(key);
      life.dispose();
    });
    this.showPage(panel);
    this.connect(panel, ref, life);
  }

  /** Starts the panel's life as soon as its connection is known; after a reload that may be a moment later. */
  private connect(panel: vscode.WebviewPanel, ref: GraphRef, life: DisposableStore): void {
    const session = this.connections.get(ref.connectionId);
    if (session !== undefined) {
      this.startSession(panel, ref, session, life);
      return;
    }
    const received: unknown[] = [];
    const waiting = life.add(new DisposableStore());
    waiting.add(
      panel.webview.onDidReceiveMessage((message: unknown) => {
        received.push(message);
        void panel.webview.postMessage(unknownConnection());
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
    ref: GraphRef,
    session: ConnectionSession,
    life: DisposableStore,
  ): GraphSession {
    const { connectionId } = ref;
    const started = life.add(
      new GraphSession({
        ref,
        session,
        logger: this.platform.logger.child('dependencies'),
        post: (message) => void panel.webview.postMessage(message),
        setTitle: (title) => (panel.title = title),
        openTask: (taskId) =>
          void vscode.commands.executeCommand(COMMANDS.openTask, { connectionId, taskId }),
      }),
    );
    life.add(panel.webview.onDidReceiveMessage((message: unknown) => started.receive(message)));
    life.add(panel.onDidChangeViewState(() => started.setVisible(panel.visible)));
    started.setVisible(panel.visible);
    return started;
  }

  private showPage(panel: vscode.WebviewPanel): void {
    const pages = vscode.Uri.joinPath(vscode.Uri.file(this.platform.extensionPath), 'dist', 'webview');
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: [pages] };
    const address = (name: string): string =>
      webview.asWebviewUri(vscode.Uri.joinPath(pages, name)).toString();
    webview.html = panelHtml(
      {
        script: address('graph.js'),
        controlsScript: address('controls.js'),
        plotsScript: address('plots.js'),
        style: address('graph.css'),
        cspSource: webview.cspSource,
      },
      randomBytes(18).toString('base64'),
    );
  }
}

function unknownConnection(): GraphHostMessage {
  return {
    type: 'failed',
    failure: {
      message: 'The connection of this panel is not known in this window.',
      nextStep: 'Add the connection again, or close this panel.',
    },
  };
}
