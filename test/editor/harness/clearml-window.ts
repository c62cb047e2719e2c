import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FAKE_KEYS, FakeClearMl } from '../../fakes/clearml/fake-server';
import { startEditor, type Editor } from './editor';
import type { EditorWindow } from './editor-window';

/** An editor whose Trackside is connected to a fake ClearML server. */
export interface ClearMlWindow {
  readonly fake: FakeClearMl;
  readonly editor: Editor;
  readonly window: EditorWindow;
  dispose(): Promise<void>;
}

/**
 * Fills a fake server, starts an editor in the light theme and signs in as a person does. The caller disposes it.
 * `name` tells its temporary folder apart.
 */
export async function startClearMlWindow(options: {
  readonly name: string;
  readonly heightPx: number;
  readonly fill: (fake: FakeClearMl) => void;
}): Promise<ClearMlWindow> {
  const workspace = mkdtempSync(path.join(tmpdir(), `trackside-${options.name}-`));
  const fake = await FakeClearMl.start('real');
  options.fill(fake);
  const editor = await startEditor({ extension: 'folder', workspace, theme: 'light' });
  const window = await editor.openWindow({ height: options.heightPx });
  await window.showTrackside();
  await addClearMl(window, fake);
  return {
    fake,
    editor,
    window,
    dispose: async () => {
      await editor.dispose();
      await fake.stop();
      rmSync(workspace, { recursive: true, force: true });
    },
  };
}

async function addClearMl(window: EditorWindow, fake: FakeClearMl): Promise<void> {
  await window.runCommand('Trackside: Add Connection…');
  for (const [title, text] of [
    ['Add Connection', 'ClearML'],
    ['Add Connection: address of the server', fake.url],
    ['ClearML: Access key', FAKE_KEYS.accessKey],
    ['ClearML: Secret key', FAKE_KEYS.secretKey],
  ] as const) {
    await window.quickInput.answerTitled(title, text);
  }
}
