import path from 'node:path';
import type { Frame } from 'playwright-core';
import { panelFrame } from '../../scripts/demo/panel-frame';
import { startEditor, type Editor } from '../editor/harness/editor';
import type { EditorWindow } from '../editor/harness/editor-window';
import { until } from '../editor/harness/until';
import type { BenchContext } from './bench-row';
import { CountingProxy } from './counting-proxy';
import { TrackerClient } from './tracker-client';
import { startTracker, type TrackerProcess } from './tracker-process';

/** The packaged extension in a real editor. */
export interface EditorSession {
  readonly editor: Editor;
  readonly window: EditorWindow;
}

/** The same, connected to a tracker of the bench's own. */
export interface ConnectedSession extends EditorSession {
  readonly client: TrackerClient;
  readonly trackerPid: number;
}

/** The same, with all requests of the editor going through a counting proxy. */
export interface CountedSession extends ConnectedSession {
  readonly proxy: CountingProxy;
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
export function withConnectedEditor<P, T>(
  context: BenchContext,
  prepare: (client: TrackerClient) => Promise<P>,
  work: (session: ConnectedSession, prepared: P) => Promise<T>,
): Promise<T> {
  return withTracker(context, prepare, (filled) => withConnected(context, filled, filled.tracker.url, work));
}

/** As {@link withConnectedEditor}; only where requests are counted, since the proxy takes time of its own. */
export function withCountedEditor<P, T>(
  context: BenchContext,
  prepare: (client: TrackerClient) => Promise<P>,
  work: (session: CountedSession, prepared: P) => Promise<T>,
): Promise<T> {
  return withTracker(context, prepare, async (filled) => {
    const proxy = await CountingProxy.start(filled.tracker.url);
    try {
      return await withConnected(context, filled, proxy.url, (session, prepared) =>
        work({ ...session, proxy }, prepared),
      );
    } finally {
      await proxy.stop();
    }
  });
}

interface FilledTracker<P> {
  readonly tracker: TrackerProcess;
  readonly client: TrackerClient;
  readonly prepared: P;
}

async function withTracker<P, T>(
  { root, folder }: BenchContext,
  prepare: (client: TrackerClient) => Promise<P>,
  work: (filled: FilledTracker<P>) => Promise<T>,
): Promise<T> {
  const tracker = await startTracker(root, path.join(folder, 'data'));
  const client = new TrackerClient(tracker, 1);
  try {
    await client.signIn();
    return await work({ tracker, client, prepared: await prepare(client) });
  } finally {
    client.dispose();
    await tracker.stop();
  }
}

/** @param url where the editor finds the tracker. */
function withConnected<P, T>(
  context: BenchContext,
  { tracker, client, prepared }: FilledTracker<P>,
  url: string,
  work: (session: ConnectedSession, prepared: P) => Promise<T>,
): Promise<T> {
  return withEditor(context, async (session) => {
    context.say('connecting to the tracker');
    await connect(session.window, url, tracker);
    return work({ ...session, client, trackerPid: tracker.pid }, prepared);
  });
}

async function connect(
  window: EditorWindow,
  url: string,
  { accessKey, secretKey }: Pick<TrackerProcess, 'accessKey' | 'secretKey'>,
): Promise<void> {
  await window.showTrackside();
  await window.addConnection('ClearML', url, [
    ['ClearML: Access key', accessKey],
    ['ClearML: Secret key', secretKey],
  ]);
  const tasks = window.tree('Tasks');
  await tasks.waitForRow(({ label }) => label === new URL(url).host);
  await tasks.expand(new URL(url).host);
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
