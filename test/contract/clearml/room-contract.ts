import assert from 'node:assert/strict';
import type { ProjectRequest, TaskActionRequest } from '../../../src/core/actions';
import type { TaskQuery } from '../../../src/backends/contract';
import type { Model, ModelQuery, ModelRequest } from '../../../src/core/models';
import { NO_TABLE_FILTER } from '../../../src/core/task-table';
import type { GroupKind, ProjectGroup } from '../../../src/core/project-groups';
import type { ContractState } from './backend-contract';
import { noSignal, refusal } from './contract-server';

/** What the server keeps beside projects, tasks, queues and workers. */
export function describeRoomContract(state: () => ContractState): void {
  describeNarrowedLists(state);
  describeMany(state);
  describeProjects(state);
  describeGroups(state);
  describeApart(state);
  describeDatasets(state);
  describeModels(state);
}

const LOSS = { kind: 'metric', metric: 'loss', variant: 'val.1', figure: 'min' } as const;
const RATE = { kind: 'parameter', section: 'Args', name: 'lr' } as const;

/** Lists in the trees that are narrowed by what tasks reported and were given. */
function describeNarrowedLists(state: () => ContractState): void {
  it('narrows and orders lists of tasks by type, metric and parameter, page by page', async () => {
    const { backend, seed } = state();
    const project = await seed.project('Narrowed');
    for (let index = 0; index < 6; index += 1) {
      const value = { section: 'Args', name: 'lr', value: String(index / 10) };
      const id = await seed.task({
        name: `task ${index}`,
        project,
        type: index === 5 ? 'testing' : 'training',
        hyperparams: { Args: { lr: value } },
      });
      await seed.scalars(id, 'loss', 'val.1', [[1, 10 - index]]);
    }
    await seed.task({ name: 'without values', project });
    const names = async (query: TaskQuery, size = 100): Promise<string[][]> => {
      const pages: string[][] = [];
      let cursor: string | undefined;
      do {
        const page = await backend.listTasks(
          { projectId: project, ...query },
          { size, ...(cursor === undefined ? {} : { cursor }) },
          noSignal(),
        );
        pages.push(page.items.map(({ name }) => name));
        cursor = page.next;
      } while (cursor !== undefined && pages.length < 10);
      return pages;
    };
    assert.deepEqual(await names({ types: ['testing'] }), [['task 5']]);
    const byLoss = { sort: { column: LOSS, isDescending: false } };
    assert.deepEqual(
      await names({ ...byLoss, ranges: [{ column: LOSS, min: 6, max: 9 }] }, 3),
      [['task 4', 'task 3', 'task 2'], ['task 1']],
      'ranges of metrics are the server’s',
    );
    assert.deepEqual(
      await names({ ...byLoss, ranges: [{ column: RATE, min: 0.2, max: 0.4 }] }, 2),
      [['task 4', 'task 3'], ['task 2']],
      'ranges of parameters are ours',
    );
    assert.deepEqual(await names({ order: 'name', ranges: [{ column: RATE, min: 0.4, max: null }] }), [
      ['task 4', 'task 5'],
    ]);
    const error = await refusal(backend.listTasks(byLoss, { size: 5, cursor: 'nonsense' }, noSignal()));
    assert.equal(error.kind, 'invalid');
  });
}

