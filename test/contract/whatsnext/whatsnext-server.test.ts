import assert from 'node:assert/strict';
import * as z from 'zod';
import { isWhatsNext } from '../../../src/backends/whatsnext/recognize';
import { WhatsNextBackend } from '../../../src/backends/whatsnext/whatsnext-backend';
import type { DependencyGraph } from '../../../src/core/dependency-graph';
import type { Task } from '../../../src/core/entities';
import type { RunTemplate } from '../../../src/core/run-template';
import { silentLogger } from '../../../src/core/logger';
import { refusal } from '../refusal';
import { never } from './open-fake';

/**
 * A WhatsNext of your own, to throw away afterwards, with its API key where it has one. On a version that cannot make
 * projects its first project is taken.
 */
const { TRACKSIDE_REAL_WHATSNEXT_URL: url = '', TRACKSIDE_REAL_WHATSNEXT_KEY: key = '' } = process.env;

const DEFECTIVE = 500;
const made = z.object({ id: z.number() });
const batch = z.object({ job_ids: z.array(z.number()) });
const parametersThere = z.object({ parameters: z.record(z.string(), z.unknown()) });
const projects = z.array(made);

if (url === '') {
  it.skip('WhatsNext of your own: set TRACKSIDE_REAL_WHATSNEXT_URL');
} else {
  describe('the WhatsNext of TRACKSIDE_REAL_WHATSNEXT_URL', contract);
}

/** Past everything of ours. */
function ask(path: string, method = 'GET', body?: object): Promise<Response> {
  const headers = { 'content-type': 'application/json', ...(key === '' ? {} : { 'x-api-key': key }) };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  return fetch(new URL(path, url), { method, headers, ...sent });
}

async function told<T>(schema: z.ZodType<T>, path: string, method = 'GET', body?: object): Promise<T> {
  const answer = await ask(path, method, body);
  assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
  return schema.parse(await answer.json());
}

function open(apiKey: string): WhatsNextBackend {
  return new WhatsNextBackend({
    url,
    apiKey: () => Promise.resolve(apiKey),
    logger: silentLogger,
    userAgent: 'Trackside-test',
  });
}

