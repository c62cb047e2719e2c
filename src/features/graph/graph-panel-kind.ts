import * as vscode from 'vscode';
import { COMMANDS, DEPENDENCIES_PANEL } from '../../platform/command-ids';
import type { Platform } from '../../platform/contract';
import type { Connections } from '../../store/contract';
import type { PanelFrame, PanelLife } from '../panels/panel-life';
import type { PanelKind } from '../panels/webview-panels';
import { graphPersisted, type GraphHostMessage, type GraphRef } from './graph-contract';
import { GraphSession } from './graph-session';

/** Dependency panels: one per task or project. */
export class GraphPanelKind implements PanelKind<GraphRef> {
  readonly viewType = DEPENDENCIES_PANEL;
  readonly page = 'graph';
  readonly pageTitle = 'Trackside dependencies';
  readonly column = vscode.ViewColumn.Beside;
  readonly keepsFocus = false;

  constructor(
    private readonly platform: Platform,
    private readonly connections: Connections,
  ) {}

  keyOf(ref: GraphRef): string {
    return JSON.stringify(ref);
  }

  titleOf(): string {
    return 'Dependencies';
  }

  restored(state: unknown): GraphRef | undefined {
    return graphPersisted.safeParse(state).data?.ref;
  }

  start(ref: GraphRef, { post, setTitle }: PanelFrame): PanelLife | undefined {
    const { connectionId } = ref;
    const session = this.connections.get(connectionId);
    return (
      session &&
      new GraphSession({
        ref,
        session,
        logger: this.platform.logger.child('dependencies'),
        post,
        setTitle,
        openTask: (taskId) =>
          void vscode.commands.executeCommand(COMMANDS.openTask, { connectionId, taskId }),
      })
    );
  }

  unknownConnection(): GraphHostMessage {
    return {
      type: 'failed',
      failure: {
        message: 'The connection of this panel is not known in this window.',
        nextStep: 'Add the connection again, or close this panel.',
      },
    };
  }
}
