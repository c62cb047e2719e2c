import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import * as z from 'zod';
import { KaizenBackend } from '../../../src/backends/kaizen/kaizen-backend';
import { backendRegistry } from '../../../src/backends/registry';
import { silentLogger } from '../../../src/core/logger';
import { addressOf, listenLocally, stopServer } from '../../fakes/local-http';
import { ManualClock } from '../../fakes/manual-clock';
import { refusal } from '../refusal';
import { all, deltasOf, noSignal, one, printed, runNamed } from './studio-questions';

/**
 * A Kaizen Studio of your own on this machine, to throw away afterwards: the tests make accounts and all else on it. It
 * takes five registrations and ten sign-ins a minute.
 */
const { TRACKSIDE_REAL_KAIZEN_URL: url = '' } = process.env;

const PASSWORD = 'a long enough password';
/** The server keeps access tokens for a quarter of an hour unless it is told otherwise. */
const TOKEN_LIFE_MS = 900_000;
const made = z.object({ id: z.string() });
const wrapped = z.object({ data: made });
const signedIn = z.object({ access_token: z.string(), user: z.object({ organization_id: z.string() }) });

/** Takes every agent that is deployed to it while it is willing. */
class Gateway {
  isWilling = true;
  private readonly server: Server = createServer((request, response) => {
    request.resume();
    const body = { id: 'r1', registration_id: 'r1', endpoint_url: 'http://127.0.0.1/agent' };
    response.writeHead(this.isWilling ? 200 : 503, { 'content-type': 'application/json' });
    response.end(JSON.stringify(this.isWilling ? body : { detail: 'full' }));
  });

  get url(): string {
    return addressOf(this.server);
  }

  start(): Promise<void> {
    return listenLocally(this.server, 0);
  }

  stop(): Promise<void> {
    return stopServer(this.server);
  }
}

