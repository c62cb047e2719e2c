import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { clientOrSkip } from '../contract/sdk-environment';
import type { EditorWindow } from './harness/editor-window';
import { suiteWindow } from './harness/suite-window';
import { until } from './harness/until';

const SCRIPT = `from clearml import Task

task = Task.init(project_name="By hand", task_name="typed")
for step in range(5):
    task.get_logger().report_scalar("loss", "train", 1 / (step + 1), step)
print("at the end")
task.close()
`;
const WORKER = 'hand:0';
const LONG_MS = 150_000;

/** A person's own terminal, with the unmodified package and agent in it. */
describe('A terminal for clearml', function () {
  this.timeout(LONG_MS * 2);
  let python = '';
  let window: EditorWindow;

  before(async function () {
    python = await clientOrSkip(this, 'agent');
  });

  suiteWindow(
    {
      name: 'local-terminal',
      heightPx: 1_100,
      files: { 'typed.py': SCRIPT },
      // Else what a terminal shows is a picture, which cannot be read.
      settings: { 'terminal.integrated.gpuAcceleration': 'off' },
      prepare: (workspace) => {
        mkdirSync(path.join(workspace, 'home'));
        writeFileSync(
          path.join(workspace, 'home', 'clearml.conf'),
          'sdk { development { vcs_repo_detect_async: false } }\n',
        );
      },
    },
    (opened) => {
      ({ window } = opened);
    },
  );

  const terminal = (part: string): Locator => window.page.locator(`.terminal-wrapper.active ${part}`).first();
  const focus = (): Promise<void> => terminal('.xterm-helper-textarea').focus();

  /** Opens a terminal and types a command whose programs find their settings in the folder alone. */
  const type = async (command: string): Promise<void> => {
    await window.runCommand('Trackside: Open Terminal for clearml on Local');
    await until('a new shell asks what to do', async () => {
      const text = await terminal('.xterm-rows').innerText();
      return /report to Local[^]*[#$%>]\s*$/u.test(text) && !text.includes('export HOME');
    });
    await focus();
    await window.page.keyboard.type(`export HOME="$PWD/home" TMPDIR="$PWD/home"; ${command}\n`);
  };

  it('brings what a script reports to Local', async () => {
    await type(`'${python}' typed.py`);
    const row = await window
      .tree('Tasks')
      .waitForRow(
        ({ label, description }) => label === 'typed' && description.startsWith('completed'),
        LONG_MS,
      );
    await window.tree('Tasks').click(row.label);
    const frame = await window.livePanelFrame('typed');
    await frame.getByText('all 5 points').waitFor();
    await window.screenshot('local-terminal-script');
  });

  it('lets an agent work for Local, which is seen at it', async () => {
    const agent = `CLEARML_AGENT_SKIP_PYTHON_ENV_INSTALL=1 CLEARML_AGENT_QUEUE_POLL_FREQ_SEC=1 CLEARML_WORKER_ID=${WORKER}`;
    await type(`${agent} '${python}' -m clearml_agent daemon --queue agents --create-queue --foreground`);
    await window.tree('Workers').waitForRow(WORKER, LONG_MS);
    await window.runCommand('Trackside: Clone', 'typed');
    await window.tree('Tasks').waitForRow('typed (copy)');
    await window.runCommand('Trackside: Enqueue…', 'typed (copy)', 'agents');
    await window
      .tree('Tasks')
      .waitForRow(
        ({ label, description }) => label === 'typed (copy)' && description.startsWith('completed'),
        LONG_MS,
      );
    await window.runCommand('Trackside: Open Console', 'typed (copy)');
    await window.waitForEditorText('at the end', 'typed (copy).log');
    await window.screenshot('local-terminal-agent');
  });

  it('no longer lists an agent that was ended', async () => {
    await focus();
    await window.page.keyboard.press('Control+C');
    await until('it is gone', async () => {
      const rows = await window.tree('Workers').rows();
      return rows.length > 0 && rows.every(({ label }) => label !== WORKER);
    });
  });
});
