import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import * as z from 'zod';
import type { Theme } from '../../scripts/editor/editor-settings';
import { addressOf, listenLocally, stopServer } from '../fakes/local-http';
import type { EditorWindow } from './harness/editor-window';
import { suiteWindow } from './harness/suite-window';
import { until } from './harness/until';

/** A Kaizen Studio of your own on this machine, to throw away afterwards: the test makes an account and all else on it. */
const KAIZEN = process.env['TRACKSIDE_REAL_KAIZEN_URL'];

const HEIGHT = 1_100;
const PASSWORD = 'a long enough password';
const THEMES: readonly Theme[] = ['light', 'hc', 'dark'];
const SCHEMA = {
  type: 'object',
  properties: {
    ticket: { type: 'string', default: 'It is broken' },
    urgency: { type: 'integer', default: 2 },
  },
};

const made = z.object({ id: z.string() });
const wrapped = z.object({ data: made });
const signedIn = z.object({ access_token: z.string(), user: z.object({ organization_id: z.string() }) });
const history = z.object({
  records: z.array(z.object({ id: z.string(), status: z.string(), input_data: z.unknown() })),
});
const deployments = z.object({ deployments: z.array(z.object({ id: z.string(), status: z.string() })) });

/** What the server itself says, past everything of ours. */
class StudioAccount {
  private session: z.infer<typeof signedIn> | undefined;

  constructor(
    private readonly url: string,
    readonly email: string,
  ) {}

  async organizationId(): Promise<string> {
    return (await this.signIn()).user.organization_id;
  }

  async call<T>(path: string, schema: z.ZodType<T>, body?: object, method = 'POST'): Promise<T> {
    const { access_token: bearer } = await this.signIn();
    return this.send(path, schema, { body, method, bearer });
  }

  async runs(pipelineId: string) {
    return (await this.call(`test/pipelines/${pipelineId}/history?limit=500`, history)).records;
  }

  async deployments() {
    return (await this.call('deployments', deployments)).deployments;
  }

  private async signIn(): Promise<z.infer<typeof signedIn>> {
    const body = { email: this.email, password: PASSWORD };
    this.session ??= await this.send('auth/login', signedIn, { body, method: 'POST' });
    return this.session;
  }

  private async send<T>(
    path: string,
    schema: z.ZodType<T>,
    { body, method, bearer }: { body?: object | undefined; method: string; bearer?: string },
  ): Promise<T> {
    const answer = await fetch(new URL(`/api/v1/${path}`, this.url), {
      ...(body === undefined ? {} : { method, body: JSON.stringify(body) }),
      headers: {
        'content-type': 'application/json',
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      },
    });
    assert.ok(answer.ok, `${path}: ${answer.status} ${await answer.clone().text()}`);
    return schema.parse(await answer.json());
  }
}

/** Takes every agent that is deployed to it, as far as the studio can tell. */
async function startGateway(): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume();
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ id: 'r1', registration_id: 'r1', endpoint_url: 'http://127.0.0.1/agent' }));
  });
  await listenLocally(server, 0);
  return server;
}

