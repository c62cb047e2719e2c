import assert from 'node:assert/strict';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { repositoryRoot } from '../../scripts/editor/toolchain';
import type { EditorWindow } from './harness/editor-window';
import { suiteWindow } from './harness/suite-window';
import { until } from './harness/until';

const SCRIPT = 'hello_metrics.py';
/** What the script reports in all. */
const ALL_POINTS = 360;
const LONG_MS = 90_000;

describe('the live panel in the editor', () => {
  let window: EditorWindow;

  suiteWindow({ name: 'metrics', workspace: path.join(repositoryRoot(), 'examples') }, (opened) => {
    ({ window } = opened);
  });

  it('opens beside the code at the launch and paints the points as they come', async () => {
    await window.openFile(`plain/${SCRIPT}`);
    await window.runCommand('Trackside: Launch Current File as Task');
    const frame = await window.livePanelFrame(SCRIPT);
    await atLeast(frame, 'drawnPoints', 1);
    const known = await atLeast(frame, 'knownPoints', 1);
    await atLeast(frame, 'knownPoints', Math.min(known + 1, ALL_POINTS));
    await window.screenshot('metrics-live');
  });

  it('is there again after a reload, with its points', async () => {
    await window.reload();
    await atLeast(await window.livePanelFrame(SCRIPT), 'drawnPoints', 1);
    await atLeast(await window.livePanelFrame(SCRIPT), 'knownPoints', ALL_POINTS);
  });

  it('shows its points at once when it was closed and is opened again', async () => {
    await window.tab(SCRIPT).last().click();
    await window.runCommand('View: Close Editor');
    await until('it is closed', async () => (await window.page.locator('iframe.webview').count()) === 0);
    await window.showTrackside();
    await window.tree('Tasks').click(SCRIPT);
    const frame = await window.livePanelFrame(SCRIPT);
    await atLeast(frame, 'knownPoints', ALL_POINTS);
    await frame
      .getByText(/updated|Completed/i)
      .first()
      .waitFor();
    await window.screenshot('metrics-opened-again');
  });

  it('shows what the task is made of, and opens its texts beside the code', async () => {
    const frame = await window.livePanelFrame(SCRIPT);
    await frame.getByRole('tab', { name: 'Details' }).click();
    await frame.getByText('Working directory').waitFor();
    assert.match(await frame.locator('.details').first().innerText(), /Script\s+(plain\/)?hello_metrics\.py/);
    await window.screenshot('metrics-details');
    await frame.getByRole('button', { name: 'Trackside launch' }).click();
    await window.waitForEditorText('hello_metrics.py', 'Trackside launch.json');
    await window.screenshot('metrics-details-document');
  });

  it('keeps its page under its policy', async () => {
    const refused = window.console().filter((line) => /Content Security Policy/.test(line));
    // The control library tries one empty style element, which is refused as it should be.
    const unexpected = refused.filter((line) => !line.includes('sha256-47DEQpj8HBSa'));
    assert.deepEqual(unexpected, []);
    const frame = await window.livePanelFrame(SCRIPT);
    assert.equal(await frame.evaluate(() => document.body.dataset['refusedMessages']), undefined);
  });

  /** Waits until the page says that it painted so many; the figures are described in paint-figures.ts. */
  async function atLeast(
    frame: Frame,
    figure: 'drawnPoints' | 'knownPoints',
    least: number,
  ): Promise<number> {
    let now = 0;
    await until(
      `${figure} of the panel is ${least}`,
      async () => {
        now = Number(await frame.evaluate((name) => document.body.dataset[name] ?? '0', figure));
        return now >= least;
      },
      LONG_MS,
    );
    return now;
  }
});
