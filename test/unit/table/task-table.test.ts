import assert from 'node:assert/strict';
import type { TableView } from '../../../src/features/table/table-contract';
import { TableLines } from '../../../src/features/table/table-lines';
import { groupRows } from '../../../src/core/table-groups';
import {
  columnKey,
  NEWEST_FIRST,
  NO_TABLE_FILTER,
  sortRows,
  tsvCell,
  type TableColumn,
} from '../../../src/core/task-table';
import { LOSS, makeRow, MemoryTable, RATE } from './memory-table';

const signal = new AbortController().signal;

function view(change: Partial<TableView> = {}): TableView {
  return {
    columns: [
      { column: { kind: 'field', field: 'name' }, widthPx: 100 },
      { column: { ...LOSS }, widthPx: 100 },
    ],
    filter: { ...NO_TABLE_FILTER, statuses: [], types: [], userIds: [], tags: [], ranges: [] },
    sort: { ...NEWEST_FIRST },
    group: null,
    folded: [],
    includesSubprojects: true,
    ...change,
  };
}

function linesOf(table: MemoryTable, shown: TableView): TableLines {
  return new TableLines(table, shown, { projectId: 'p' }, () => 0);
}

const nameOf = (line: Awaited<ReturnType<TableLines['read']>>[number]): string =>
  line.kind === 'task' ? line.row.task.id : `group ${String(line.group.value)} ${line.count}`;

describe('the rows of a table', () => {
  it('sort numbers by value, texts after them, and what is missing last in both directions', () => {
    const rows = ['10', '9', 'auto', undefined].map((value, index) => ({
      task: makeRow(index).task,
      values: value === undefined ? {} : { [columnKey(RATE)]: value },
    }));
    const order = (isDescending: boolean): unknown[] =>
      sortRows(rows, { column: RATE, isDescending }, 0).map(({ values }) => values[columnKey(RATE)]);
    assert.deepEqual(order(false), ['9', '10', 'auto', undefined]);
    assert.deepEqual(order(true), ['auto', '10', '9', undefined]);
  });

  it('form groups with the spread of each metric, several tags in several groups', () => {
    const rows = Array.from({ length: 6 }, (_, index) => makeRow(index));
    const groups = groupRows(rows, RATE, [LOSS], 0);
    assert.deepEqual(
      groups.map(({ value, rows: held, figures: [loss] }) => [
        value,
        held.length,
        loss?.lowest,
        loss?.highest,
      ]),
      [
        ['0.001', 2, 1 / 6, 1 / 3],
        ['0.01', 2, 1 / 5, 1 / 2],
        ['0.1', 2, 1 / 4, 1],
      ],
    );
    const tagged = [{ ...makeRow(1), task: { ...makeRow(1).task, tags: ['a', 'b'] } }, makeRow(2)];
    const byTag = groupRows(tagged, { kind: 'field', field: 'tags' }, [], 0);
    assert.deepEqual(
      byTag.map(({ value }) => value),
      ['a', 'b', null],
    );
  });

  it('of a group have the mean and the standard deviation of what is finite', () => {
    const losses = [2, 4, 4, 4, 5, 5, 7, 9, NaN, Infinity, undefined];
    const rows = losses.map((loss, index) => ({
      task: makeRow(index).task,
      values: loss === undefined ? {} : { [columnKey(LOSS)]: loss },
    }));
    const all: TableColumn = { kind: 'field', field: 'project' };
    const figures = groupRows(rows, all, [LOSS], 0)[0]?.figures ?? [];
    assert.deepEqual(
      figures.map(({ mean, deviation, ...rest }) => ({
        ...rest,
        mean: mean.toFixed(9),
        deviation: deviation?.toFixed(9),
      })),
      [
        {
          ...{ column: LOSS, count: 8, lowest: 2, highest: 9 },
          ...{ mean: '5.000000000', deviation: Math.sqrt(32 / 7).toFixed(9) },
        },
      ],
    );
    assert.equal(groupRows(rows.slice(0, 1), all, [LOSS], 0)[0]?.figures[0]?.deviation, null);
    assert.deepEqual(groupRows(rows.slice(8), all, [LOSS, RATE], 0)[0]?.figures, []);
  });

  it('become cells that stay one cell and are no formula', () => {
    assert.deepEqual(['a\tb\nc', '=1+1', '-0.5'].map(tsvCell), ['a b c', "'=1+1", '-0.5']);
  });
});

describe('the lines of a table', () => {
  it('are read by place where the server does the work', async () => {
    const table = new MemoryTable(100_000);
    const lines = linesOf(table, view());
    const totals = await lines.refresh(signal);
    assert.deepEqual(totals, { lineCount: 100_000, taskCount: 100_000, isExact: true, notes: [] });
    const read = await lines.read(90_000, 90_003, signal);
    assert.deepEqual(read.map(nameOf), ['task-9999', 'task-9998', 'task-9997']);
    assert.deepEqual(table.reads, [{ offset: 90_000, limit: 3 }]);
  });

  it('are filtered here where the server cannot, and say so', async () => {
    const ranges = [{ column: { ...RATE }, min: 0.005, max: 0.05 }];
    const lines = linesOf(new MemoryTable(2_500), view({ filter: { ...view().filter, ranges } }));
    const totals = await lines.refresh(signal);
    assert.equal(totals.taskCount, 833);
    assert.match(totals.notes.join(), /Filtered by Args\/lr here, over 2,500 tasks: the server cannot/);
    assert.deepEqual((await lines.read(0, 2, signal)).map(nameOf), ['task-2497', 'task-2494']);
  });

  it('say when there was more than they read', async () => {
    const lines = linesOf(new MemoryTable(21_000), view({ group: { kind: 'field', field: 'user' } }));
    const totals = await lines.refresh(signal);
    assert.equal(totals.isExact, false);
    assert.match(totals.notes.join(), /first 20,000 tasks only/);
  });

  it('have the heads of groups, and leave out what is folded', async () => {
    const lines = linesOf(new MemoryTable(4), view({ group: { ...RATE }, folded: ['"0.01"'] }));
    await lines.refresh(signal);
    assert.deepEqual((await lines.read(0, 10, signal)).map(nameOf), [
      'group 0.001 1',
      'task-2',
      'group 0.01 1',
      'group 0.1 2',
      'task-3',
      'task-0',
    ]);
  });
});
