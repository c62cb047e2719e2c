import assert from 'node:assert/strict';
import { createServer, request as ask, type Server } from 'node:http';
import * as z from 'zod';
import { addressOf, listenLocally, stopServer } from '../fakes/local-http';
import type { EditorWindow } from './harness/editor-window';
import { suiteWindow } from './harness/suite-window';
import { until } from './harness/until';

/** A ClearML gateway of your own, before a ClearML to throw away afterwards: the test makes drafts through it. */
const GATEWAY = process.env['TRACKSIDE_REAL_GATEWAY_URL'];
/** The process id of that ClearML where it runs on this machine; the test halts it for a while. */
const CLEARML_PROCESS = Number(process.env['TRACKSIDE_REAL_GATEWAY_CLEARML_PROCESS'] ?? '');

const PREFIX = '/clearml-api';
/** High enough for all rows: those off screen do not exist. */
const HEIGHT = 1_600;
/** Past the two minutes that a list which was begun just before may take. */
const AWAY_MS = 150_000;

const listed = z.object({
  tasks: z.array(z.object({ id: z.string(), name: z.string(), status: z.string() })),
});

/** What stands before the gateway beside CVAT: takes its path off and passes everything on. */
async function startPrefixProxy(gateway: string): Promise<Server> {
  const { hostname, port } = new URL(gateway);
  const server = createServer((incoming, outgoing) => {
    const { method, headers, url = '' } = incoming;
    if (!url.startsWith(PREFIX)) {
      outgoing.writeHead(404).end();
      return;
    }
    const path = url.slice(PREFIX.length) || '/';
    const passed = ask({ hostname, port, path, method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    outgoing.on('close', () => passed.destroy());
    incoming.pipe(passed);
  });
  await listenLocally(server, 0);
  return server;
}

(GATEWAY === undefined ? describe.skip : describe)(
  'a ClearML gateway that really runs, in the editor',
  function () {
    this.timeout(600_000);
    const gateway = GATEWAY ?? '';
    /** First by name, since only rows on screen exist. */
    const project = `A project of ${Date.now()}`;
    let proxy: Server;
    let window: EditorWindow;

    /** Past everything of ours. */
    const there = async () => {
      const answer = await fetch(new URL(`projects/${encodeURIComponent(project)}/tasks`, gateway));
      return listed.parse(await answer.json()).tasks;
    };
    const draftThere = async (name: string): Promise<void> => {
      const call = new URL(`projects/${encodeURIComponent(project)}/tasks/create`, gateway);
      const headers = { 'content-type': 'application/json' };
      await fetch(call, { method: 'POST', headers, body: JSON.stringify({ task_name: name }) });
    };
    const host = (): string => new URL(addressOf(proxy)).host;

    suiteWindow({ name: 'real-gateway', heightPx: HEIGHT }, async (opened) => {
      ({ window } = opened);
      for (const view of ['Tasks', 'Queues', 'Workers']) {
        await window.tree(view).hide();
      }
    });
    before(async () => {
      proxy = await startPrefixProxy(gateway);
      await draftThere('first draft');
      await draftThere('second draft');
    });
    after(() => stopServer(proxy));

    it('is found by its address alone, below a path', async () => {
      await window.addConnection('I do not know', `${addressOf(proxy)}${PREFIX}`, [
        ['ClearML gateway (CVAT): Header for a proxy', ''],
      ]);
      const projects = window.tree('Projects');
      await projects.waitForRow((row) => row.label === host());
      await projects.waitForRow(project);
      await projects.expand(project);
      await projects.waitForRow((row) => row.label === 'second draft' && /draft/.test(row.description));
      const labels = (await projects.rows()).map(({ label }) => label);
      assert.ok(labels.indexOf('second draft') < labels.indexOf('first draft'), 'the newest first');
      await window.screenshot('real-gateway-tree');
    });

    it('tells what a task is made of', async () => {
      await window.tree('Projects').contextMenu('second draft', 'Open Live Panel');
      const frame = await window.livePanelFrame('second draft');
      await frame.getByText('Auto-generated at').first().waitFor();
      await window.screenshot('real-gateway-details');
      await window.runCommand('View: Close All Editors');
    });

    it('shows its models and datasets', async () => {
      const projects = window.tree('Projects');
      await projects.expand('Models');
      await projects.waitForRow(({ label, description }) => label === 'Models' && /read /.test(description));
      await projects.expand('Datasets');
      await projects.waitForRow(
        ({ label, description }) => label === 'Datasets' && /read /.test(description),
      );
      await window.screenshot('real-gateway-groups');
    });

    it('makes a draft, and finds it though the answer says that it failed', async () => {
      await window.tree('Projects').contextMenu(project, 'Run Template…');
      await window.answer(`Run which draft of “${project}”?`, 'Empty draft');
      await window.answer('Empty draft: type (1 of 1)', 'testing');
      await window.answer('Name of the task', 'to be annotated');
      await window.dialog.press('Create');
      await window.page.getByText('answered with an error, but the draft is in the list').first().waitFor();
      await window.screenshot('real-gateway-draft');
      await window.tree('Projects').waitForRow('to be annotated');
      const made = (await there()).filter(({ name }) => name === 'to be annotated');
      assert.deepEqual(
        made.map(({ status }) => status),
        ['created'],
      );
    });

    it('says what it cannot read while ClearML is away, keeps its rows, and comes back', async function () {
      if (!Number.isInteger(CLEARML_PROCESS) || CLEARML_PROCESS <= 0) {
        process.stdout.write(
          '    TRACKSIDE_REAL_GATEWAY_CLEARML_PROCESS is not set: ClearML is not halted\n',
        );
        this.skip();
      }
      const projects = window.tree('Projects');
      const isWrong = ({ label, description }: { label: string; description: string }): boolean =>
        /did not|in time|cannot|away/.test(`${label} ${description}`);
      process.kill(CLEARML_PROCESS, 'SIGSTOP');
      try {
        await window.runCommand('Trackside: Refresh');
        await projects.waitForRow(isWrong, AWAY_MS);
        await window.screenshot('real-gateway-away');
        await projects.waitForRow(project);
        await projects.waitForRow('to be annotated');
      } finally {
        process.kill(CLEARML_PROCESS, 'SIGCONT');
      }
      await until('the gateway answers again', async () => (await there()).length === 3, AWAY_MS);
      await draftThere('after all');
      await window.runCommand('Trackside: Refresh');
      await projects.waitForRow('after all', AWAY_MS);
      await until('no row tells a failure', async () => !(await projects.rows()).some(isWrong), AWAY_MS);
      await window.screenshot('real-gateway-back');
    });
  },
);