function describeGroups(state: () => ContractState): void {
  const groups = async (): Promise<Map<GroupKind, ProjectGroup>> =>
    new Map((await state().backend.groups.list(noSignal())).map((group) => [group.id, group]));
  const labels = (group: ProjectGroup | undefined): (readonly [string, string | undefined])[] =>
    (group?.places ?? []).map(({ label, home }) => [label, home] as const);

  it('keeps pipelines, datasets, reports and hidden projects apart from the projects', async () => {
    const { backend, seed, server } = state();
    const before = await groups();
    assert.deepEqual(
      [before.has('pipelines'), before.has('hidden')],
      [false, false],
      'empty groups are absent',
    );
    await seed.project('Shelf');
    const make = async (name: string, ...tags: string[]): Promise<string> =>
      String((await seed.call('projects.create', { name, description: '', system_tags: tags }))['id']);
    await make('Shelf/.pipelines', 'hidden');
    const pipeline = await make('Shelf/.pipelines/nightly', 'pipeline', 'hidden');
    await make('Shelf/.datasets', 'hidden');
    const digits = await make('Shelf/.datasets/digits', 'dataset', 'hidden');
    const runtime = { ds_file_count: 3, ds_total_size: 1_500_000 };
    await seed.task({ name: 'digits', project: digits, system_tags: ['dataset'], runtime });
    await make('Shelf/.reports', 'reports', 'hidden');
    await make('Shelf/scratch', 'hidden');
    await seed.task({ name: 'nightly #1', project: pipeline, type: 'controller' });
    const found = await groups();
    if (!server.tellsAll) {
      assert.deepEqual([...found.keys()], [], 'a server that cannot tell has no groups');
      return;
    }
    assert.deepEqual(labels(found.get('pipelines')), [['nightly', 'Shelf']]);
    assert.equal(found.get('pipelines')?.places[0]?.taskCounts?.draft, 1);
    assert.equal(found.get('pipelines')?.places[0]?.sizeBytes, undefined, 'only datasets have a size');
    assert.deepEqual(labels(found.get('datasets')), [['digits', 'Shelf']]);
    if (!server.isTrackside) {
      const size = server.apiMinor < 20 ? undefined : 1_500_000;
      assert.equal(found.get('datasets')?.places[0]?.sizeBytes, size);
    }
    assert.deepEqual(labels(found.get('reports')), [['Shelf', undefined]]);
    assert.deepEqual(labels(found.get('hidden')), [['scratch', 'Shelf']]);
    const names = (await backend.listProjects(noSignal())).map(({ name }) => name);
    assert.ok(names.includes('Shelf'));
    assert.deepEqual(
      names.filter((name) => name.startsWith('Shelf/')),
      [],
    );
  });

  it('has a group of archived tasks while there are some, and lists hidden tasks where they belong', async () => {
    const { backend, seed, server } = state();
    const id = await seed.task({ name: 'put away' });
    await backend.actions.act(id, { action: 'archive' }, noSignal());
    assert.equal((await groups()).has('archived'), true);
    const project = await seed.project('Written');
    const type = server.apiMinor < 23 ? 'training' : 'report'; // Servers before have no reports.
    await seed.task({ name: 'a report', project, type, system_tags: ['reports', 'hidden'] });
    const list = async (includesHidden: boolean): Promise<string[]> =>
      (await backend.listTasks({ projectId: project, includesHidden }, { size: 5 }, noSignal())).items.map(
        ({ name }) => name,
      );
    assert.deepEqual(await list(true), ['a report']);
    assert.deepEqual(await list(false), []);
  });
}

/** Lists leave out what stands in groups; whoever asks for it gets it. */
function describeApart(state: () => ContractState): void {
  it('leaves runs of pipelines and versions of datasets out of plain lists, tables and counts alone', async () => {
    const { backend, seed, server } = state();
    const project = await seed.project('Mixed');
    await seed.task({ name: 'plain', project });
    const run = await seed.task({
      name: 'nightly #1',
      project,
      type: 'controller',
      system_tags: ['pipeline'],
    });
    await seed.task({ name: 'digits', project, type: 'data_processing', system_tags: ['dataset'] });
    const list = async (query: TaskQuery): Promise<string[]> =>
      (
        await backend.listTasks({ projectId: project, order: 'name', ...query }, { size: 9 }, noSignal())
      ).items.map(({ name }) => name);
    assert.deepEqual(await list({ omitsApart: true }), ['plain']);
    const byType = { column: { kind: 'field', field: 'type' }, isDescending: false } as const;
    assert.deepEqual(await list({ omitsApart: true, sort: byType }), ['plain'], 'also read by place');
    assert.deepEqual(await list({}), ['digits', 'nightly #1', 'plain']);
    assert.deepEqual(await list({ text: run }), ['nightly #1'], 'found by its id');
    const table = {
      projectId: project,
      includeSubprojects: false,
      filter: NO_TABLE_FILTER,
      sort: byType,
      columns: [],
    };
    const rows = await backend.table.rows({ ...table, omitsApart: true }, 0, 9, noSignal());
    assert.deepEqual(
      rows.map(({ task }) => task.name),
      ['plain'],
    );
    if (server.tellsAll) {
      const isCounted = server.apiMinor >= 20;
      const counts = [{ ...table, omitsApart: true }, table].map((query) =>
        backend.table.count(query, noSignal()),
      );
      assert.deepEqual(await Promise.all(counts), isCounted ? [1, 3] : [undefined, undefined]);
    }
    const shown = (await backend.listProjects(noSignal())).find(({ id }) => id === project);
    const drafts = server.apiMinor < 17 ? 3 : 1; // Servers before count everything.
    assert.equal(shown?.taskCounts?.draft, drafts, 'the count of a project is that of its rows');
  });
}

