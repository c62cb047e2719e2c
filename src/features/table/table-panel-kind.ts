import * as vscode from 'vscode';
import { systemClock } from '../../core/clock';
import { COMMANDS, TABLE_PANEL, type CommandId } from '../../platform/command-ids';
import type { Platform } from '../../platform/contract';
import type { Connections } from '../../store/contract';
import type { DrawnRuns } from '../metrics/drawn-runs';
import type { PanelFrame, PanelLife } from '../panels/panel-life';
import type { PanelKind } from '../panels/webview-panels';
import { ACTION_WORDS } from '../tasks/action-words';
import { persistedState, savedViews, type RowCommand, type TableRef } from './table-contract';
import { TableSession } from './table-session';

const ROW_COMMAND_IDS: Readonly<Record<RowCommand, CommandId>> = {
  openConsole: COMMANDS.openConsole,
  openInBrowser: COMMANDS.openInBrowser,
};

/** Live panels that one press opens; more would only be closed again. */
const MOST_OPENED = 6;

/** Task tables: one per project. A page whose connection is not known yet stays as it is and waits. */
export class TablePanelKind implements PanelKind<TableRef> {
  readonly viewType = TABLE_PANEL;
  readonly page = 'table';
  readonly pageTitle = 'Trackside task table';
  readonly column = vscode.ViewColumn.Active;
  readonly keepsFocus = false;

  constructor(
    private readonly platform: Platform,
    private readonly connections: Connections,
    private readonly drawn: DrawnRuns,
  ) {}

  keyOf({ connectionId, projectId }: TableRef): string {
    return JSON.stringify([connectionId, projectId]);
  }

  titleOf({ projectName }: TableRef): string {
    return projectName === null ? 'All tasks' : `Tasks: ${projectName.split('/').at(-1) ?? projectName}`;
  }

  restored(state: unknown): TableRef | undefined {
    return persistedState.safeParse(state).data?.ref;
  }

  start(ref: TableRef, { post }: PanelFrame): PanelLife | undefined {
    const session = this.connections.get(ref.connectionId);
    const viewsKey = `table.views:${this.keyOf(ref)}`;
    const { state, logger } = this.platform;
    return (
      session &&
      new TableSession({
        ref,
        session,
        drawn: this.drawn,
        clock: systemClock,
        logger: logger.child('table'),
        post,
        act: async (action, tasks) =>
          vscode.commands.executeCommand(ACTION_WORDS[action].command, tasks[0], tasks),
        open: async (tasks) => {
          for (const task of tasks.slice(0, MOST_OPENED)) {
            await vscode.commands.executeCommand(COMMANDS.openTask, task);
          }
        },
        compare: async (tasks) => vscode.commands.executeCommand(COMMANDS.compare, tasks[0], tasks),
        showCurves: async (tasks) =>
          vscode.commands.executeCommand(COMMANDS.showCurvesTogether, tasks[0], tasks),
        run: async (command, task) => vscode.commands.executeCommand(ROW_COMMAND_IDS[command], task),
        copy: async (text) => vscode.env.clipboard.writeText(text),
        views: () => state.get(viewsKey, (value) => savedViews.parse(value)) ?? [],
        saveViews: (views) => state.set(viewsKey, views),
      })
    );
  }
}
