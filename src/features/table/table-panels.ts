import { randomBytes, randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { systemClock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { COMMANDS, TABLE_PANEL, type CommandId } from '../../platform/command-ids';
import type { Platform } from '../../platform/contract';
import type { Connections, ConnectionSession } from '../../store/contract';
import { ACTION_WORDS } from '../tasks/action-words';
import { savedViews, type HostMessage, type RowCommand, type TableRef } from './table-contract';
import { tableHtml } from './table-html';
import { TableSession } from './table-session';

const ROW_COMMAND_IDS: Readonly<Record<RowCommand, CommandId>> = {
  openConsole: COMMANDS.openConsole,
  openInBrowser: COMMANDS.openInBrowser,
};

/** Live panels that one press opens; more would only be closed again. */
const MOST_OPENED = 6;

/** All task tables of this window: at most one per project. */
export class TablePanels implements Disposable {
  private readonly panels = new Map<string, vscode.WebviewPanel>();

  constructor(
    private readonly platform: Platform,
    private readonly connections: Connections,
  ) {}

  /** Shows the project's table, or brings the one that is open to the front. */
  open(ref: TableRef): void {
    const open = this.panels.get(panelKey(ref));
    if (open !== undefined) {
      open.reveal();
      return;
    }
    this.attach(vscode.window.createWebviewPanel(TABLE_PANEL, titleOf(ref), vscode.ViewColumn.Active), ref);
  }

  restore(panel: vscode.WebviewPanel, ref: TableRef): void {
    if (this.panels.has(panelKey(ref))) {
      panel.dispose();
    } else {
      this.attach(panel, ref);
    }
  }

  dispose(): void {
    for (const panel of [...this.panels.values()]) {
      panel.dispose();
    }
  }

  private attach(panel: vscode.WebviewPanel, ref: TableRef): void {
    const key = panelKey(ref);
    const life = new DisposableStore();
    this.panels.set(key, panel);
    panel.onDidDispose(() => {
      this.panels.delete(key);
      life.dispose();
    });
    const media = vscode.Uri.file(`${this.platform.extensionPath}/media`);
    panel.iconPath = {
      light: vscode.Uri.joinPath(media, 'panel-light.svg'),
      dark: vscode.Uri.joinPath(media, 'panel-dark.svg'),
    };
    this.connect(panel, ref, life);
    this.showPage(panel);
  }

  /** Starts the table's life as soon as its connection is known; after a reload that may be a moment later. */
  private connect(panel: vscode.WebviewPanel, ref: TableRef, life: DisposableStore): void {
    const session = this.connections.get(ref.connectionId);
    if (session !== undefined) {
      this.startSession(panel, ref, session, life);
      return;
    }
    const received: unknown[] = [];
    const waiting = new DisposableStore();
    life.add(waiting);
    waiting.add(panel.webview.onDidReceiveMessage((message: unknown) => received.push(message)));
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
    ref: TableRef,
    session: ConnectionSession,
    life: DisposableStore,
  ): TableSession {
    const viewsKey = `table.views:${panelKey(ref)}`;
    const { state, logger } = this.platform;
    const started = life.add(
      new TableSession({
        ref,
        panelId: randomUUID(),
        session,
        clock: systemClock,
        logger: logger.child('table'),
        post: (message: HostMessage) => void panel.webview.postMessage(message),
        act: async (action, tasks) =>
          vscode.commands.executeCommand(ACTION_WORDS[action].command, tasks[0], tasks),
        open: async (tasks) => {
          for (const task of tasks.slice(0, MOST_OPENED)) {
            await vscode.commands.executeCommand(COMMANDS.openTask, task);
          }
        },
        run: async (command, task) => vscode.commands.executeCommand(ROW_COMMAND_IDS[command], task),
        copy: async (text) => vscode.env.clipboard.writeText(text),
        views: () => state.get(viewsKey, (value) => savedViews.parse(value)) ?? [],
        saveViews: (views) => state.set(viewsKey, views),
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
    const files = {
      script: address('table.js'),
      style: address('table.css'),
      cspSource: webview.cspSource,
    };
    webview.html = tableHtml(files, randomBytes(18).toString('base64'));
  }
}

function panelKey(ref: TableRef): string {
  return JSON.stringify([ref.connectionId, ref.projectId]);
}

function titleOf({ projectName }: TableRef): string {
  return projectName === null ? 'All tasks' : `Tasks: ${projectName.split('/').at(-1) ?? projectName}`;
}
