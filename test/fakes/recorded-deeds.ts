import type { PanelDeeds } from '../../src/features/metrics/panel-deeds';
import type { InputEdit } from '../../src/features/metrics/panel-messages';

/** Notes what a panel asked of the editor. */
export class RecordedDeeds implements PanelDeeds {
  readonly acted: string[] = [];
  readonly commands: string[] = [];
  readonly opened: string[] = [];
  readonly saved: string[] = [];
  readonly files: { readonly name: string; readonly bytes: Buffer }[] = [];
  readonly edits: InputEdit[] = [];
  readonly copied: string[] = [];

  act: PanelDeeds['act'] = (action) => this.note(this.acted, action);
  run: PanelDeeds['run'] = (command) => this.note(this.commands, command);
  openDocument: PanelDeeds['openDocument'] = ({ kind, name }) => this.note(this.opened, `${kind} ${name}`);
  openChanges: PanelDeeds['openChanges'] = () => this.note(this.opened, 'changes');
  openTask: PanelDeeds['openTask'] = (taskId) => this.note(this.opened, taskId);
  openOutput: PanelDeeds['openOutput'] = ({ metric, variant, iteration }) =>
    this.note(this.opened, `${metric}/${variant} at ${iteration}`);
  saveArtifact: PanelDeeds['saveArtifact'] = ({ name }) => this.note(this.saved, name);
  saveFile: PanelDeeds['saveFile'] = async (name, chunks) => {
    const parts: Uint8Array[] = [];
    for await (const chunk of chunks()) {
      parts.push(chunk);
    }
    this.files.push({ name, bytes: Buffer.concat(parts) });
  };
  edit: PanelDeeds['edit'] = (_task, edit) => {
    this.edits.push(edit);
    return Promise.resolve();
  };
  copy: PanelDeeds['copy'] = (text) => this.note(this.copied, text);

  private note(list: string[], entry: string): Promise<void> {
    list.push(entry);
    return Promise.resolve();
  }
}
