import assert from 'node:assert/strict';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { repositoryRoot } from '../../scripts/editor/toolchain';
import { type Editor, startEditor } from './harness/editor';
import type { EditorWindow } from './harness/editor-window';
import { until } from './harness/until';

const SCRIPT = 'hello_metrics.py';
const LONG_MS = 90_000;

describe('the live panel in the editor', () => {
  let editor: Editor;
  let window: EditorWindow;

  before(async () => {
    editor = await startEditor({ extension: 'folder', workspace: path.join(repositoryRoot(), 'examples') });
    window = await editor.openWindow();
  });

  after(() => editor.dispose());

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') {
      await window.screenshot('failed-metrics');
    }
  });

  it('opens beside the code at the launch and paints the points as they come', async () => {
    await window.openFile(`plain/${SCRIPT}`);
    await window.runCommand('Trackside: Launch Current File as Task');
    const frame = await panelFrame();
    const first = await drawnPoints(frame, 1);
    assert.ok((await drawnPoints(frame, first + 1)) > first);
    await window.screenshot('metrics-live');
  });

  it('is there again after a reload, with its points', async () => {
    await window.reload();
    await drawnPoints(await panelFrame(), 1);
  });

  it('keeps its page under its policy', async () => {
    const refused = window.console().filter((line) => /Content Security Policy/.test(line));
    // The control library tries one empty style element, which is refused as it should be.
    const unexpected = refused.filter((line) => !line.includes('sha256-47DEQpj8HBSa'));
    assert.deepEqual(unexpected, []);
    const frame = await panelFrame();
    assert.equal(await frame.evaluate(() => document.body.dataset['refusedMessages']), undefined);
  });

  /** The panel's document; it has the task's name as soon as the task is known. */
  async function panelFrame(): Promise<Frame> {
    const found: { frame?: Frame } = {};
    await until(
      'the panel is open',
      async () => {
        found.frame = await window.webviewFrame(SCRIPT);
        return true;
      },
      LONG_MS,
    );
    assert.ok(found.frame !== undefined);
    return found.frame;
  }

  async function drawnPoints(frame: Frame, atLeast: number): Promise<number> {
    let drawn = 0;
    await until(
      `${atLeast} points are drawn`,
      async () => {
        drawn = Number(await frame.evaluate(() => document.body.dataset['drawnPoints'] ?? '0'));
        return drawn >= atLeast;
      },
      LONG_MS,
    );
    return drawn;
  }
});