function describeDatasets(state: () => ContractState): void {
  it('tells the version and the size of a dataset’s tasks, and of no others', async () => {
    const { backend, seed } = state();
    const runtime = { version: '1.0.2', ds_file_count: 3, ds_total_size: '1500000' };
    const dataset = await seed.task({ name: 'digits', system_tags: ['dataset'], runtime });
    const other = await seed.task({ name: 'no dataset', runtime });
    const tasks = await backend.getTasks([dataset, other], noSignal());
    assert.deepEqual(tasks.find(({ id }) => id === dataset)?.dataset, {
      version: '1.0.2',
      fileCount: 3,
      sizeBytes: 1_500_000,
    });
    assert.equal(tasks.find(({ id }) => id === other)?.dataset, undefined);
  });
}

function describeModels(state: () => ContractState): void {
  const list = async (query: ModelQuery): Promise<readonly Model[]> =>
    (await state().backend.models.list(query, 100, noSignal())).items;

  it('lists models with what made them, publishes, tags, archives and deletes them', async () => {
    const { backend, seed, server } = state();
    if (!server.tellsAll) {
      const error = await refusal(backend.models.list({ isArchived: false }, 5, noSignal()));
      assert.equal(error.kind, 'notFound');
      return;
    }
    const projectId = await seed.project('Modelled');
    const taskId = await seed.task({ name: 'the maker', project: projectId });
    const ids = await Promise.all(
      ['first net', 'second net'].map(async (name) =>
        String(
          (
            await seed.call('models.create', {
              name,
              uri: `http://127.0.0.1:1/${name}.pt`,
              framework: 'PyTorch',
              project: projectId,
              task: taskId,
              tags: ['kept'],
              ready: false,
            })
          )['id'],
        ),
      ),
    );
    const [first = '', second = ''] = ids;
    const projects = await backend.listProjects(noSignal());
    const modelCount = server.apiMinor < 21 ? undefined : 2;
    assert.equal(projects.find(({ id }) => id === projectId)?.modelCount, modelCount);
    const find = async (id: string): Promise<Model> => {
      const found = [
        ...(await list({ isArchived: false, projectId })),
        ...(await list({ isArchived: true })),
      ].find((model) => model.id === id);
      assert.ok(found, `no model ${id}`);
      return found;
    };
    const model = await find(first);
    assert.equal(model.framework, 'PyTorch');
    assert.equal(model.projectName, 'Modelled');
    assert.deepEqual([model.taskId, model.taskName], [taskId, 'the maker']);
    assert.equal(model.uri, 'http://127.0.0.1:1/first net.pt');
    assert.deepEqual(model.can, ['publish', 'rename', 'tag', 'archive', 'delete']);
    const act = async (id: string, request: ModelRequest): Promise<Model> => {
      const [outcome] = await backend.models.act([id], request, noSignal());
      assert.deepEqual(outcome, { id });
      return find(id);
    };
    assert.deepEqual((await act(first, { action: 'tag', add: ['new'], remove: ['kept'] })).tags, ['new']);
    assert.equal((await act(first, { action: 'rename', name: 'renamed net' })).name, 'renamed net');
    const published = await act(first, { action: 'publish', withTask: false });
    assert.equal(published.isPublished, true);
    assert.deepEqual(published.can, ['rename', 'tag', 'archive']);
    assert.equal((await backend.getTasks([taskId], noSignal()))[0]?.status, 'draft');
    const [again] = await backend.models.act([first], { action: 'publish', withTask: false }, noSignal());
    assert.equal(again?.error?.detail.serverCode, '400/203');
    assert.equal((await act(first, { action: 'archive' })).isArchived, true);
    assert.equal((await act(first, { action: 'unarchive' })).isArchived, false);
    const outcomes = await backend.models.act(
      ['0'.repeat(32), second],
      { action: 'delete', keepsFile: true },
      noSignal(),
    );
    assert.deepEqual(
      outcomes.map(({ id, error }) => [id, error === undefined]),
      [
        ['0'.repeat(32), false],
        [second, true],
      ],
    );
    assert.equal((await list({ isArchived: false, projectId })).length, 1);
    const { hasMore, items } = await backend.models.list({ isArchived: false }, 0, noSignal());
    assert.deepEqual([hasMore, items], [true, []]);
  });
}

