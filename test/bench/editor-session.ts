import path from 'node:path';
import type { Frame } from 'playwright-core';
import { panelFrame } from '../../scripts/demo/panel-frame';
import { startEditor, type Editor } from '../editor/harness/editor';
import type { EditorWindow } from '../editor/harness/editor-window';
import { until } from '../editor/harness/until';
import type { BenchContext } from './bench-row';
import { CountingProxy } from './counting-proxy';
import { TrackerClient } from './tracker-client';
import { startTracker } from './tracker-process';

/** The packaged extension in a real editor. */
export interface EditorSession {
  readonly editor: Editor;
  readonly window: EditorWindow;
}

/** The same, connected to a tracker of the bench's own, all requests going through a counting proxy. */
export interface ConnectedSession extends EditorSession {
  readonly client: TrackerClient;
  readonly proxy: CountingProxy;
  readonly trackerPid: number;
}

export async function withEditor<T>(
  { root }: BenchContext,
  work: (session: EditorSession) => Promise<T>,
): Promise<T> {
  const editor = await startEditor({ extension: 'vsix', workspace: path.join(root, 'examples') });
  try {
    return await work({ editor, window: await editor.openWindow({ width: 1600, height: 1000 }) });
  } finally {
    await editor.dispose();
  }
}

/** `prepare` fills the tracker before the editor connects to it. */
export async function withConnectedEditor<P, T>(
  context: BenchContext,
  prepare: (client: TrackerClient) => Promise<P>,
  work: (session: ConnectedSession, prepared: P) => Promise<T>,
): Promise<T> {
  const tracker = await startTracker(context.root, path.join(context.folder, 'data'));
  const client = new TrackerClient(tracker, 1);
  const proxy = await CountingProxy.start(tracker.url);
  try {
    await client.signIn();
    const prepared = await prepare(client);
    return await withEditor(context, async ({ editor, window }) => {
      context.say('connecting to the tracker');
      await window.showTrackside();
      await window.runCommand('Trackside: Add Connection…');
      await window.quickInput.answerTitled('Add Connection', 'ClearML');
      await window.quickInput.answerTitled('Add Connection: address of the server', proxy.url);
      await window.quickInput.answerTitled('ClearML: Access key', tracker.accessKey);
      await window.quickInput.answerTitled('ClearML: Secret key', tracker.secretKey);
      const tasks = window.tree('Tasks');
      await tasks.waitForRow(({ label }) => label === new URL(proxy.url).host);
      await tasks.expand(new URL(proxy.url).host);
      return work({ editor, window, client, proxy, trackerPid: tracker.pid }, prepared);
    });
  } finally {
    client.dispose();
    await proxy.stop();
    await tracker.stop();
  }
}

/** Opens the task's panel by its row. `clickedAt`: epoch milliseconds, by the page's own clock. */
export async function openPanel(
  window: EditorWindow,
  task: string,
): Promise<{ readonly frame: Frame; readonly clickedAt: number }> {
  const row = await window.tree('Tasks').row(task);
  const clicked = window.page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const note = (): void => resolve(performance.timeOrigin + performance.now());
        document.addEventListener('pointerdown', note, { capture: true, once: true });
      }),
  );
  await row.click();
  return { clickedAt: await clicked, frame: await panelFrame(window.page, task) };
}

/** Closes every tab and shows another container of the side bar: nothing of Trackside is visible then. */
export async function hideEverything(window: EditorWindow): Promise<void> {
  await window.runCommand('View: Close All Editors');
  await window.runCommand('View: Show Explorer');
  await until('the panels are gone', async () => (await window.page.locator('iframe.webview').count()) === 0);
}