function contract(this: Mocha.Suite): void {
  this.timeout(120_000);
  const key = Date.now();
  const account = {
    ...{ email: `ada-${key}@example.com`, password: PASSWORD },
    ...{ name: 'Ada', organization: `Lovelace ${key}` },
  };
  const clock = new ManualClock(key);
  const gateway = new Gateway();
  const asked: string[] = [];
  const ids = { organization: '', pipeline: '', agent: '', staging: '', production: '' };
  let backend: KaizenBackend;
  let bearer = '';

  const open = (credentials: Readonly<Record<string, string>>): KaizenBackend =>
    new KaizenBackend({
      url,
      credentials: () => Promise.resolve(credentials),
      logger: silentLogger,
      userAgent: 'Trackside-test',
      clock,
      onRequest: ({ call, status = 0 }) => asked.push(`${call} ${status}`),
    });
  /** Past everything of ours. */
  const call = async <T>(path: string, schema: z.ZodType<T>, body: object, method = 'POST'): Promise<T> => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${bearer}` };
    const answer = await fetch(new URL(`/api/v1/${path}`, url), {
      ...{ method, headers, body: JSON.stringify(body) },
    });
    assert.ok(answer.ok, `${path}: ${answer.status} ${await answer.clone().text()}`);
    return schema.parse(await answer.json());
  };
  const addPipeline = async (
    name: string,
    links: readonly (readonly [string, string])[],
  ): Promise<string> => {
    const common = { organization_id: ids.organization, workspace_id: 'nowhere', description: '' };
    const { id } = (await call('pipelines', wrapped, { ...common, name, pattern: 'sequential' })).data;
    const nodeId = (node: string): string => `${node}-${id}`;
    const types = { in: 'input', merge: 'merge', out: 'output' };
    const nodes = Object.entries(types).map(([node, type]) => ({
      ...{ id: nodeId(node), node_type: type, label: node, config: {}, position_x: 0, position_y: 0 },
    }));
    const connections = links.map(([from, to]) => ({
      ...{ source_node_id: nodeId(from), target_node_id: nodeId(to) },
    }));
    await call(`pipelines/${id}/graph`, z.unknown(), { nodes, connections }, 'PUT');
    return id;
  };
  const addGateway = async (name: string, environment: string): Promise<string> => {
    const place = { name, environment, api_url: gateway.url, api_key: 'of-no-use' };
    return (await call('gateways', made, place)).id;
  };
  const runPipeline = async (document: string): Promise<string> => {
    const [template] = await backend.templates.list(ids.pipeline, noSignal());
    assert.ok(template);
    const runs = [{ name: template.name, inputs: {}, document }];
    const [id = ''] = (await backend.templates.run(template, runs, noSignal())).createdTaskIds;
    return id;
  };

  before(async () => {
    await gateway.start();
    backend = open(account);
    await backend.describe(noSignal());
    await backend.listProjects(noSignal());
    const answer = await fetch(new URL('/api/v1/auth/login', url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: account.email, password: PASSWORD }),
    });
    const session = signedIn.parse(await answer.json());
    bearer = session.access_token;
    ids.organization = session.user.organization_id;
    ids.pipeline = await addPipeline('Triage', [
      ['in', 'merge'],
      ['merge', 'out'],
    ]);
    const agent = { organization_id: ids.organization, workspace_id: 'nowhere', name: 'Helper' };
    ids.agent = (await call('agents', made, { ...agent, agent_type: 'chat', model_id: 'gpt-4' })).id;
    ids.staging = await addGateway('Stage', 'staging');
    ids.production = await addGateway('Live', 'production');
  });
  after(async () => {
    backend.dispose();
    await gateway.stop();
  });

  it('is recognised, and made an account that only its own password opens', async () => {
    assert.equal(await backendRegistry.kaizen.recognize?.(url, noSignal()), true);
    const stranger = open({ ...account, password: 'another password' });
    const { kind, message } = await refusal(stranger.listProjects(noSignal()));
    stranger.dispose();
    assert.equal(kind, 'unauthorized');
    assert.match(message, /its password is another one/);
  });

  it('renews the session with each refresh token once, and never signs in again for that', async () => {
    const before = asked.length;
    for (let round = 0; round < 3; round += 1) {
      await clock.advance(TOKEN_LIFE_MS);
      await Promise.all([backend.listProjects(noSignal()), backend.listProjects(noSignal())]);
    }
    const said = asked.slice(before);
    assert.equal(said.filter((line) => line === 'POST /auth/refresh 200').length, 3);
    assert.ok(
      said.every((line) => !line.includes('/auth/login') && !line.endsWith(' 401')),
      said.join('\n'),
    );
  });

  it('runs a pipeline with a document, once more with the same, and tells what came out', async () => {
    const first = await runPipeline('{"ticket": "It is broken", "urgency": 2}');
    const { createdTaskId: second = '' } = await backend.actions.act(first, { action: 'rerun' }, noSignal());
    for (const id of [first, second]) {
      const task = await one(backend, id);
      assert.equal(task.status, 'completed');
      assert.ok(Math.abs((task.startedAt ?? 0) - Date.now()) < 60_000, 'at another hour');
      assert.match(await printed(backend, id), /keeps no log[^]*It is broken/);
    }
    const listed = await all(backend, { projectId: ids.pipeline });
    assert.deepEqual(
      listed.map(({ id }) => id),
      [second, first],
    );
    assert.equal((await refusal(backend.actions.act(first, { action: 'stop' }, noSignal()))).kind, 'invalid');
    await backend.actions.act(first, { action: 'delete' }, noSignal());
    assert.deepEqual(await backend.getTasks([first], noSignal()), []);
  });

  it('tells why a pipeline in a circle cannot run, in the words of the server', async () => {
    const id = await addPipeline('Round', [
      ['in', 'merge'],
      ['merge', 'in'],
    ]);
    const [template] = await backend.templates.list(id, noSignal());
    assert.ok(template);
    const runs = [{ name: 'Round', inputs: {}, document: '{}' }];
    const error = await refusal(backend.templates.run(template, runs, noSignal()));
    assert.deepEqual([error.kind, /cycle|circular/i.test(error.message)], ['invalid', true], error.message);
  });

  it('deploys, tells the figures and the events, deploys anew and stops', async () => {
    const place = `gateway:${ids.staging}`;
    const [id = ''] = (await runNamed(backend, place, 'Deploy Helper')).createdTaskIds;
    assert.equal((await one(backend, id)).status, 'running');
    const deploymentId = id.replace('deployment:', '');
    for (const [latency, status] of [
      [420, 'success'],
      [900, 'failure'],
    ] as const) {
      await call('metrics/record', z.unknown(), {
        ...{ deployment_id: deploymentId, agent_id: ids.agent, latency_ms: latency, status },
        ...{ input_tokens: 5, output_tokens: 7, total_tokens: 12, cost_usd: 0.1, execution_id: 'e' },
        ...{ error_type: '', error_message: '' },
      });
    }
    const [deltas] = await deltasOf(backend, id);
    const latencies = deltas.filter(({ name }) => name.metric.startsWith('latency'));
    assert.deepEqual(
      latencies.flatMap(({ values }) => [...values]),
      [420, 900],
    );
    assert.match(await printed(backend, id), /registered|started/);
    const { createdTaskId: next = '' } = await backend.actions.act(id, { action: 'rerun' }, noSignal());
    assert.deepEqual(
      [(await one(backend, id)).status, (await one(backend, next)).status],
      ['stopped', 'running'],
    );
    await backend.actions.act(next, { action: 'stop' }, noSignal());
    assert.equal((await one(backend, next)).status, 'stopped');
  });

  it('tells that a deployment failed although the server says 200', async () => {
    gateway.isWilling = false;
    const { createdTaskIds, note } = await runNamed(backend, `gateway:${ids.staging}`, 'Deploy Helper');
    gateway.isWilling = true;
    assert.match(note ?? '', /failed/);
    assert.equal((await one(backend, createdTaskIds[0] ?? '')).status, 'failed');
  });

  it('finds more deployments than the server tells at once', async () => {
    const place = `gateway:${ids.staging}`;
    const before = (await all(backend, { projectId: place })).length;
    for (let count = before; count < 13; count += 1) {
      await call('deployments', made, { agent_id: ids.agent, gateway_id: ids.staging });
    }
    const listed = await all(backend, { projectId: place });
    assert.ok(listed.length > 10, `${listed.length} of 13`);
  });

  it('promotes after an approval, and takes a rejection', async () => {
    const target = `gateway:${ids.production}`;
    const asking = await runNamed(backend, target, 'Promote Helper from Stage');
    assert.match(asking.note ?? '', /waits for an approval/);
    const { createdTaskIds } = await runNamed(backend, target, 'Approve promotion of Helper');
    const [promoted = ''] = createdTaskIds;
    assert.equal((await one(backend, promoted)).projectId, target);
    await runNamed(backend, target, 'Promote Helper from Stage');
    const rejected = await runNamed(backend, target, 'Reject promotion of Helper', { reason: 'no' });
    assert.match(rejected.note ?? '', /rejected/);
  });

  it('signs out, so that its tokens are of no use any more', async () => {
    const other = open({ email: account.email, password: PASSWORD });
    await other.listProjects(noSignal());
    await other.signOut(noSignal());
    const before = asked.length;
    await other.listProjects(noSignal());
    other.dispose();
    const said = asked.slice(before);
    assert.ok(asked.includes('POST /auth/logout 200'));
    assert.ok(
      said.some((line) => line.endsWith(' 401')),
      said.join('\n'),
    );
    assert.ok(said.includes('POST /auth/login 200') && !said.some((line) => line.includes('/auth/refresh')));
  });
}

if (url === '') {
  it.skip('Kaizen Studio of your own: set TRACKSIDE_REAL_KAIZEN_URL');
} else {
  describe('the Kaizen Studio of TRACKSIDE_REAL_KAIZEN_URL', contract);
}
