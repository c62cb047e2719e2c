import assert from 'node:assert/strict';
import path from 'node:path';
import { repositoryRoot } from '../../scripts/editor/toolchain';
import type { EditorWindow } from './harness/editor-window';
import { suiteWindow } from './harness/suite-window';
import { until } from './harness/until';

for (const extension of ['folder', 'vsix'] as const) {
  describe(`Trackside from the ${extension}`, () => {
    let window: EditorWindow;

    suiteWindow(
      { name: `activation-${extension}`, extension, workspace: path.join(repositoryRoot(), 'examples') },
      (opened) => {
        ({ window } = opened);
      },
    );

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

    it('is introduced step by step, with pictures', async () => {
      await window.runCommand('Welcome: Open Walkthrough...', 'Get started with Trackside');
      await window.page.getByRole('button', { name: 'Connect your team' }).first().click();
      await until('its picture is there', async () => {
        const counts = await Promise.all(
          window.page.frames().map((frame) => frame.locator('svg[aria-label^="The sidebar with"]').count()),
        );
        return counts.includes(1);
      });
      await window.screenshot(`walkthrough-${extension}`);
    });

    it('writes nothing to the console of the extension host', () => {
      assert.deepEqual(window.hostConsole(), []);
    });
  });
}
