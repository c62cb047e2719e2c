import assert from 'node:assert/strict';
import path from 'node:path';
import type { Theme } from '../../scripts/editor/editor-settings';
import { repositoryRoot } from '../../scripts/editor/toolchain';
import type { EditorWindow } from './harness/editor-window';
import { suiteWindow } from './harness/suite-window';
import { until } from './harness/until';

const THEMES: readonly Theme[] = ['light', 'hc', 'dark'];

describe('what a task made, in the editor', function () {
  this.timeout(180_000);
  let window: EditorWindow;

  suiteWindow(
    {
      name: 'task-views',
      workspace: path.join(repositoryRoot(), 'test', 'fixtures', 'scripts'),
      theme: 'light',
    },
    async (opened) => {
      ({ window } = opened);
      await window.openFile('outputs.py');
      await window.runCommand('Trackside: Launch Current File as Task');
    },
  );

  it('shows its plots', async () => {
    const frame = await window.livePanelFrame('outputs.py');
    await frame.getByText('Completed').first().waitFor({ timeout: 90_000 });
    await frame.getByRole('tab', { name: 'Plots' }).click();
    await frame.locator('.heatmaplayer image').waitFor();
    await until('both are drawn', async () => (await frame.locator('.plot-figure .main-svg').count()) >= 2);
    for (const theme of THEMES) {
      await window.setTheme(theme);
      await window.screenshot(`plots-${theme}`);
    }
  });

  it('draws every line of a chart with a hundred', async () => {
    const frame = await window.livePanelFrame('outputs.py');
    await frame.getByRole('tab', { name: 'Curves' }).click();
    const drawnPoints = (): Promise<number> =>
      frame.evaluate(() => Number(document.body.dataset['drawnPoints']));
    await until('all points are drawn', async () => (await drawnPoints()) >= 300);
    await window.screenshot('hundred-lines');
  });

  it('shows its images from the tracker', async () => {
    const frame = await window.livePanelFrame('outputs.py');
    await frame.getByRole('tab', { name: 'Images' }).click();
    const image = frame.getByRole('button', { name: 'samples / first at iteration 3' });
    await image.waitFor();
    assert.deepEqual(
      await image.evaluate((element) =>
        element instanceof HTMLImageElement ? [element.naturalWidth, element.naturalHeight] : [],
      ),
      [64, 48],
    );
    await window.screenshot('images-dark');
    await frame.getByRole('tab', { name: 'Details' }).click();
    await frame.getByRole('button', { name: 'Save notes', exact: true }).waitFor();
    await window.screenshot('details-dark');
  });

  it('shows what came from it, and opens that', async () => {
    await window.runCommand('Trackside: Clone', 'outputs.py');
    await window.runCommand('Trackside: Open Dependencies', 'outputs.py');
    const frame = await window.webviewFrame('Dependencies');
    await until('the task and its copy are drawn', async () => (await frame.locator('.node').count()) >= 2);
    for (const theme of THEMES) {
      await window.setTheme(theme);
      await window.screenshot(`dependencies-${theme}`);
    }
  });
});
