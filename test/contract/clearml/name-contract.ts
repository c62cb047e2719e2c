import assert from 'node:assert/strict';
import { columnKey, NEWEST_FIRST, NO_TABLE_FILTER, type TableColumn } from '../../../src/core/task-table';
import type { ContractState } from './backend-contract';
import { noSignal } from './contract-server';

/** Names that somebody will give sooner or later. */
export const ODD_NAMES = [
  'a.b',
  'cost $ 5',
  '100%',
  'x__y',
  '%2E',
  '$where',
  'naïve 🚀',
  '(a|b)*',
  `long ${'n'.repeat(1_995)}`,
];

/** Any name survives the way to the server and back, whoever answers. */
export function describeNameContract(state: () => ContractState): void {
  it('keeps odd names of tasks, projects, tags and queues, and finds them by their text', async () => {
    const { backend, seed } = state();
    for (const name of ODD_NAMES) {
      const project = await seed.project(`Odd/${name}`);
      const id = await seed.task({ name: 'plain', project });
      await backend.actions.act(id, { action: 'rename', name: `task ${name}` }, noSignal());
      await backend.actions.act(id, { action: 'tag', add: [name], remove: [] }, noSignal());
      const list = async (query: object): Promise<string[]> =>
        (await backend.listTasks({ projectId: project, ...query }, { size: 5 }, noSignal())).items.map(
          (task) => `${task.name}, ${task.tags.join()}, ${task.projectName}`,
        );
      const whole = [`task ${name}, ${name}, Odd/${name}`];
      assert.deepEqual(await list({}), whole);
      assert.deepEqual(await list({ text: name.slice(0, 40) }), whole, 'text is no pattern');
      assert.deepEqual(await list({ tags: [name] }), whole);
      assert.ok((await backend.listProjects(noSignal())).some((each) => each.name === `Odd/${name}`));
      await backend.queues.change?.({ change: 'create', name: `queue ${name}` }, noSignal());
      assert.ok((await backend.queues.list(noSignal())).some((each) => each.name === `queue ${name}`));
    }
  });

  it('keeps odd names of metrics and parameters, and sorts and narrows by them', async () => {
    const { backend, seed } = state();
    const project = await seed.project('Odd columns');
    const id = await seed.task({
      name: 'reporting',
      project,
      hyperparams: Object.fromEntries(
        ODD_NAMES.map((name) => [name, { [name]: { section: name, name, value: name } }]),
      ),
    });
    await seed.task({ name: 'silent', project });
    await seed.call('tasks.started', { task: id });
    for (const [index, name] of ODD_NAMES.entries()) {
      await seed.scalars(id, name, name, [[1, index]]);
    }
    const summaries = await backend.series.list(id, noSignal());
    assert.deepEqual(summaries.map(({ name }) => name.metric).sort(), [...ODD_NAMES].sort());
    const columns = ODD_NAMES.flatMap((name): TableColumn[] => [
      { kind: 'metric', metric: name, variant: name, figure: 'last' },
      { kind: 'parameter', section: name, name },
    ]);
    const query = { projectId: project, includeSubprojects: false, filter: NO_TABLE_FILTER };
    for (const column of columns) {
      const [row, other] = await backend.table.rows(
        { ...query, sort: { column, isDescending: true }, columns: [column] },
        0,
        5,
        noSignal(),
      );
      const name = column.kind === 'parameter' ? column.name : column.kind === 'metric' ? column.metric : '';
      const expected = column.kind === 'parameter' ? name : ODD_NAMES.indexOf(name);
      assert.deepEqual([row, other].map((each) => each?.task.name).sort(), ['reporting', 'silent'], name);
      const told = row?.task.name === 'reporting' ? row : other;
      assert.equal(told?.values[columnKey(column)], expected, name);
      assert.ok(row === told || !backend.table.can({ sort: column }), `${name} is not in order`);
    }
    const ranges = columns
      .filter(({ kind }) => kind === 'metric')
      .map((column) => ({ column, min: null, max: 1_000 }));
    const narrowed = { ...query, filter: { ...NO_TABLE_FILTER, ranges }, sort: NEWEST_FIRST, columns: [] };
    const rows = await backend.table.rows(narrowed, 0, 5, noSignal());
    assert.deepEqual(
      rows.map(({ task }) => task.name),
      ['reporting'],
    );
    await seed.call('tasks.stopped', { task: id });
    await seed.call('tasks.reset', { task: id });
    for (const name of ODD_NAMES) {
      const inputs = { parameters: [{ section: name, name, value: `new ${name}` }] };
      await backend.actions.act(id, { action: 'edit', inputs }, noSignal());
    }
    const { parameters } = await backend.details.read(id, noSignal());
    assert.deepEqual(
      parameters.map(({ section, name, value }) => [section, name, value]).sort(),
      ODD_NAMES.map((name) => [name, name, `new ${name}`]).sort(),
    );
  });
}
