import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readPanel } from '../../scripts/demo/paint-log';
import { panelFrame } from '../../scripts/demo/panel-frame';
import { readTrackerFile } from '../../src/tracker/lifecycle/tracker-file';
import type { Editor } from './harness/editor';
import type { EditorWindow } from './harness/editor-window';
import { suiteWindow } from './harness/suite-window';
import { until } from './harness/until';

/** Counts steps until a file tells it to end, and leaves beside itself how many it printed. */
const COUNTER = `import os, sys, time
step = 0
while not os.path.exists(sys.argv[0] + ".stop"):
    step += 1
    print(f"step {step} loss={1 / step:.6f}", flush=True)
    with open(sys.argv[0] + ".new", "w") as count:
        count.write(str(step))
    os.replace(sys.argv[0] + ".new", sys.argv[0] + ".count")
    time.sleep(0.1)
`;
const TASK = 'counter.py';
/** 10,000 series of two points, some of them with values that no axis can show. */
const NAMES = `for step in (1, 2):
    for name in range(10_000):
        value = ("nan", "inf", "-inf", "1e308")[name % 4] if name < 40 else step / (name + 1)
        print(f"step {step} group_{name % 10}/metric_{name}={value}")
`;

/** One run, told through everything that may befall the editor and the tracker while it goes on. */
describe('Faults during a run', function () {
  this.timeout(240_000);
  let editor: Editor;
  let window: EditorWindow;
  let workspace: string;

  suiteWindow({ name: 'faults', files: { [TASK]: COUNTER, 'names.py': NAMES } }, async (opened) => {
    ({ editor, window, workspace } = opened);
    await window.openFile(TASK);
    await window.runCommand('Trackside: Launch Current File as Task');
    await untilPanelShows(window, 5);
  });

  const printedSteps = (): number => Number(readFileSync(path.join(workspace, `${TASK}.count`), 'utf8'));
  const trackerPid = (): number | undefined =>
    readTrackerFile(path.join(editor.extensionDataFolder, 'tracker'))?.pid;
  const panelPoints = async (where: EditorWindow): Promise<number> =>
    (await readPanel(await panelFrame(where.page, TASK))).points;
  const untilPanelShows = (where: EditorWindow, points: number): Promise<void> =>
    until(`the panel shows ${points} points`, async () => (await panelPoints(where)) >= points, 90_000);
  const isRunning = (row: { label: string; description: string }): boolean =>
    row.label === TASK && row.description.startsWith('running');

  it('a killed tracker comes back by itself, and panel and trees with it', async () => {
    const pid = trackerPid();
    assert.ok(pid !== undefined);
    const before = await panelPoints(window);
    process.kill(pid, 'SIGKILL');
    const killedAt = printedSteps();
    await until('the run goes on', () => printedSteps() > killedAt + 5);
    await until(
      'another tracker runs',
      () => trackerPid() !== undefined && trackerPid() !== pid && isAlive(trackerPid() ?? 0),
      60_000,
    );
    await untilPanelShows(window, Math.max(before, killedAt) + 10);
    const frame = await panelFrame(window.page, TASK);
    await until(
      'no notice is left in the panel',
      async () => !(await frame.locator('.notice').first().isVisible()),
    );
    await window.tree('Tasks').waitForRow(isRunning);
    await window.tree('Workers').waitForRow(isRunning);
  });

  it('a reload brings the panel back with everything, and the run goes on', async () => {
    const before = await panelPoints(window);
    const pid = trackerPid();
    await window.reload();
    await untilPanelShows(window, before + 10);
    assert.equal(trackerPid(), pid, 'the tracker outlives the window');
  });

  it('a second window shows the same run, and the tracker outlives the first', async () => {
    const pid = trackerPid();
    const second = await editor.openWindow();
    await second.showTrackside();
    await second.tree('Tasks').waitForRow(isRunning, 120_000);
    await second.runCommand('Trackside: Open Live Panel', TASK);
    await untilPanelShows(second, (await panelPoints(window)) + 5);
    await untilPanelShows(window, (await panelPoints(second)) + 5);
    await window.close();
    window = second;
    const before = await panelPoints(window);
    await untilPanelShows(window, before + 20);
    assert.equal(trackerPid(), pid, 'both windows and what remains use one tracker');
  });

  it('nothing the run printed is missing in the end', async () => {
    writeFileSync(path.join(workspace, `${TASK}.stop`), '');
    await window
      .tree('Tasks')
      .waitForRow((row) => row.label === TASK && row.description.startsWith('completed'), 60_000);
    const printed = printedSteps();
    assert.ok(existsSync(path.join(workspace, `${TASK}.stop`)) && printed > 50, `${printed} steps`);
    await untilPanelShows(window, printed);
    assert.equal(await panelPoints(window), printed);
  });

  it('10,000 metric names of a script reach the panel, which stays usable', async () => {
    await window.openFile('names.py');
    await window.runCommand('Trackside: Launch Current File as Task');
    const panel = async () => readPanel(await panelFrame(window.page, 'names.py'));
    await until(
      'the panel knows every series and point',
      async () => {
        const { series, points } = await panel();
        return series === 10_000 && points === 20_000;
      },
      120_000,
    );
    await window
      .tree('Tasks')
      .waitForRow((row) => row.label === 'names.py' && row.description.startsWith('completed'), 60_000);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
