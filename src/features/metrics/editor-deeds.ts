import * as vscode from 'vscode';
import type { InputEdits } from '../../core/actions';
import type { Task } from '../../core/entities';
import { TracksideError } from '../../core/errors';
import { nameInAddress } from '../../core/plain-file-name';
import type { TaskArtifact } from '../../core/task-details';
import type { TaskImage, TaskPlot } from '../../core/task-output';
import type { TaskRef } from '../../core/task-ref';
import { COMMANDS, type CommandId } from '../../platform/command-ids';
import type { Platform } from '../../platform/contract';
import type { ConnectionSession } from '../../store/contract';
import { splitArguments } from '../launch/argument-text';
import { toldDeed } from '../panels/told-deed';
import type { PanelAction, TaskDocumentRef } from './panel-contract';
import type { InputEdit, PanelCommand } from './panel-messages';
import type { PanelDeeds } from './panel-deeds';
import { saveChunks } from './save-chunks';
import { openFileOf } from './task-output-files';
import type { TaskDocuments } from './task-documents';

const ACTION_COMMANDS: Readonly<Record<PanelAction, CommandId>> = {
  stop: COMMANDS.stopTask,
  enqueue: COMMANDS.enqueueTask,
  dequeue: COMMANDS.dequeueTask,
  reset: COMMANDS.resetTask,
  rerun: COMMANDS.rerunTask,
  clone: COMMANDS.cloneTask,
};

const PANEL_COMMAND_IDS: Readonly<Record<PanelCommand, CommandId>> = {
  openConsole: COMMANDS.openConsole,
  openInBrowser: COMMANDS.openInBrowser,
  showLog: COMMANDS.showLog,
  editConfigurations: COMMANDS.editConfigurations,
  editCode: COMMANDS.editCode,
};

export interface EditorDeedsDeps {
  readonly ref: TaskRef;
  readonly session: ConnectionSession;
  readonly platform: Platform;
  readonly documents: TaskDocuments;
  openPanel(ref: TaskRef): void;
}

/** What one task's panel does in the editor. */
export class EditorDeeds implements PanelDeeds {
  constructor(private readonly deps: EditorDeedsDeps) {}

  async act(action: PanelAction): Promise<void> {
    await vscode.commands.executeCommand(ACTION_COMMANDS[action], this.deps.ref);
  }

  async run(command: PanelCommand): Promise<void> {
    await vscode.commands.executeCommand(PANEL_COMMAND_IDS[command], this.deps.ref);
  }

  openDocument(document: TaskDocumentRef): Promise<void> {
    return this.told('Open Document', () => this.deps.documents.open(this.deps.ref, document));
  }

  openChanges(): Promise<void> {
    return this.told('Open Changes', () => this.deps.documents.openChanges(this.deps.ref));
  }

  openTask(taskId: string): Promise<void> {
    this.deps.openPanel({ ...this.deps.ref, taskId });
    return Promise.resolve();
  }

  openOutput(output: TaskPlot | TaskImage): Promise<void> {
    return 'json' in output
      ? this.told('Open Plot', () => this.deps.documents.openPlot(this.deps.ref, output))
      : this.save(nameInAddress(output.uri) ?? `${output.metric} ${output.variant}`, output.uri, {});
  }

  async saveArtifact({ name, uri, hash, sizeBytes }: TaskArtifact): Promise<void> {
    if (uri !== undefined) {
      await this.save(nameInAddress(uri) ?? name, uri, {
        ...(hash === undefined ? {} : { sha256: hash }),
        ...(sizeBytes === undefined ? {} : { sizeBytes }),
      });
    }
  }

  saveFile(name: string, chunks: () => AsyncIterable<Uint8Array>): Promise<void> {
    return this.told('Save File', () => saveChunks({ name, chunks }));
  }

  edit(task: Task, edit: InputEdit): Promise<void> {
    return this.told('Edit Parameters', async () => {
      const [outcome] = await this.deps.session.store.act([task], { action: 'edit', inputs: inputsOf(edit) });
      if (outcome?.ok === false) {
        throw outcome.error;
      }
    });
  }

  async copy(text: string): Promise<void> {
    await vscode.env.clipboard.writeText(text);
  }

  private save(
    name: string,
    uri: string,
    known: { readonly sha256?: string; readonly sizeBytes?: number },
  ): Promise<void> {
    return this.told('Save File', async () => {
      const { saveFile } = await import('./file-saver');
      await saveFile({
        name,
        ...known,
        open: async (signal) => openFileOf(await this.deps.session.backend(signal), uri, signal, true),
      });
    });
  }

  private told(context: string, deed: () => Promise<void>): Promise<void> {
    return toldDeed(this.deps.platform.dialogs, context, deed);
  }
}

function inputsOf(edit: InputEdit): InputEdits {
  switch (edit.kind) {
    case 'parameter':
      return { parameters: [{ section: edit.section, name: edit.name, value: edit.value }] };
    case 'arguments': {
      const split = splitArguments(edit.value);
      if (!split.ok) {
        throw new TracksideError('invalid', split.problem, 'Close the quote and save again.');
      }
      return { parameters: [], arguments: split.arguments };
    }
  }
}