function contract(this: Mocha.Suite): void {
  this.timeout(60_000);
  const name = `contract ${Date.now()}`;
  let backend: WhatsNextBackend;
  let isDefective = false;
  let project = 0;
  let templateId = 0;
  let chain: readonly string[] = [];

  /** Jobs by name, each waiting for those named. */
  const addJobs = async (wanted: Readonly<Record<string, Readonly<Record<string, string>>>>) => {
    const jobs = Object.entries(wanted).map(([each, depends]) => ({
      ...{ name: each, task_id: templateId, parameters: { lr: 0.1, note: 'a/b' }, depends },
    }));
    return (await told(batch, `projects/${project}/jobs/batch`, 'POST', { jobs })).job_ids.map(String);
  };
  const addChain = async (): Promise<readonly string[]> => {
    const [first = ''] = await addJobs({ prepare: {} });
    const [second = ''] = await addJobs({ train: { [first]: 'prepare' } });
    const [third = ''] = await addJobs({ evaluate: { [second]: 'train' } });
    return [first, second, third];
  };
  const one = async (id = ''): Promise<Task> => {
    const [task] = await backend.getTasks([id], never);
    assert.ok(task, `no task ${id}`);
    return task;
  };
  const graphOf = (): Promise<DependencyGraph> =>
    backend.dependencies.read({ kind: 'project', projectId: String(project) }, never);
  const template = async (): Promise<RunTemplate> => {
    const found = (await backend.templates.list(String(project), never)).find(
      ({ id }) => id === String(templateId),
    );
    assert.ok(found, 'no template');
    return found;
  };
  const waiting = async (): Promise<readonly string[]> => {
    const queue = (await backend.queues.list(never)).find(({ id }) => id === String(project));
    return queue?.entries.map(({ taskId }) => taskId) ?? [];
  };

  before(async () => {
    backend = open(key);
    const answer = await ask('projects/', 'POST', { name, description: '', status: 'ACTIVE' });
    isDefective = answer.status === DEFECTIVE;
    const first = isDefective ? (await told(projects, 'projects/'))[0] : made.parse(await answer.json());
    assert.ok(first, 'the server has no project and cannot make one');
    project = first.id;
    const command = 'train --lr {lr} --seed {seed}';
    const task = { name, project_id: project, command_template: command };
    templateId = (await told(made, 'tasks/', 'POST', task)).id;
    chain = await addChain();
  });
  after(() => {
    backend.dispose();
  });

  it('is recognised, with an API key and without one', async () => {
    assert.equal(await isWhatsNext(url, never), true);
    assert.match((await backend.describe(never)).product, /^WhatsNext/);
    const stranger = open(key === '' ? '' : 'of no use');
    const keyless = open('');
    try {
      if (key === '') {
        assert.ok((await stranger.listProjects(never)).length > 0);
        return;
      }
      assert.match((await refusal(stranger.describe(never))).message, /does not know this API key/);
      assert.match((await refusal(keyless.describe(never))).message, /wants an API key/);
    } finally {
      stranger.dispose();
      keyless.dispose();
    }
  });

  it('creates a batch of a template, in order, with numbers where the text is one', async () => {
    const runs = ['0.1', '0.2', '1e-3'].map((lr) => ({
      ...{ name: `sweep ${lr}`, inputs: { lr, seed: '007' }, priority: 3, dependsOn: [chain[2] ?? ''] },
    }));
    const { createdTaskIds } = await backend.templates.run(await template(), runs, never);
    const parameters = [];
    for (const id of createdTaskIds) {
      parameters.push((await told(parametersThere, `jobs/${id}`)).parameters);
      assert.equal((await one(id)).status, 'queued');
    }
    assert.deepEqual(parameters, [
      { lr: 0.1, seed: '007' },
      { lr: 0.2, seed: '007' },
      { lr: '1e-3', seed: '007' },
    ]);
    const { edges } = await graphOf();
    assert.deepEqual(
      edges.filter(({ to }) => createdTaskIds.includes(to)).map(({ from }) => from),
      createdTaskIds.map(() => chain[2]),
    );
  });

  it('marks a task as failed and makes all that it blocked pending again, or says why it cannot', async () => {
    const [first = ''] = chain;
    const failing = backend.actions.act(first, { action: 'fail', priority: 7 }, never);
    if (isDefective) {
      const { message, nextStep } = await refusal(failing);
      assert.match(message, /known defect/);
      assert.match(nextStep, /Clone/);
      assert.deepEqual((await one(first)).can, ['clone', 'delete']);
      const { abilities } = await backend.describe(never);
      assert.equal(abilities.find((each) => each.name === 'status changes')?.isAvailable, false);
      return;
    }
    await failing;
    // Asking for work is what makes this version look at what waits.
    await (await ask(`projects/${project}/fetch_job?available_cpu=0`)).text();
    const newcomer = open(key);
    try {
      const query = { projectId: String(project), statuses: ['blocked'] } as const;
      const { items } = await newcomer.listTasks(query, { size: 1_000 }, never);
      const blocked = items.filter(({ id }) => chain.includes(id));
      const reason = `blocked by ${first} “prepare”, which failed`;
      assert.deepEqual(
        blocked.map(({ statusReason }) => statusReason),
        [reason, reason],
      );
    } finally {
      newcomer.dispose();
    }
    const plan = await backend.actions.plan([first], 'enqueue', never);
    assert.ok((plan?.blockedCount ?? 0) >= 2);
    const request = { action: 'enqueue', queueId: '', priority: 4, freesBlocked: true } as const;
    assert.match(
      (await backend.actions.act(first, request, never)).note ?? '',
      /blocked tasks were enqueued too/,
    );
    for (const id of chain) {
      assert.equal((await one(id)).status, 'queued');
    }
  });

  it('copies a task with other parameters and the same dependencies', async () => {
    const [first = '', second = ''] = chain;
    const inputs = { parameters: [{ section: 'Parameters', name: 'lr', value: '0.5' }] };
    const { createdTaskId = '' } = await backend.actions.act(second, { action: 'clone', inputs }, never);
    const { parameters } = await told(parametersThere, `jobs/${createdTaskId}`);
    assert.deepEqual(parameters, { lr: 0.5, note: 'a/b' });
    const { edges } = await graphOf();
    assert.ok(edges.some(({ from, to }) => from === first && to === createdTaskId));
  });

  it('deletes what others wait for after a warning, and finds what can never run then', async () => {
    const [first = '', second = '', third = ''] = await addChain();
    const plan = await backend.actions.plan([first], 'delete', never);
    assert.match(plan?.says ?? '', /2 tasks that wait for it .*can never run/u);
    await backend.actions.act(first, { action: 'delete' }, never);
    assert.deepEqual(await backend.getTasks([first], never), []);
    const { nodes, notes } = await graphOf();
    const reasons = new Map(nodes.map(({ id, reason }) => [id, reason]));
    assert.equal(reasons.get(second), 'can never run: a task that it waits for was deleted');
    assert.match(reasons.get(third) ?? '', /^can never run: it waits for/);
    assert.match(notes.join(' '), /2 tasks can never run/);
    const late = { name: 'late', inputs: { lr: '1', seed: '1' }, dependsOn: [third] };
    assert.equal((await refusal(backend.templates.run(await template(), [late], never))).kind, 'conflict');
  });

  it('finds a circle, which the batch call lets pass', async () => {
    const [id = ''] = await addJobs({ lonely: {} });
    const next = String(Number(id) + 1);
    const [self] = await addJobs({ 'in a circle': { [next]: 'itself' } });
    assert.equal(self, next);
    const { nodes } = await graphOf();
    assert.match(nodes.find((node) => node.id === self)?.reason ?? '', /in a circle/);
  });

  it('shows a task that the server fails at', async () => {
    const [odd = ''] = await addJobs({ odd: { first: 'prepare' } });
    const { status, statusMessage } = await one(odd);
    assert.deepEqual([status, statusMessage?.includes('not a number')], ['unknown', true]);
    await backend.actions.act(odd, { action: 'delete' }, never);
  });

  it('takes a worker out of the list', async () => {
    const client = { id: `gpu-${Date.now()}`, name: 'GPU', entity: 'lab', available_cpu: 4 };
    await (await ask('clients/register', 'POST', client)).text();
    const found = (await backend.workers.list(never)).find(({ id }) => id === client.id);
    assert.deepEqual([found?.name, found?.description], ['GPU', '4 CPUs · lab']);
    await backend.workers.deactivate(client.id, never);
    assert.ok((await backend.workers.list(never)).every(({ id }) => id !== client.id));
  });

  it('clears the queue', async () => {
    assert.ok((await waiting()).includes(chain[0] ?? ''));
    await backend.queues.change({ change: 'clear', queueId: String(project) }, never);
    assert.deepEqual(await waiting(), []);
    assert.deepEqual(await backend.getTasks(chain, never), []);
  });

  it('archives a project and brings it back, or says why it cannot', async () => {
    const archiving = backend.projects.setArchived(String(project), true, never);
    if (isDefective) {
      assert.match((await refusal(archiving)).message, /cannot archive a project: .*known defect/);
      return;
    }
    await archiving;
    const found = (await backend.listProjects(never)).find(({ id }) => id === String(project));
    assert.equal(found?.isArchived, true);
    assert.match((await refusal(backend.templates.list(String(project), never))).message, /archived/);
    await backend.projects.setArchived(String(project), false, never);
    assert.ok((await backend.templates.list(String(project), never)).length > 0);
  });
}
