import * as vscode from 'vscode';
import { systemClock } from '../../core/clock';
import { COMMANDS, LOAD_PANEL } from '../../platform/command-ids';
import type { Platform } from '../../platform/contract';
import type { Connections } from '../../store/contract';
import { oneChunk, saveChunks } from '../metrics/save-chunks';
import { toldDeed } from '../panels/told-deed';
import type { PanelFrame, PanelLife } from '../panels/panel-life';
import type { PanelKind } from '../panels/webview-panels';
import { loadPersisted, type LoadHostMessage, type LoadRef } from './load-contract';
import { LoadSession } from './load-session';

/** Panels of a worker's load: one per worker. */
export class LoadPanelKind implements PanelKind<LoadRef> {
  readonly viewType = LOAD_PANEL;
  readonly page = 'workers';
  readonly pageTitle = 'Trackside load of a worker';
  readonly column = vscode.ViewColumn.Active;
  readonly keepsFocus = false;

  constructor(
    private readonly platform: Platform,
    private readonly connections: Connections,
  ) {}

  keyOf({ connectionId, workerId }: LoadRef): string {
    return JSON.stringify([connectionId, workerId]);
  }

  titleOf({ workerId }: LoadRef): string {
    return `Load of ${workerId}`;
  }

  restored(state: unknown): LoadRef | undefined {
    return loadPersisted.safeParse(state).data?.ref;
  }

  start(ref: LoadRef, { post, setTitle }: PanelFrame): PanelLife | undefined {
    const { connectionId } = ref;
    const session = this.connections.get(connectionId);
    return (
      session &&
      new LoadSession({
        ref,
        session,
        clock: systemClock,
        logger: this.platform.logger.child('load'),
        post,
        setTitle,
        openTask: (taskId) =>
          void vscode.commands.executeCommand(COMMANDS.openTask, { connectionId, taskId }),
        savePicture: (name, bytes) =>
          toldDeed(this.platform.dialogs, 'Save Picture', () =>
            saveChunks({ name, sizeBytes: bytes.byteLength, chunks: () => oneChunk(bytes) }),
          ),
      })
    );
  }

  unknownConnection(): LoadHostMessage {
    return {
      type: 'failed',
      message: 'The connection of this panel is not known in this window.',
      nextStep: 'Add the connection again, or close this panel.',
    };
  }
}
