import assert from 'node:assert/strict';
import type { EditorWindow } from './harness/editor-window';
import { suiteWindow } from './harness/suite-window';
import { until } from './harness/until';

/** Runs until it is told to end, or for five minutes. */
const LONG_SCRIPT = `import time
for step in range(3_000):
    print(f"step {step} loss={1 / (step + 1):.4f}", flush=True)
    time.sleep(0.1)
`;
const SHORT_SCRIPT = `print("step 1 loss=0.5")
`;

describe('Trees', function () {
  this.timeout(180_000);
  let window: EditorWindow;

  suiteWindow(
    { name: 'trees', files: { 'long.py': LONG_SCRIPT, 'short.py': SHORT_SCRIPT }, heightPx: 1_100 },
    (opened) => {
      ({ window } = opened);
    },
  );

  it('say what to do next while there is nothing', async () => {
    await window.tree('Tasks').waitForRow((row) => row.label.startsWith('No tasks yet.'));
    await window.tree('Queues').waitForRow('default');
    await window.tree('Workers').waitForRow('Local worker (this machine)');
    await window.screenshot('trees-empty');
  });

  it('are beside a page that leads through the first launch', async () => {
    await window.runCommand('Trackside: Get Started');
    const page = window.page.locator('.gettingStartedContainer');
    await page.getByText('Launch a script as a task').first().waitFor();
    await page.getByRole('button', { name: 'Launch Current File' }).waitFor();
    await window.screenshot('get-started');
    await window.runCommand('View: Close Editor');
  });

  it('show a launched task in every view, and the badge', async () => {
    // Nothing is open yet, so the row that says what to do asks for a script.
    await window.tree('Tasks').click('No tasks yet. Launch a script');
    await window.quickInput.answer('long.py');
    await window.waitForEditorText('import time');
    const isRunning = (row: { label: string; description: string }): boolean =>
      row.label.startsWith('long') && row.description.startsWith('running');
    await window.tree('Tasks').waitForRow(isRunning, 60_000);
    await window.tree('Workers').waitForRow(isRunning);
    await until('the badge shows one running task', async () => (await window.badge()) === 1);
    const [project] = await window.tree('Projects').rows();
    assert.ok(project);
    await window.tree('Projects').expand(project.label);
    await window.tree('Projects').waitForRow(isRunning);
    await window.screenshot('trees-running');
  });

  it('let the second task wait in its queue, in order', async () => {
    await window.openFile('short.py');
    await window.runCommand('Trackside: Launch Current File as Task');
    const entry = await window
      .tree('Queues')
      .waitForRow((row) => row.label.startsWith('short') && row.description.startsWith('next · queued'));
    assert.equal(entry.level, 2);
    await window
      .tree('Queues')
      .waitForRow((row) => row.label === 'default' && row.description.startsWith('1 waiting'));
    await window.screenshot('trees-queued');
  });

  it('move a waiting task to a new queue, and back', async () => {
    const queues = window.tree('Queues');
    await window.runCommand('Trackside: Create Queue…', 'night');
    await queues.waitForRow((row) => row.label === 'night' && row.description.startsWith('empty'));
    const waiting = (await queues.rows()).find((row) => row.label.startsWith('short'));
    assert.ok(waiting);
    const items = await queues.contextMenuItems(waiting.label);
    assert.ok(items.includes('Move to Another Queue…') && !items.includes('Move Up in Queue'), items.join());
    for (const [from, to] of [
      ['default', 'night'],
      ['night', 'default'],
    ]) {
      assert.ok(from !== undefined && to !== undefined);
      await window.runCommand('Trackside: Move to Another Queue…', waiting.label, to);
      await queues.waitForRow((row) => row.label === from && row.description.startsWith('empty'));
      await queues.waitForRow((row) => row.label === to && row.description.startsWith('1 waiting'));
    }
    await window.screenshot('trees-queues');
  });

  it('offer what the state allows and nothing else, and stop a running task', async () => {
    const tasks = window.tree('Tasks');
    const running = (await tasks.rows()).find((row) => row.description.startsWith('running'));
    assert.ok(running);
    const items = await tasks.contextMenuItems(running.label);
    assert.ok(items.includes('Stop'), items.join());
    assert.ok(!items.includes('Enqueue…') && !items.includes('Delete…'), items.join());
    await tasks.contextMenu(running.label, 'Stop');
    await tasks.waitForRow(
      (row) => row.label === running.label && row.description.startsWith('stopped'),
      60_000,
    );
    await tasks.waitForRow(
      (row) => row.label.startsWith('short') && row.description.startsWith('completed'),
      60_000,
    );
  });

  it('act on a selection with one question and one summary', async () => {
    const tasks = window.tree('Tasks');
    const [first, second] = await tasks.rows();
    assert.ok(first && second);
    await tasks.click(first.label, ['Control']);
    await tasks.click(second.label, ['Control']);
    await tasks.contextMenu(second.label, 'Reset…');
    const { message, detail } = await window.dialog.text();
    assert.match(message, /Reset 2 tasks\?/);
    assert.match(detail, /metrics, console and output/);
    await window.screenshot('trees-reset-question');
    await window.dialog.press('Reset');
    await until('one summary', async () =>
      (await window.notifications()).some((text) => text === '2 tasks reset.'),
    );
    await tasks.waitForRow((row) => row.label === first.label && row.description.startsWith('draft'));
  });

  it('say so when nothing can be stopped', async () => {
    await window.runCommand('Trackside: Stop');
    await until('the message', async () =>
      (await window.notifications()).some((text) => text.startsWith('Nothing to stop')),
    );
  });

  it('filter by text and say what the filter is', async () => {
    const tasks = window.tree('Tasks');
    await window.runCommand('Trackside: Filter Tasks…', 'Text…', 'short');
    await until('one row is left', async () => (await tasks.rows()).length === 1);
    await until('the view says its filter', async () => /text “short”/.test(await tasks.message()));
    await window.screenshot('trees-filtered');
    await window.runCommand('Trackside: Clear Task Filter');
    await until('both are back', async () => (await tasks.rows()).length === 2);
  });
});
