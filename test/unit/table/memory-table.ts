import type { Backend, TableAbility, TableQuery } from '../../../src/backends/contract';
import type { Task } from '../../../src/core/entities';
import type { TracksideError } from '../../../src/core/errors';
import {
  columnKey,
  isInRanges,
  sortRows,
  type TableCatalog,
  type TableColumn,
  type TableRow,
} from '../../../src/core/task-table';
import { FakeSession, makeTask } from '../metrics/fake-session';

export const LOSS: TableColumn = { kind: 'metric', metric: 'loss', variant: 'validation', figure: 'last' };
export const RATE: TableColumn = { kind: 'parameter', section: 'Args', name: 'lr' };

const STATUSES = ['completed', 'running', 'failed', 'queued', 'draft', 'published', 'stopped'] as const;
const RATES = ['0.1', '0.01', '0.001'];
const START = Date.UTC(2026, 0, 1, 12);

/** Row `index` of a project; the same for the same index. */
export function makeRow(index: number): TableRow {
  const status = STATUSES[index % STATUSES.length] ?? 'draft';
  const task: Task = makeTask({
    id: `task-${index}`,
    name: `resnet sweep ${index}`,
    status,
    serverStatus: status,
    tags: index % 3 === 0 ? ['baseline'] : [],
    user: index % 2 === 0 ? 'Ada' : 'Grace',
    projectName: 'Vision/Detection',
    createdAt: START + index * 60_000,
    startedAt: START + index * 60_000 + 5_000,
    endedAt: START + index * 60_000 + 65_000 + index,
    lastIteration: index * 10,
    can: status === 'running' ? ['stop', 'clone', 'tag'] : ['clone', 'archive', 'tag'],
  });
  return {
    task,
    values: {
      [columnKey(LOSS)]: 1 / (1 + (index % 50)),
      [columnKey(RATE)]: RATES[index % RATES.length] ?? '',
    },
  };
}

/** A server that keeps tasks in memory, does everything itself except parameter ranges and order by project. */
export class MemoryTable implements TableAbility {
  reads: { readonly offset: number; readonly limit: number }[] = [];
  rowsHeld: TableRow[];
  /** What is answered instead of rows. */
  failure: TracksideError | undefined;

  constructor(count: number) {
    this.rowsHeld = Array.from({ length: count }, (_, index) => makeRow(index));
  }

  catalog(): Promise<TableCatalog> {
    return Promise.resolve({
      metrics: [{ metric: 'loss', variant: 'validation' }],
      parameters: [{ section: 'Args', name: 'lr' }],
      users: [{ id: 'ada', name: 'Ada' }],
      types: ['training'],
      tags: ['baseline'],
    });
  }

  can(part: { readonly range: TableColumn } | { readonly sort: TableColumn }): boolean {
    return 'range' in part
      ? part.range.kind === 'metric'
      : part.sort.kind !== 'field' || part.sort.field !== 'project';
  }

  rows(query: TableQuery, offset: number, limit: number): Promise<TableRow[]> {
    this.reads.push({ offset, limit });
    if (this.failure !== undefined) {
      return Promise.reject(this.failure);
    }
    return Promise.resolve(this.matching(query).slice(offset, offset + limit));
  }

  rowsById(ids: readonly string[]): Promise<TableRow[]> {
    const wanted = new Set(ids);
    return Promise.resolve(this.rowsHeld.filter(({ task }) => wanted.has(task.id)).reverse());
  }

  count(query: TableQuery): Promise<number | undefined> {
    return Promise.resolve(this.matching(query).length);
  }

  private matching({ filter, sort }: TableQuery): TableRow[] {
    const ranges = filter.ranges.filter(({ column }) => this.can({ range: column }));
    const found = this.rowsHeld.filter(
      (row) =>
        row.task.name.includes(filter.text) &&
        (filter.statuses.length === 0 || filter.statuses.includes(row.task.status)) &&
        isInRanges(row, ranges, START),
    );
    return sortRows(found, sort, START);
  }
}

/** A connection whose server has tables. */
export class TableFakeSession extends FakeSession {
  constructor(readonly table: TableAbility) {
    super(undefined);
  }

  override get openBackend(): Backend {
    return { ...super.openBackend, table: this.table };
  }
}
