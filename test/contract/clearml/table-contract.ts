import assert from 'node:assert/strict';
import { columnKey, NO_TABLE_FILTER, type TableColumn, type TableFilter } from '../../../src/core/task-table';
import { metricHash } from '../../../src/backends/clearml/table-query';
import type { TableQuery } from '../../../src/backends/contract';
import type { ContractState } from './backend-contract';
import { noSignal } from './contract-server';

const NAME: TableColumn = { kind: 'field', field: 'name' };
const LOSS = { kind: 'metric', metric: 'loss', variant: 'val.1', figure: 'min' } as const;
/** Every character that the server wants escaped in a path. */
const RATE: TableColumn = { kind: 'parameter', section: 'Args', name: 'opt.lr$50%__x' };
const SIZES = ['9', '10', '100'];

/** What a table of a project asks: the same promises of every server that speaks ClearML's language. */
export function describeTableContract(state: () => ContractState): void {
  let project = '';
  let ids: string[] = [];

  const query = (filter: Partial<TableFilter> = {}, more: Partial<TableQuery> = {}): TableQuery => ({
    projectId: project,
    includeSubprojects: false,
    filter: { ...NO_TABLE_FILTER, ...filter },
    sort: { column: NAME, isDescending: false },
    columns: [LOSS, RATE],
    ...more,
  });
  const names = async (asked: TableQuery): Promise<string[]> =>
    (await state().backend.table.rows(asked, 0, 50, noSignal())).map(({ task }) => task.name);

  describe('tables', () => {
    before(async () => {
      const { seed } = state();
      project = await seed.project('Tables of tasks');
      ids = [];
      for (const [index, size] of SIZES.entries()) {
        const id = await seed.task({
          name: `run ${index}`,
          project,
          type: index === 0 ? 'testing' : 'training',
          tags: index === 2 ? ['kept'] : [],
          hyperparams: {
            Args: {
              'opt.lr$50%__x': { section: 'Args', name: 'opt.lr$50%__x', value: size },
              other: { section: 'Args', name: 'other', value: 'unasked' },
            },
          },
        });
        await seed.call('tasks.started', { task: id });
        await seed.scalars(id, 'loss', 'val.1', [
          [1, index + 2],
          [2, index + 1],
          [3, index + 1.5],
        ]);
        ids.push(id);
      }
      await seed.task({ name: 'without anything', project });
    });

    it('give rows with the chosen metric and parameter, and nothing where there is none', async () => {
      const rows = await state().backend.table.rows(query(), 0, 50, noSignal());
      const shown = rows.map(({ task, values }) => [
        task.name,
        values[columnKey(LOSS)],
        values[columnKey(RATE)],
      ]);
      assert.deepEqual(shown, [
        ['run 0', 1, '9'],
        ['run 1', 2, '10'],
        ['run 2', 3, '100'],
        ['without anything', undefined, undefined],
      ]);
    });

    it('are read by place, in any order, and by id', async () => {
      const { table } = state().backend;
      const part = await table.rows(query(), 1, 2, noSignal());
      assert.deepEqual(
        part.map(({ task }) => task.name),
        ['run 1', 'run 2'],
      );
      const [row] = await table.rowsById([ids[1] ?? ''], [RATE], noSignal());
      assert.deepEqual(row?.values, { [columnKey(RATE)]: '10' });
      assert.deepEqual(await table.rowsById([], [RATE], noSignal()), []);
    });

    it('are sorted by metrics and by numbers in parameters, tasks without them last', async () => {
      const byRate = query({}, { sort: { column: RATE, isDescending: false } });
      const { backend } = state();
      if (backend.table.can({ sort: RATE })) {
        assert.deepEqual(await names(byRate), ['run 0', 'run 1', 'run 2', 'without anything']);
      }
      const byLoss = query({}, { sort: { column: LOSS, isDescending: true } });
      assert.deepEqual(await names(byLoss), ['run 2', 'run 1', 'run 0', 'without anything']);
    });

    it('are filtered by metric range, type, tag, text and status', async () => {
      const ranges = [{ column: LOSS, min: 1.5, max: 2 }];
      assert.deepEqual(await names(query({ ranges })), ['run 1']);
      assert.deepEqual(await names(query({ types: ['testing'] })), ['run 0']);
      assert.deepEqual(await names(query({ tags: ['kept'] })), ['run 2']);
      assert.deepEqual(await names(query({ text: 'WITHOUT' })), ['without anything']);
      assert.deepEqual(await names(query({ statuses: ['draft'] })), ['without anything']);
      assert.deepEqual(await names(query({ isArchived: true })), []);
    });

    it('leave out tasks without the metric, which the server itself takes into a range without a lower end', async () => {
      const path = `last_metrics.${metricHash(LOSS.metric)}.${metricHash(LOSS.variant)}.min_value`;
      const asked = async (range: readonly (number | null)[]): Promise<number> => {
        const { tasks } = await state().seed.call('tasks.get_all_ex', { project: [project], [path]: range });
        return Array.isArray(tasks) ? tasks.length : 0;
      };
      assert.deepEqual([await asked([null, 2]), await asked([0, 2]), await asked([2, null])], [3, 2, 2]);
      assert.deepEqual(await names(query({ ranges: [{ column: LOSS, min: null, max: 2 }] })), [
        'run 0',
        'run 1',
      ]);
    });

    it('say what the server cannot do', () => {
      const { server } = state();
      const { table } = state().backend;
      assert.equal(table.can({ range: RATE }), false);
      assert.equal(table.can({ range: LOSS }), true);
      assert.equal(table.can({ sort: { kind: 'field', field: 'project' } }), false);
      assert.equal(table.can({ sort: RATE }), server.apiMinor >= 14);
    });

    it('list columns and count tasks where the server does', async () => {
      const { backend, server } = state();
      const catalog = await backend.table.catalog(project, noSignal());
      const count = await backend.table.count(query({ types: ['training'] }), noSignal());
      if (!server.tellsAll) {
        assert.deepEqual([catalog.metrics, catalog.parameters, count], [[], [], undefined]);
        return;
      }
      assert.deepEqual(
        catalog.metrics.map(({ metric, variant }) => `${metric}/${variant}`),
        ['loss/val.1'],
      );
      assert.deepEqual(catalog.parameters.map(({ name }) => name).sort(), ['opt.lr$50%__x', 'other']);
      assert.deepEqual(catalog.types, ['testing', 'training']);
      assert.deepEqual(catalog.tags, ['kept']);
      assert.equal(count, server.apiMinor < 20 ? undefined : 3);
      const [user] = catalog.users;
      if (server.apiMinor < 26) {
        assert.equal(user, undefined, 'a server that does not tell who works on it');
        return;
      }
      assert.ok(user);
      assert.equal((await names(query({ userIds: [user.id] }))).length, 4);
    });
  });
}
