import assert from 'node:assert/strict';
import { ClearMlGatewayBackend } from '../../../src/backends/clearml-gateway/clearml-gateway-backend';
import { clearMlGatewayEntry } from '../../../src/backends/clearml-gateway/clearml-gateway-entry';
import type { Project, Task } from '../../../src/core/entities';
import { silentLogger } from '../../../src/core/logger';
import { refusal } from '../refusal';

/** A gateway of your own, before a ClearML to throw away afterwards: the tests make drafts through it. */
const { TRACKSIDE_REAL_GATEWAY_URL: url = '' } = process.env;
const signal = new AbortController().signal;
const ALL = { size: 1_000 };

if (url === '') {
  it.skip('ClearML gateway of your own: set TRACKSIDE_REAL_GATEWAY_URL');
} else {
  describe('the ClearML gateway of TRACKSIDE_REAL_GATEWAY_URL', contract);
}

function contract(): void {
  const projectName = `Contract ${Date.now()}`;
  let backend: ClearMlGatewayBackend;
  let project: Project;

  /** Past everything of ours; an unknown project is made along with the draft. */
  const draftThere = async (name: string, type = 'training'): Promise<string> => {
    const call = `${url.replace(/\/$/, '')}/projects/${encodeURIComponent(projectName)}/tasks/create`;
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ task_name: name, task_type: type });
    return (await fetch(call, { method: 'POST', headers, body })).text();
  };
  const listed = async (query: object = {}): Promise<readonly Task[]> =>
    (await backend.listTasks({ projectId: project.id, ...query }, ALL, signal)).items;
  const make = async (name: string, type: string) => {
    const [template] = await backend.templates.list(project.id, signal);
    assert.ok(template);
    return backend.templates.run(template, [{ name, inputs: { type } }], signal);
  };

  before(async () => {
    backend = new ClearMlGatewayBackend({ url, logger: silentLogger, userAgent: 'Trackside-test' });
    await draftThere('first draft');
    await draftThere('second draft', 'testing');
    const made = (await backend.listProjects(signal)).find(({ name }) => name === projectName);
    assert.ok(made, 'the gateway made no project');
    project = made;
  });
  after(() => {
    backend.dispose();
  });

  it('is described and recognized', async () => {
    assert.equal((await backend.describe(signal)).product, 'ClearML gateway for CVAT');
    assert.equal(await clearMlGatewayEntry.recognize?.(url, signal), true);
  });

  it('tells projects with the time of their last change, and marks nested ones', async () => {
    assert.ok(Math.abs(Date.now() - (project.updatedAt ?? 0)) < 600_000);
    const nested = (await backend.listProjects(signal)).filter(({ name }) => name.includes('/'));
    for (const { id, note } of nested) {
      assert.equal(note, 'not listable through the gateway');
      assert.equal((await refusal(backend.listTasks({ projectId: id }, ALL, signal))).kind, 'invalid');
    }
  });

  it('lists tasks without dates and tags, the newest first, and finds among them', async () => {
    const tasks = await listed();
    assert.deepEqual(
      tasks.map(({ name, type, status }) => [name, type, status]),
      [
        ['second draft', 'testing', 'draft'],
        ['first draft', 'training', 'draft'],
      ],
    );
    assert.ok(tasks.every(({ createdAt, tags }) => createdAt === undefined && tags.length === 0));
    assert.deepEqual(await listed({ statuses: ['failed'] }), []);
    assert.deepEqual(
      (await listed({ text: 'SECOND' })).map(({ name }) => name),
      ['second draft'],
    );
  });

  it('tells the time of a task that is read by its id, and leaves out what is not there', async () => {
    const [newest] = await listed();
    const [task, ...more] = await backend.getTasks([newest?.id ?? '', 'of-no-task'], signal);
    assert.equal(task?.name, 'second draft');
    assert.equal(task.projectName, projectName);
    assert.ok(Math.abs(Date.now() - (task.createdAt ?? 0)) < 600_000);
    assert.deepEqual(more, []);
    const details = await backend.details.read(task.id, signal);
    assert.deepEqual([details.parameters, details.artifacts, details.models], [[], [], []]);
    assert.equal((await refusal(backend.details.read('of-no-task', signal))).kind, 'notFound');
  });

  it('makes a draft once, though the answer says that it failed', async () => {
    const before = await listed();
    const { createdTaskIds, note } = await make('made: a/b, ä', 'data_processing');
    const after = await listed();
    assert.equal(after.length, before.length + 1);
    assert.deepEqual([after[0]?.id, after[0]?.name], [createdTaskIds[0], 'made: a/b, ä']);
    assert.match(note ?? '', /answered with an error, but the draft is in the list/);
    assert.match((await refusal(make('never', 'no such type'))).message, /not a valid TaskTypeEnum/);
    assert.equal((await listed()).length, after.length);
  });

  it('lists models with the names of their projects', async () => {
    const { items } = await backend.models.list({ isArchived: false }, 1, signal);
    const names = new Set((await backend.listProjects(signal)).map(({ name }) => name));
    for (const { projectName: at, createdAt } of items) {
      assert.ok(at === undefined || names.has(at), at);
      assert.equal(createdAt, undefined, 'the gateway does not tell it');
    }
  });

  it('lists finished datasets with their time, and their files', async () => {
    const datasets = await backend.datasets.list(signal);
    for (const { id, createdAt } of datasets.slice(0, 3)) {
      assert.ok(createdAt !== undefined);
      const { fileCount, paths } = await backend.datasets.contents(id, signal);
      assert.equal(paths.length, Math.min(fileCount, 500));
    }
    const gone = await refusal(backend.datasets.contents('of-no-dataset', signal));
    assert.match(gone.message, /ClearML does not have it any more/);
  });
}
