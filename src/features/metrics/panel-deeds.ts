import type { Task } from '../../core/entities';
import type { TaskArtifact } from '../../core/task-details';
import type { TaskImage, TaskPlot } from '../../core/task-output';
import type { PanelAction, TaskDocumentRef } from './panel-contract';
import type { InputEdit, PanelCommand } from './panel-messages';

/** What a panel lets the editor do. All of them tell a failure themselves, and resolve when it is over. */
export interface PanelDeeds {
  /** Runs the command behind a button; it asks and reports by itself. */
  act(action: PanelAction): Promise<void>;
  run(command: PanelCommand): Promise<void>;
  openDocument(document: TaskDocumentRef): Promise<void>;
  /** The uncommitted changes, file by file, beside what they changed. */
  openChanges(): Promise<void>;
  openTask(taskId: string): Promise<void>;
  /** The plot's JSON in an editor; the image as a file. */
  openOutput(output: TaskPlot | TaskImage): Promise<void>;
  saveArtifact(artifact: TaskArtifact): Promise<void>;
  /** Asks where to, and writes what `chunks` yields. */
  saveFile(name: string, chunks: () => AsyncIterable<Uint8Array>): Promise<void>;
  edit(task: Task, edit: InputEdit): Promise<void>;
  copy(text: string): Promise<void>;
}
