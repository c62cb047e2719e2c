import assert from 'node:assert/strict';
import type { Theme } from '../../scripts/editor/editor-settings';
import { FAKE_ACCOUNT, type FakeStudio } from '../fakes/kaizen/fake-studio';
import { startSeededStudio } from '../fakes/kaizen/seeded-studio';
import type { EditorWindow } from './harness/editor-window';
import { suiteWindow } from './harness/suite-window';
import { until } from './harness/until';

const THEMES: readonly Theme[] = ['light', 'hc', 'dark'];

describe('Kaizen Studio in the editor', function () {
  this.timeout(180_000);
  let studio: FakeStudio;
  let window: EditorWindow;

  suiteWindow({ name: 'kaizen', heightPx: 1_100 }, async (opened) => {
    ({ window } = opened);
    // Rows that do not fit on the screen do not exist.
    for (const view of ['Tasks', 'Queues', 'Workers']) {
      await window.tree(view).hide();
    }
  });

  before(async () => {
    studio = await startSeededStudio('real');
  });

  after(() => studio.stop());

  it('is connected to, and shows pipelines by workspace and deployments by gateway', async () => {
    await window.addConnection('Kaizen Studio', studio.url, [
      ['Kaizen Studio: how do you sign in?', 'E-mail and Password'],
      ['Kaizen Studio: E-mail', FAKE_ACCOUNT.email],
      ['Kaizen Studio: Password', FAKE_ACCOUNT.password],
    ]);
    const projects = window.tree('Projects');
    await projects.waitForRow('Support');
    await projects.expand('Support');
    await projects.expand('Ticket triage');
    await projects.waitForRow(({ label }) => label.startsWith('Ticket triage '));
    await projects.expand('Deployments');
    await projects.expand('Production gateway');
    await projects.waitForRow(({ label }) => label.startsWith('Support agent '));
    await projects.expand('Agents');
    await projects.expand('Support agent');
    await projects.waitForRow('Support agent version 2');
    await window.screenshot('kaizen-tree');
  });

  it('runs a pipeline with a document that begins as the newest input', async () => {
    const before = studio.world.runs.size;
    await window.tree('Projects').contextMenu('Ticket triage', 'Run Template…');
    await window.answer('Run which pipeline or deployment of “Support/Ticket triage”?', 'Ticket triage');
    await window.waitForEditorText('Printer 6 is on fire');
    await window.runCommand('Trackside: Run Template with This Document');
    const { message, detail } = await window.dialog.text();
    assert.match(message, /^Run “Ticket triage” on/);
    assert.match(detail, /its agents may cost money/);
    await window.screenshot('kaizen-run');
    await window.dialog.press('Run');
    await until('the server has run it', () => Promise.resolve(studio.world.runs.size === before + 1));
    const [newest] = [...studio.world.runs.values()].slice(-1);
    assert.deepEqual(newest?.input, { ticket: 'Printer 6 is on fire', urgency: 2 });
    await window
      .tree('Projects')
      .waitForRow(({ label }) => label === `Ticket triage ${newest.id.slice(0, 8)}`, 60_000);
  });

  it('draws the steps of a run', async () => {
    const run = [...studio.world.runs.values()].find(({ status }) => status === 'failed');
    assert.ok(run);
    const label = `Ticket triage ${run.id.slice(0, 8)}`;
    await window.tree('Projects').contextMenu(label, 'Open Dependencies');
    const frame = await window.webviewFrame('Dependencies');
    await frame.getByText('Classify').first().waitFor();
    await frame.getByText('nothing about its steps').waitFor();
    for (const theme of THEMES) {
      await window.setTheme(theme);
      await window.screenshot(`kaizen-graph-${theme}`);
    }
  });

  it('draws the figures of a deployment', async () => {
    const projects = window.tree('Projects');
    const row = await projects.waitForRow(({ label }) => label.startsWith('Support agent '));
    await projects.contextMenu(row.label, 'Open Live Panel');
    const frame = await window.livePanelFrame(row.label);
    await frame.getByText('latency (ms)').first().waitFor();
    await frame.getByText('execution 48').waitFor();
    await window.screenshot('kaizen-figures');
  });

  it('keeps what an agent is as a new version', async () => {
    const projects = window.tree('Projects');
    await projects.contextMenu('Sales agent', 'Run Template…');
    await window.answer('Run which pipeline or deployment of “Agents/Sales agent”?', 'Keep as new version');
    await window.answer('Keep as new version: changelog (1 of 1)', 'asks for the budget, 1..5');
    const { message } = await window.dialog.text();
    assert.match(message, /^Run “Keep as new version” on [^?]*\d\?$/);
    await window.screenshot('kaizen-version');
    await window.dialog.press('Run');
    await projects.expand('Sales agent');
    await projects.waitForRow('Sales agent version 2');
  });
});
