import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { UserSettings } from '../../../scripts/editor/editor-settings';
import { startEditor, type Editor, type EditorOptions } from './editor';
import type { EditorWindow } from './editor-window';

export interface SuiteWindowOptions extends Omit<EditorOptions, 'workspace' | 'extension' | 'settings'> {
  /** Tells its folder and its pictures apart from those of other suites. */
  readonly name: string;
  /** Default: the built repository. */
  readonly extension?: EditorOptions['extension'];
  /** What the folder that is opened holds, by name. It is made for the suite, and removed after it. */
  readonly files?: Readonly<Record<string, string>>;
  /** A folder that is there already and stays, absolute; in place of `files`. */
  readonly workspace?: string;
  /** What is done in the folder before the editor opens it. */
  readonly prepare?: (workspace: string) => void;
  readonly heightPx?: number;
  /**
   * Beside the quiet ones. A function is asked just before the editor starts, after hooks that stand before the call: a
   * file of settings that changes while a window opens may never be read again.
   */
  readonly settings?: UserSettings | (() => UserSettings);
}

/** What a suite in the editor works with. */
export interface SuiteWindow {
  readonly editor: Editor;
  readonly window: EditorWindow;
  /** The folder that is open, absolute, without links in its path. */
  readonly workspace: string;
}

/**
 * Gives the suite around it an editor with one window that shows Trackside: started before its tests and ended after
 * them. Each test that fails leaves a picture, and so does the end. `onOpen` runs before the first test.
 */
export function suiteWindow(
  options: SuiteWindowOptions,
  onOpen: (opened: SuiteWindow) => Promise<void> | void,
): void {
  const { name, extension = 'folder', files, prepare, heightPx, settings = {}, ...editorOptions } = options;
  let workspace: string | undefined;
  let editor: Editor | undefined;

  before(async () => {
    workspace = options.workspace ?? makeFolder(name, files);
    prepare?.(workspace);
    editor = await startEditor({
      ...editorOptions,
      extension,
      workspace,
      settings: typeof settings === 'function' ? settings() : settings,
    });
    const window = await editor.openWindow(heightPx === undefined ? {} : { height: heightPx });
    await window.showTrackside();
    await onOpen({ editor, window, workspace });
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') {
      await editor?.screenshotAll(`failed-${name}-${this.currentTest.title.replaceAll(/\W+/g, '-')}`);
    }
  });

  after(async () => {
    await editor?.screenshotAll(`${name}-last`);
    await editor?.dispose();
    if (workspace !== undefined && options.workspace === undefined) {
      rmSync(workspace, { recursive: true, force: true });
    }
  });
}

function makeFolder(name: string, files: SuiteWindowOptions['files'] = {}): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), `trackside-${name}-`)));
  for (const [file, text] of Object.entries(files)) {
    writeFileSync(path.join(folder, file), text);
  }
  return folder;
}