function describeProjects(state: () => ContractState): void {
  const paths = async (): Promise<string[]> =>
    (await state().backend.listProjects(noSignal()))
      .map(({ name }) => name)
      .filter((name) => /^(Made|Elsewhere)/u.test(name))
      .sort();
  const idOf = async (path: string): Promise<string> => {
    const found = (await state().backend.listProjects(noSignal())).find(({ name }) => name === path);
    assert.ok(found, `no project ${path}`);
    return found.id;
  };
  const change = async (request: ProjectRequest): Promise<void> => {
    await state().backend.projects.change?.(request, noSignal());
  };

  it('makes, renames, moves and deletes projects, the last only when nothing is in them', async () => {
    const { seed, server } = state();
    await change({ change: 'create', name: 'Made/Inner' });
    assert.deepEqual(await paths(), ['Made', 'Made/Inner']);
    const again = await refusal(change({ change: 'create', name: 'Made/Inner' }));
    assert.equal(again.detail.serverCode, '400/801');
    assert.equal((await refusal(change({ change: 'create', name: 'Made/no' }))).kind, 'invalid');
    if (!server.tellsAll) {
      return;
    }
    const made = await idOf('Made');
    await change({ change: 'rename', projectId: await idOf('Made/Inner'), name: 'Made/Renamed' });
    assert.deepEqual(await paths(), ['Made', 'Made/Renamed']);
    await change({ change: 'move', projectId: await idOf('Made/Renamed'), parentName: 'Elsewhere' });
    assert.deepEqual(await paths(), ['Elsewhere', 'Elsewhere/Renamed', 'Made']);
    const inside = await refusal(
      change({ change: 'move', projectId: await idOf('Elsewhere'), parentName: 'Elsewhere/Renamed' }),
    );
    assert.equal(inside.kind, 'invalid');
    assert.match(inside.message, /below itself/u);
    const task = await seed.task({ name: 'in the way', project: made });
    await seed.call('tasks.archive_many', { ids: [task] });
    const full = await refusal(change({ change: 'delete', projectId: made }));
    assert.equal(full.kind, 'conflict');
    assert.match(full.message, /1 task in it or below it, archived ones included/u);
    await seed.call('tasks.delete', { task, force: true });
    const { id: model } = await seed.call('models.create', { name: 'left', uri: 'file:///m', project: made });
    assert.match((await refusal(change({ change: 'delete', projectId: made }))).message, /1 model in it/u);
    await seed.call('models.delete_many', { ids: [model] });
    await change({ change: 'delete', projectId: made });
    await change({ change: 'delete', projectId: await idOf('Elsewhere') });
    assert.deepEqual(await paths(), []);
  });
}

/** One request for a selection. */
function describeMany(state: () => ContractState): void {
  it('does several tasks in one request, and tells of each what became of it', async () => {
    const { backend, seed } = state();
    const running = await seed.task({ name: 'running one' });
    const draft = await seed.task({ name: 'draft one' });
    await seed.call('tasks.started', { task: running });
    const missing = '0'.repeat(32);
    const act = async (ids: readonly string[], request: TaskActionRequest): Promise<readonly boolean[]> => {
      const outcomes = await backend.actions.actOnMany?.(ids, request, noSignal());
      assert.ok(outcomes);
      return outcomes.map((outcome) => {
        assert.ok(outcome.ok || outcome.error.message.length > 10);
        return outcome.ok;
      });
    };
    assert.deepEqual(await act([running, draft, missing], { action: 'stop' }), [true, false, false]);
    const statuses = (await backend.getTasks([running, draft], noSignal())).map(({ status }) => status);
    assert.deepEqual(statuses.sort(), ['draft', 'stopped']);
    assert.deepEqual(await act([missing], { action: 'reset' }), [false], '200 with all failed is a failure');
    assert.deepEqual(await act([running, draft], { action: 'reset' }), [true, true]);
    assert.deepEqual(await act([running, draft], { action: 'delete', keepsOutput: true }), [true, true]);
    assert.deepEqual(await backend.getTasks([running, draft], noSignal()), []);
    assert.equal(backend.actions.actOnMany?.([draft], { action: 'archive' }, noSignal()), undefined);
  });
}
