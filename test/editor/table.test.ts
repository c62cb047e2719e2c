import assert from 'node:assert/strict';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import type { Theme } from '../../scripts/editor/editor-settings';
import { repositoryRoot } from '../../scripts/editor/toolchain';
import type { EditorWindow } from './harness/editor-window';
import { suiteWindow } from './harness/suite-window';
import { until } from './harness/until';

const THEMES: readonly Theme[] = ['light', 'hc', 'dark'];

describe('the task table in the editor', function () {
  this.timeout(180_000);
  let window: EditorWindow;

  suiteWindow(
    {
      name: 'table',
      workspace: path.join(repositoryRoot(), 'examples'),
      settings: { 'trackside.launch.opensPanel': false },
      theme: 'light',
    },
    async (opened) => {
      ({ window } = opened);
      await window.openFile('plain/hello_metrics.py');
      await window.runCommand('Trackside: Launch Current File as Task');
    },
  );

  it('opens from the palette and shows the task with its first metrics', async () => {
    await window.runCommand('Trackside: Open Task Table', 'All projects');
    const frame = await window.webviewFrame('All tasks');
    await frame.getByText('hello_metrics.py').first().waitFor();
    await until(
      'the status follows the run',
      async () => (await frame.locator('.row').first().innerText()).includes('Completed'),
      90_000,
    );
  });

  for (const theme of THEMES) {
    it(`is there in the ${theme} theme`, async () => {
      await window.setTheme(theme);
      const frame = await window.webviewFrame('All tasks');
      await frame.locator('.row .cell').first().click();
      await frame.getByText('1 selected').waitFor();
      await window.screenshot(`table-${theme}`);
    });
  }

  it('opens the live panel on Enter, and is there again after a reload', async () => {
    const frame = await window.webviewFrame('All tasks');
    await sortByName(frame);
    await frame.locator('.row .cell').first().click();
    await frame.getByRole('grid').press('Enter');
    await window.livePanelFrame('hello_metrics.py');
    await window.reload();
    const again = await window.webviewFrame('All tasks');
    await again.getByText('hello_metrics.py').first().waitFor();
    const sorted = again.getByRole('columnheader', { name: 'Name' });
    assert.equal(await sorted.getAttribute('aria-sort'), 'ascending');
  });
});

async function sortByName(frame: Frame): Promise<void> {
  await frame.getByRole('columnheader', { name: 'Name' }).getByRole('button').click();
  await frame.locator('.row .status').first().waitFor();
}
