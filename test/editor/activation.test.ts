import assert from 'node:assert/strict';
import path from 'node:path';
import { repositoryRoot } from '../../scripts/editor/toolchain';
import { type Editor, startEditor } from './harness/editor';
import type { EditorWindow } from './harness/editor-window';

for (const extension of ['folder', 'vsix'] as const) {
  describe(`Trackside from the ${extension}`, () => {
    let editor: Editor;
    let window: EditorWindow;

    before(async () => {
      editor = await startEditor({ extension, workspace: path.join(repositoryRoot(), 'examples') });
      window = await editor.openWindow();
    });

    after(() => editor.dispose());

    afterEach(async function () {
      if (this.currentTest?.state === 'failed') {
        await window.screenshot(`failed-activation-${extension}`);
      }
    });

    it('shows its four views', async () => {
      await window.showTrackside();
      assert.deepEqual(await window.viewTitles(), ['Projects', 'Tasks', 'Queues', 'Workers']);
    });

    it('lists the default queue and the local worker of the embedded tracker', async () => {
      await window.tree('Queues').waitForRow('default');
      const worker = await window.tree('Workers').waitForRow(() => true);
      assert.notEqual(worker.label, '');
    });

    it('offers its commands in the palette', async () => {
      const input = window.quickInput;
      await input.openPalette();
      await input.filter('>Trackside: Launch Current File', 'Trackside: Launch Current File as Task');
      await input.cancel();
    });

    it('writes nothing to the console of the extension host', () => {
      assert.deepEqual(window.hostConsole(), []);
    });
  });
}