(KAIZEN === undefined ? describe.skip : describe)(
  'a Kaizen Studio that really runs, in the editor',
  function () {
    this.timeout(300_000);
    const url = KAIZEN ?? '';
    const account = new StudioAccount(url, `ada-${Date.now()}@example.com`);
    const ids = { pipeline: '', agent: '', gateway: '' };
    let gateway: Server;
    let window: EditorWindow;

    suiteWindow({ name: 'real-kaizen', heightPx: HEIGHT }, async (opened) => {
      ({ window } = opened);
      // Rows that do not fit on the screen do not exist.
      for (const view of ['Tasks', 'Queues', 'Workers']) {
        await window.tree(view).hide();
      }
    });
    before(async () => {
      gateway = await startGateway();
    });
    after(() => stopServer(gateway));

    const screenshotsInThemes = async (name: string): Promise<void> => {
      for (const theme of THEMES) {
        await window.setTheme(theme);
        await window.screenshot(`real-kaizen-${name}-${theme}`);
      }
    };

    const makePipeline = async (): Promise<void> => {
      const workspace = await account.call('workspaces', made, {
        name: 'Support',
        workspaceType: 'permanent',
      });
      const common = { organization_id: await account.organizationId(), workspace_id: workspace.id };
      const pipeline = { ...common, name: 'Triage', pattern: 'sequential', description: 'Sorts tickets' };
      ids.pipeline = (await account.call('pipelines', wrapped, pipeline)).data.id;
      const key = Date.now();
      const node = (name: string, node_type: string, label: string, config: object = {}): object => ({
        ...{ id: `${name}-${key}`, node_type, label, config, position_x: 0, position_y: 0 },
      });
      const link = (from: string, to: string): object => ({
        source_node_id: `${from}-${key}`,
        target_node_id: `${to}-${key}`,
      });
      const graph = {
        nodes: [
          node('in', 'input', 'Ticket', { schema: SCHEMA }),
          node('merge', 'merge', 'Collect'),
          node('out', 'output', 'Answer'),
        ],
        connections: [link('in', 'merge'), link('merge', 'out')],
      };
      await account.call(`pipelines/${ids.pipeline}/graph`, z.unknown(), graph, 'PUT');
      const agent = { ...common, name: 'Helper', agent_type: 'chat', model_id: 'gpt-4' };
      ids.agent = (await account.call('agents', made, agent)).id;
      const place = {
        name: 'Stage',
        api_url: addressOf(gateway),
        api_key: 'of-no-use',
        environment: 'staging',
      };
      ids.gateway = (await account.call('gateways', made, place)).id;
    };

    it('makes an account, and shows what is on the server', async () => {
      await window.addConnection('Kaizen Studio', url, [
        ['Kaizen Studio: how do you sign in?', 'New account'],
        ['Kaizen Studio: E-mail', account.email],
        ['Kaizen Studio: Password', PASSWORD],
        ['Kaizen Studio: Your name', 'Ada'],
        ['Kaizen Studio: Organization', `Lovelace ${Date.now()}`],
      ]);
      const projects = window.tree('Projects');
      await projects.waitForRow((row) => row.label === new URL(url).host);
      await makePipeline();
      await window.runCommand('Trackside: Refresh');
      await projects.waitForRow('Support');
      await projects.expand('Support');
      await projects.waitForRow('Triage');
      await projects.expand('Deployments');
      await projects.waitForRow('Stage');
      await screenshotsInThemes('trees');
    });

    it('runs a pipeline with a document that its schema begins, and shows the outcome', async () => {
      const projects = window.tree('Projects');
      await projects.contextMenu('Triage', 'Run Template…');
      await window.answer('Run which pipeline or deployment of “Support/Triage”?', 'Triage');
      await window.waitForEditorText('It is broken');
      await window.runCommand('Trackside: Run Template with This Document');
      await window.screenshot('real-kaizen-run');
      await window.dialog.press('Run');
      await until(
        'the server has run it',
        async () => (await account.runs(ids.pipeline)).length === 1,
        60_000,
      );
      const [run] = await account.runs(ids.pipeline);
      assert.equal(run?.status, 'completed');
      const input: unknown = typeof run.input_data === 'string' ? JSON.parse(run.input_data) : run.input_data;
      assert.deepEqual(input, { ticket: 'It is broken', urgency: 2 });
      await projects.expand('Triage');
      const label = `Triage ${run.id.slice(0, 8)}`;
      await projects.waitForRow((row) => row.label === label && /completed/.test(row.description));
      await projects.contextMenu(label, 'Open Console');
      await window.waitForEditorText('"ticket": "It is broken"');
      await window.screenshot('real-kaizen-outcome');
    });

    it('draws the steps of the run', async () => {
      const [run] = await account.runs(ids.pipeline);
      await window.tree('Projects').contextMenu(`Triage ${run?.id.slice(0, 8) ?? ''}`, 'Open Dependencies');
      const frame = await window.webviewFrame('Dependencies');
      await frame.getByText('Collect').first().waitFor();
      await frame.getByText('nothing about its steps').waitFor();
      await screenshotsInThemes('graph');
    });

    it('runs again with the same input', async () => {
      const [run] = await account.runs(ids.pipeline);
      await window.tree('Projects').contextMenu(`Triage ${run?.id.slice(0, 8) ?? ''}`, 'Run Again…');
      await window.dialog.press('Run Again');
      await until('the server has run it again', async () => (await account.runs(ids.pipeline)).length === 2);
      const [one, other] = await account.runs(ids.pipeline);
      assert.deepEqual(one?.input_data, other?.input_data);
    });

    it('deploys an agent, and draws what it did', async () => {
      const projects = window.tree('Projects');
      await projects.contextMenu('Stage', 'Run Template…');
      await window.answer('Run which pipeline or deployment of “Deployments/Stage”?', 'Deploy Helper');
      await window.dialog.press('Run');
      await until('it is deployed', async () => (await account.deployments()).length === 1, 60_000);
      const [deployment] = await account.deployments();
      assert.equal(deployment?.status, 'active');
      await projects.expand('Stage');
      const row = await projects.waitForRow(
        ({ label, description }) => label.startsWith('Helper ') && /running/.test(description),
      );
      for (const latency of [420, 380, 900, 410]) {
        await account.call('metrics/record', z.unknown(), {
          ...{ deployment_id: deployment.id, agent_id: ids.agent, latency_ms: latency },
          ...{ status: latency === 900 ? 'failure' : 'success' },
          ...{ input_tokens: 5, output_tokens: 7, total_tokens: 12, cost_usd: 0.1, execution_id: 'e' },
          ...{ error_type: '', error_message: '' },
        });
      }
      await projects.contextMenu(row.label, 'Open Live Panel');
      const frame = await window.livePanelFrame(row.label);
      await frame.getByText('latency (ms)').first().waitFor();
      await frame.getByText('all 4 points').first().waitFor();
      await screenshotsInThemes('figures');
      await window.page.keyboard.press('Escape');
      const connection = await projects.row(new URL(url).host);
      await connection.hover();
      await window.page.locator('.monaco-hover').getByText('Kaizen Studio').first().waitFor();
      await window.screenshot('real-kaizen-tooltip');
    });
  },
);
