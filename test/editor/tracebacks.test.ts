import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { EditorWindow } from './harness/editor-window';
import { suiteWindow } from './harness/suite-window';
import { until } from './harness/until';

const SCRIPT = 'fails.py';
const LOG = `${SCRIPT}.log`;
/** Fails when a file tells it to, so that the test and not the clock decides. */
const FAILING = `import os, sys, time
def load(name):
    raise ValueError(f"no such data: {name}")  # the failing line
print("\\x1b[32mready\\x1b[0m", flush=True)
open(sys.argv[0] + ".started", "w").close()
while not os.path.exists(sys.argv[0] + ".stop"):
    time.sleep(0.1)
print("2026-01-01 10:00:00 WARNING: the data \\x1b[1;33mlooks old\\x1b[0m")
for step in range(20):
    print(f"INFO step {step} of a run whose lines nobody filters for")
print("\\x1b[48;5;24m ERROR \\x1b[0m everything is lost", flush=True)
load("digits")
`;

describe('Tracebacks', function () {
  this.timeout(240_000);
  let window: EditorWindow;
  let workspace: string;

  const file = (name: string): string => path.join(workspace, name);
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
      cwd: workspace,
      encoding: 'utf8',
    });

  suiteWindow(
    {
      name: 'tracebacks',
      files: { [SCRIPT]: FAILING },
      prepare: (folder) => {
        workspace = folder;
        git('init', '-q');
        git('add', '.');
        git('commit', '-qm', 'first');
      },
      settings: { 'trackside.launch.opensPanel': false, 'window.newWindowDimensions': 'default' },
    },
    async (opened) => {
      ({ window } = opened);
      await window.openFile(SCRIPT);
      await window.runCommand('Trackside: Launch Current File as Task');
      await until('the script runs', () => existsSync(file(`${SCRIPT}.started`)), 60_000);
    },
  );

  const problems = (): Promise<readonly string[]> =>
    window.page.locator('.markers-panel .monaco-list-row').allInnerTexts();
  /**
   * Follows a link as a person does, with the key for links held; the workbench draws links anew when the key goes down,
   * hence by its place on the screen.
   */
  const follow = async (text: string, isThere: () => Promise<boolean>): Promise<void> => {
    const { page } = window;
    await until(`the link ${text} leads on`, async () => {
      const box = await page
        .locator('.detected-link', { hasText: text })
        .last()
        .boundingBox({ timeout: 2_000 });
      assert.ok(box !== null);
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      await page.mouse.move(x - 30, y);
      await page.keyboard.down('ControlOrMeta');
      await page.mouse.move(x, y);
      await page.mouse.click(x, y);
      await page.keyboard.up('ControlOrMeta');
      await until('it is followed', isThere, 5_000);
      return true;
    });
  };
  const hasTab = (label: string) => async (): Promise<boolean> =>
    (await window.tab(label).and(window.page.locator('.active')).count()) > 0;

  it('a running task is counted in the status bar, which lists it', async () => {
    await until('one task is counted', async () =>
      (await window.statusBar()).some((text) => text.includes('1 running')),
    );
    await window.runCommand('Trackside: Show Running Tasks');
    const { quickInput } = window;
    await until('it is listed', async () => (await quickInput.rows()).some((row) => row.includes(SCRIPT)));
    await window.screenshot('running-tasks');
    await quickInput.cancel();
  });

  it('a failure is told once, and leads to the console', async () => {
    writeFileSync(file(`${SCRIPT}.stop`), '');
    await until('it is told', async () =>
      (await window.notifications()).some((text) => text.startsWith(`${SCRIPT} failed`)),
    );
    await window.screenshot('failed-notification');
    assert.equal((await window.notifications()).length, 1);
    await window.pressNotification('Show Console');
    await window.waitForEditorText('ValueError: no such data: digits', LOG);
    assert.ok(!(await window.statusBar()).some((text) => text.includes('running')));
  });

  it('wears the colours that the run printed', async () => {
    const ready = window.page.locator('.view-line span', { hasText: /^ready$/ }).last();
    await until('green is green', async () => {
      const [own, plain] = await Promise.all([
        ready.evaluate((element) => getComputedStyle(element).color),
        window.page
          .locator('.view-line span', { hasText: /nobody.filters/ })
          .last()
          .evaluate((element) => getComputedStyle(element).color),
      ]);
      return own !== plain;
    });
    await window.runCommand('Trackside: Show or Hide Times in Console');
    await window.page.waitForTimeout(500);
    await window.screenshot('console-dark-times');
    await window.runCommand('Trackside: Show or Hide Times in Console');
  });

  it('a frame leads to the line, and the run’s problem stands there', async () => {
    await follow(SCRIPT, hasTab(SCRIPT));
    await window.waitForEditorText('the failing line', SCRIPT);
    await until('the cursor is on the line', async () =>
      (await window.statusBar()).some((text) => text.includes('Ln 3,')),
    );
    await window.runCommand('Problems: Focus on Problems View');
    await until('the problem is listed', async () =>
      (await problems()).some((row) => row.includes('no such data: digits')),
    );
    await window.screenshot('run-problem');
  });

  it('a frame leads to the file as it ran when the line is another now', async () => {
    writeFileSync(file(SCRIPT), `# a new first line\n${FAILING}`);
    await window.runCommand('Trackside: Open Console', SCRIPT);
    await window.waitForEditorText('ValueError', LOG);
    await follow(SCRIPT, hasTab('fails (as run).py'));
    await until('it is the file of the run', async () =>
      ((await window.editorLines())[2] ?? '').includes('the failing line'),
    );
    await window.screenshot('file-as-it-ran');
    await window.runCommand('View: Close Editor');
  });

  it('the problem is dismissed for good', async () => {
    await window.runCommand('Trackside: Dismiss Problems of All Runs');
    await window.runCommand('Problems: Focus on Problems View');
    await until('no problem is left', async () =>
      (await problems()).every((row) => !row.includes('no such data')),
    );
    await window.runCommand('View: Hide Panel');
  });

  it('is searched with regular expressions, and filtered by level', async () => {
    await window.runCommand('Trackside: Open Console', SCRIPT);
    await window.waitForEditorText('ValueError', LOG);
    await window.runCommand('Trackside: Search Whole Console', 'step 1\\d of');
    const { quickInput } = window;
    await until('the matches are listed', async () => (await quickInput.title()) === '10 matching lines');
    await window.screenshot('console-search');
    await quickInput.choose('step 17', 'INFO step 17 of');
    await until('the cursor is on that line', async () =>
      (await window.statusBar()).some((text) => text.includes('Ln 20,')),
    );
    await window.runCommand('Trackside: Filter Console by Level', 'Warnings and errors');
    await window.waitForEditorText('Only warnings and errors:', LOG);
    const lines = await window.editorLines(LOG);
    assert.ok(
      lines.some((line) => line.includes('looks old')) && lines.some((line) => line.includes('raise')),
    );
    assert.ok(!lines.some((line) => line.includes('INFO step')));
    assert.equal(lines.at(-1)?.trim(), 'ValueError: no such data: digits');
    for (const theme of ['light', 'hc', 'dark'] as const) {
      await window.setTheme(theme);
      await window.screenshot(`console-filtered-${theme}`);
    }
    await window.runCommand('View: Toggle Primary Side Bar Visibility');
    await window.page.setViewportSize({ width: 320, height: 700 });
    await window.screenshot('console-320');
    await window.page.setViewportSize({ width: 1440, height: 900 });
    await follow('Show All Lines', async () =>
      (await window.editorLines(LOG)).some((line) => line.includes('INFO step')),
    );
  });
});
