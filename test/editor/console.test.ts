import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readTrackerFile } from '../../src/tracker/lifecycle/tracker-file';
import type { Editor } from './harness/editor';
import type { EditorWindow } from './harness/editor-window';
import { suiteWindow } from './harness/suite-window';
import { until } from './harness/until';

/** Prints until a file tells it to end, so that the test and not the clock decides. */
const PRINTER = `import os, sys, time
open(sys.argv[0] + ".started", "w").close()
print("\\x1b[31mfirst\\x1b[0m line", flush=True)
for step in range(60):
    print(f"row {step} of the beginning")
step = 0
while not os.path.exists(sys.argv[0] + ".stop"):
    step += 1
    print(f"tick {step}", flush=True)
    time.sleep(0.2)
print(" 10%\\r 50%\\r100% done", flush=True)
print("the very last line", flush=True)
`;

/** For how long the tracker keeps silent while the console comes back: longer than a quick one is waited for. */
const SLOW_MS = 5_000;

/** More than a document shows: about 10 MB. */
const LONG_ROWS = 95_000;
const LONG_PRINTER = `import sys
for row in range(${LONG_ROWS}):
    print(f"row {row} of a console that is longer than anybody reads, " + "x" * 50)
sys.stdout.flush()
open(sys.argv[0] + ".printed", "w").close()
`;

describe('Console', function () {
  this.timeout(240_000);
  let editor: Editor;
  let window: EditorWindow;
  let workspace: string;

  suiteWindow(
    {
      name: 'console',
      files: { 'printer.py': PRINTER },
      settings: { 'trackside.launch.opensPanel': false },
    },
    (opened) => {
      ({ editor, window, workspace } = opened);
    },
  );

  const lastTick = async (): Promise<number> => {
    const lines = await window.editorLines('printer.py.log');
    return Math.max(0, ...lines.map((line) => Number(/^tick (\d+)$/.exec(line.trim())?.[1] ?? 0)));
  };

  const topLine = async (): Promise<string> => (await window.editorLines('printer.py.log'))[0]?.trim() ?? '';

  const stays = async (line: string): Promise<void> => {
    // Long enough for several redraws.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    assert.equal(await topLine(), line);
    assert.equal(await lastTick(), 0);
  };

  it('grows while the run runs and follows its end', async () => {
    await window.openFile('printer.py');
    await window.runCommand('Trackside: Launch Current File as Task');
    await until('the script runs', () => existsSync(path.join(workspace, 'printer.py.started')), 60_000);
    await window.runCommand('Trackside: Open Console', 'printer.py');
    await window.waitForEditorText('tick', 'printer.py.log', 60_000);
    const before = await lastTick();
    await until('later lines come into view by themselves', async () => (await lastTick()) > before + 3);
  });

  it('stays where the person went', async () => {
    await window.page.keyboard.press('ControlOrMeta+Home');
    // Lines that came at the same moment may send it to the end once more, before it is put back.
    await until('the beginning is on top', async () => (await topLine()) === 'first line');
    await stays('first line');
  });

  it('comes back after a reload where the person was, however late its text comes, and the run went on', async () => {
    const tracker = readTrackerFile(path.join(editor.extensionDataFolder, 'tracker'));
    assert.ok(tracker !== undefined);
    process.kill(tracker.pid, 'SIGSTOP');
    try {
      await window.reload();
      await window.tab('printer.py.log').waitFor();
      await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
    } finally {
      process.kill(tracker.pid, 'SIGCONT');
    }
    await window.waitForEditorText('first line', 'printer.py.log', 60_000);
    await stays('first line');
    assert.equal(existsSync(path.join(workspace, 'printer.py.stop')), false);
    await window.page.locator('.editor-group-container .monaco-editor .view-lines').first().click();
    await window.page.keyboard.press('ControlOrMeta+End');
    await until('it goes on growing', async () => (await lastTick()) > 0);
    const before = await lastTick();
    await until('it follows again', async () => (await lastTick()) > before + 3);
  });

  it('shows progress lines in their last state, and the end of the run', async () => {
    writeFileSync(path.join(workspace, 'printer.py.stop'), '');
    await window.waitForEditorText('the very last line', 'printer.py.log', 60_000);
    const lines = (await window.editorLines('printer.py.log')).map((line) => line.trim());
    assert.ok(lines.includes('100% done'), lines.join('\n'));
    assert.ok(!lines.some((line) => line.includes('50%')), lines.join('\n'));
  });

  it('shows the end of a long console, and leads to any part of it', async () => {
    const script = path.join(workspace, 'long.py');
    writeFileSync(script, LONG_PRINTER);
    await window.openFile('long.py');
    await window.runCommand('Trackside: Launch Current File as Task');
    await until('it has printed', () => existsSync(`${script}.printed`), 120_000);
    await window.runCommand('Trackside: Open Console', 'long.py');
    await window.waitForEditorText(`row ${LONG_ROWS - 1} of`, 'long.py.log', 60_000);
    await window.runCommand('Trackside: Search Whole Console', '^row 777 ');
    await until('the match is listed', async () => (await window.quickInput.title()) === '1 matching line');
    await window.quickInput.choose('row 777', 'row 777 of');
    await window.waitForEditorText('row 777 of', 'long.py.log', 60_000);
    await window.screenshot('console-long-part');
    await window.page.keyboard.press('ControlOrMeta+End');
    await window.waitForEditorText('are not shown here: Show Later Part | Go to End', 'long.py.log');
    await window.runCommand('Trackside: Follow End of Console');
    await window.waitForEditorText(`row ${LONG_ROWS - 1} of`, 'long.py.log', 60_000);
    await window.page.keyboard.press('ControlOrMeta+Home');
    await window.waitForEditorText('are not shown here: Show Earlier Part', 'long.py.log');
    await window.screenshot('console-long-beginning');
  });

  it('asks for the place of a script that was never saved, and launches it from there', async () => {
    const file = path.join(workspace, 'fresh.py');
    await window.runCommand('File: New Untitled Text File');
    await window.page.keyboard.type('open(__file__ + ".seen", "w").write("yes")');
    await window.runCommand('Trackside: Launch Current File as Task');
    const place = window.page.locator('.quick-input-widget .quick-input-filter input').first();
    await until('the place is asked for', async () => (await place.inputValue()).startsWith(workspace));
    await place.fill(file);
    await place.press('Enter');
    // The file is there before its content is.
    await until('the script ran', () => readFileSync(`${file}.seen`, 'utf8') === 'yes', 60_000);
  });
});
