import assert from 'node:assert/strict';
import { ClearMlGatewayBackend } from '../../../src/backends/clearml-gateway/clearml-gateway-backend';
import { clearMlGatewayEntry } from '../../../src/backends/clearml-gateway/clearml-gateway-entry';
import type { Page } from '../../../src/backends/contract';
import type { Task } from '../../../src/core/entities';
import { silentLogger } from '../../../src/core/logger';
import type { RunTemplate } from '../../../src/core/run-template';
import { projectRow } from '../../../src/features/projects/project-row';
import { FakeClearMl } from '../../fakes/clearml/fake-server';
import { FakeGateway } from '../../fakes/clearml-gateway/fake-gateway';
import type { GatewayPersonality } from '../../fakes/clearml-gateway/gateway-answers';
import { refusal } from '../refusal';

const signal = new AbortController().signal;
const PAGE = { size: 2 };

for (const personality of ['document', 'real'] as const) {
  describe(`ClearML gateway, as the ${personality} one`, () => contract(personality));
}

function contract(personality: GatewayPersonality): void {
  let fake: FakeGateway;
  let backend: ClearMlGatewayBackend;

  const open = (timeoutMs = 5_000, taskListTimeoutMs = timeoutMs): ClearMlGatewayBackend =>
    new ClearMlGatewayBackend({
      url: fake.url,
      logger: silentLogger,
      userAgent: 'Trackside-test',
      timeouts: { connectMs: timeoutMs, wholeMs: timeoutMs },
      taskListTimeoutMs,
    });

  beforeEach(async () => {
    fake = await FakeGateway.start(personality, '/clearml-api');
    fake.tasks.push(
      { id: 't1', name: 'b first', type: 'training', status: 'completed', projectId: 'p1', comment: 'note' },
      { id: 't2', name: 'a second', type: 'testing', status: 'in_progress', projectId: 'p1' },
      { id: 't3', name: 'c third', type: 'new_type', status: 'new word', projectId: 'p1' },
      { id: 't4', name: 'spaced', type: 'training', status: 'closed', projectId: 'p3' },
    );
    backend = open();
  });
  afterEach(async () => {
    backend.dispose();
    await fake.stop();
  });

  it('is described and recognized below a path', async () => {
    const { product, abilities } = await backend.describe(signal);
    assert.equal(product, 'ClearML gateway for CVAT');
    assert.match(abilities.find(({ name }) => name === 'queues')?.reason ?? '', /does not offer/);
    assert.equal(await clearMlGatewayEntry.recognize?.(fake.url, signal), true);
    assert.equal(await clearMlGatewayEntry.recognize?.(fake.url.replace('/clearml-api', ''), signal), false);
  });

  it('says that ClearML is away, and asks again the next time', async () => {
    fake.isClearMlAway = true;
    assert.match((await refusal(backend.describe(signal))).message, /Failed to connect to ClearML/);
    fake.isClearMlAway = false;
    assert.equal((await backend.describe(signal)).product, 'ClearML gateway for CVAT');
  });

  it('lists projects, and marks those whose tasks cannot be listed', async () => {
    const projects = await backend.listProjects(signal);
    assert.deepEqual(
      projects.map(({ name, note, updatedAt }) => ({ name, note, updatedAt })),
      [
        { name: 'Vision', note: undefined, updatedAt: Date.UTC(2024, 4, 1, 10) },
        { name: 'Vision/Detection', note: 'not listable through the gateway', updatedAt: undefined },
        { name: 'Two words', note: undefined, updatedAt: undefined },
      ],
    );
    const [, nested] = projects;
    assert.ok(nested);
    const row = projectRow({ path: nested.name, name: 'Detection', project: nested, childPaths: [] });
    assert.equal(row.description, 'not listable through the gateway');
  });

  it('refuses such a project without asking the server', async () => {
    await backend.listProjects(signal);
    const asked = fake.requests.length;
    const error = await refusal(backend.listTasks({ projectId: 'p2' }, PAGE, signal));
    assert.equal(error.kind, 'invalid');
    assert.match(error.message, /"\/" in its name/);
    assert.equal(fake.requests.length, asked);
  });

  it('lists tasks in pages from one answer, the newest first', async () => {
    const first = await backend.listTasks({ projectId: 'p1' }, PAGE, signal);
    const rest = await backend.listTasks({ projectId: 'p1' }, { ...PAGE, cursor: first.next ?? '' }, signal);
    const tasks = [...first.items, ...rest.items];
    assert.deepEqual(
      tasks.map(({ id, status, serverStatus }) => [id, status, serverStatus]),
      [
        ['t3', 'unknown', 'new word'],
        ['t2', 'running', 'in_progress'],
        ['t1', 'completed', 'completed'],
      ],
    );
    assert.equal(first.totalCount, 3);
    assert.equal(rest.next, undefined);
    assert.equal(fake.countOf('GET /clearml-api/projects/Vision/tasks'), 1);
    assert.ok(tasks.every(({ can }) => can.length === 0));
  });

  it('shows the other rows where one cannot be read', async () => {
    Object.assign(fake.projects[1] ?? {}, { name: null });
    Object.assign(fake.tasks[0] ?? {}, { name: null, type: null, comment: null });
    Object.assign(fake.tasks[1] ?? {}, { id: null });
    assert.deepEqual(
      (await backend.listProjects(signal)).map(({ name }) => name),
      ['Vision', 'Two words'],
    );
    const { items } = await backend.listTasks({ projectId: 'p1' }, { size: 9 }, signal);
    assert.deepEqual(
      items.map(({ id, name }) => [id, name]),
      [
        ['t3', 'c third'],
        ['t1', 't1'],
      ],
    );
  });

  it('finds by status, by text and in a project with a space in its name', async () => {
    const ids = async (query: object): Promise<string[]> =>
      (await backend.listTasks(query, { size: 9 }, signal)).items.map(({ id }) => id);
    assert.deepEqual(await ids({ projectId: 'p1', statuses: ['running'] }), ['t2']);
    assert.equal(fake.countOf('GET /clearml-api/projects/Vision/tasks?status=in_progress'), 1);
    assert.deepEqual(await ids({ projectId: 'p3', statuses: ['completed'] }), ['t4']);
    assert.deepEqual(await ids({ projectId: 'p1', text: 'NOTE' }), ['t1']);
    assert.deepEqual(await ids({ projectId: 'p1', order: 'name' }), ['t2', 't1', 't3']);
    assert.deepEqual(await ids({ projectId: 'p1', isArchived: true }), []);
  });

  it('lists the tasks of all projects that can be listed, the one changed last first', async () => {
    const idsOf = (page: Page<Task>): readonly string[] => page.items.map(({ id }) => id);
    const all = await backend.listTasks({}, { size: 9 }, signal);
    assert.deepEqual([idsOf(all), all.next], [['t3', 't2', 't1', 't4'], undefined]);
    const first = await backend.listTasks({}, { size: 2 }, signal);
    const rest = await backend.listTasks({}, { size: 2, cursor: first.next ?? '' }, signal);
    assert.deepEqual([idsOf(first), idsOf(rest), rest.next], [['t3', 't2'], ['t1', 't4'], undefined]);
  });

  it('reads tasks by id, without those that are gone, one request at a time', async () => {
    const reads = await Promise.all([
      backend.getTasks(['t2', 'gone'], signal),
      backend.getTasks(['t1'], signal),
    ]);
    const [task, ...more] = reads.flat();
    assert.equal(task?.startedAt, Date.UTC(2024, 4, 1, 10, 0, 5));
    assert.deepEqual(
      more.map(({ id }) => id),
      ['t1'],
    );
    assert.equal(fake.most, 1);
  });

  it('reads details, with the short list of artifacts where the full one fails', async () => {
    fake.tasks.push({
      id: 't5',
      name: 'made',
      type: 'training',
      status: 'completed',
      projectId: 'p1',
      parameters: { 'Args/lr': '0.1', alone: 'x' },
      artifacts: [{ name: 'table', timestamp: '2024-05-01T10:00:00' }],
      outputModels: { best: 'm1' },
    });
    await backend.listTasks({ projectId: 'p1' }, PAGE, signal);
    const details = await backend.details.read('t5', signal);
    assert.deepEqual(details.parameters, [
      { section: 'Args', name: 'lr', value: '0.1' },
      { section: 'General', name: 'alone', value: 'x' },
    ]);
    assert.deepEqual(details.artifacts, [{ name: 'table', direction: 'output', type: 'custom' }]);
    assert.deepEqual(details.models, [{ id: 'm1', name: 'best', direction: 'output' }]);
    assert.deepEqual((await backend.details.read('t1', signal)).artifacts, []);
    const asked = fake.requests.filter((request) => request.endsWith('/artifacts'));
    assert.deepEqual(asked, ['GET /clearml-api/projects/any/tasks/t5/artifacts'], 'where there are some');
  });

  it('gives a list of tasks more time than other calls', async () => {
    backend.dispose();
    backend = open(100, 2_000);
    await backend.listProjects(signal);
    fake.answersAfterMs = 400;
    assert.equal((await backend.listTasks({ projectId: 'p1' }, PAGE, signal)).items.length, 2);
    assert.equal((await refusal(backend.listProjects(signal))).kind, 'unreachable');
    backend.dispose();
    fake.answersAfterMs = 0;
    fake.hangsAt = /tasks/;
    backend = open(5_000, 200);
    const error = await refusal(backend.listTasks({}, PAGE, signal));
    assert.match(error.message, /^The gateway did not tell the tasks of “Vision” in time/);
  });

  it('makes a draft once, whatever the answer is', async () => {
    const [template] = await backend.templates.list('p1', signal);
    assert.ok(template);
    const { createdTaskIds, note } = await make(backend, template, 'fresh', 'training');
    assert.equal(createdTaskIds[0], fake.tasks.at(-1)?.id);
    assert.equal(note !== undefined, personality === 'real');
    assert.equal(fake.countOf('POST /clearml-api/projects/Vision/tasks/create'), 1);
    assert.equal(fake.countOf('GET /clearml-api/projects/Vision/tasks'), 0, 'only drafts are listed for it');
  });

  it('says of a draft that it was made where there are too many to be listed', async () => {
    for (let place = 0; place < 500; place += 1) {
      const common = { name: `old ${place}`, type: 'training', status: 'created', projectId: 'p1' };
      fake.tasks.push({ id: `old${place}`, ...common });
    }
    const [template] = await backend.templates.list('p1', signal);
    assert.ok(template);
    const { createdTaskIds, note = '' } = await make(backend, template, 'fresh', 'training');
    assert.equal(fake.tasks.at(-1)?.name, 'fresh');
    if (personality === 'real') {
      assert.deepEqual(createdTaskIds, []);
      assert.match(note, /made the draft, but lists only the 500 oldest/);
    } else {
      assert.deepEqual([createdTaskIds, note], [[fake.tasks.at(-1)?.id], '']);
    }
    const made = fake.tasks.length;
    await assert.rejects(make(backend, template, 'fresh', 'no such type'), /not a valid TaskTypeEnum/);
    assert.equal(fake.tasks.length, made);
  });

  it('tells a refused draft from one that was made, even with a namesake', async () => {
    const [template] = await backend.templates.list('p1', signal);
    assert.ok(template);
    const error = await refusal(make(backend, template, 'a second', 'no such type'));
    assert.match(error.message, /not a valid TaskTypeEnum/);
    assert.equal(fake.tasks.length, 4);
    assert.equal(fake.countOf('POST /clearml-api/projects/Vision/tasks/create'), 1);
  });

  it('gives up on a hanging gateway without asking twice', async () => {
    backend.dispose();
    backend = open(150);
    fake.hangs = true;
    assert.equal((await refusal(backend.listProjects(signal))).kind, 'unreachable');
    assert.equal(fake.countOf('GET /clearml-api/projects'), 1);
    fake.hangs = false;
  });

  it('says soon that ClearML is away, also of what may take long, and to all that wait', async () => {
    await backend.listProjects(signal);
    backend.dispose();
    backend = open(200, 60_000);
    fake.hangs = true;
    const asked = fake.requests.length;
    const errors = await Promise.all([
      refusal(backend.listTasks({ projectId: 'p1' }, PAGE, signal)),
      refusal(backend.listProjects(signal)),
      refusal(backend.models.list({ isArchived: false }, 9, signal)),
    ]);
    for (const { kind, message, nextStep } of errors) {
      assert.equal(kind, 'unreachable');
      assert.match(message, /did not answer .* within .* It answers nobody while ClearML is away\.$/);
      assert.match(nextStep, /connect to ClearML directly/);
    }
    assert.equal(fake.requests.length, asked + 1, 'one finds out for all');
    fake.hangs = false;
    assert.equal((await backend.listProjects(signal)).length, 3);
    assert.equal((await backend.listTasks({ projectId: 'p1' }, PAGE, signal)).items.length, 2);
  });

  it('passes a proxy with the header that a person gave', async () => {
    const value = 'Basic c2VjcmV0OmtleQ==';
    fake.wantedHeader = { name: 'authorization', value };
    assert.equal((await refusal(backend.describe(signal))).kind, 'unauthorized');
    const openWith = (proxyHeader: string) =>
      clearMlGatewayEntry.create({
        url: fake.url,
        logger: silentLogger,
        userAgent: 'Trackside-test',
        credentials: () => Promise.resolve({ proxyHeader }),
      });
    const admitted = await openWith(`Authorization: ${value}`);
    const malformed = await openWith('no header');
    try {
      assert.equal((await admitted.describe(signal)).product, 'ClearML gateway for CVAT');
      assert.equal((await refusal(malformed.describe(signal))).kind, 'invalid');
    } finally {
      admitted.dispose();
      malformed.dispose();
    }
    const [field] = clearMlGatewayEntry.fields;
    assert.deepEqual(
      ['', `Authorization: ${value}`, 'Host: elsewhere', 'no header', 'A: b\nC: d'].map(
        (text) => field?.validate?.(text) === undefined,
      ),
      [true, true, false, false, false],
    );
  });

  it('is not taken for a ClearML server', async () => {
    const clearMl = await FakeClearMl.start('real');
    try {
      assert.equal(await clearMlGatewayEntry.recognize?.(clearMl.url, signal), false);
    } finally {
      await clearMl.stop();
    }
  });
}

function make(backend: ClearMlGatewayBackend, template: RunTemplate, name: string, type: string) {
  return backend.templates.run(template, [{ name, inputs: { type } }], signal);
}
