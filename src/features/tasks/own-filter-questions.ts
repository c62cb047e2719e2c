import type { TableAbility } from '../../backends/contract';
import { capitalized } from '../../core/capitalized';
import {
  columnKey,
  columnLabel,
  type ColumnRange,
  type MetricFigure,
  type TableCatalog,
  type TableColumn,
  type TableField,
} from '../../core/task-table';
import type { Choice, Dialogs } from '../../platform/contract';
import type { ConnectionSession } from '../../store/contract';
import { endsOf, rangeWords, type OwnParts, type TaskFilter } from './task-filter';

/** The parts of a filter that one connection's server is asked about. */
export type OwnPart = 'types' | 'users' | 'ranges' | 'sort';

const SORT_FIELDS: readonly TableField[] = ['updated', 'started', 'duration', 'iteration', 'name', 'status'];
const FIGURE_WORDS: Readonly<Record<MetricFigure, string>> = {
  last: 'Last value',
  min: 'Lowest value',
  max: 'Highest value',
};

/**
 * Asks for one part; undefined when the person turns away. Parts of another connection are given up. `sessions`: those
 * whose server keeps metrics and parameters of its tasks.
 */
export async function askOwnPart(
  dialogs: Dialogs,
  part: OwnPart,
  current: TaskFilter,
  sessions: readonly ConnectionSession[],
): Promise<TaskFilter | undefined> {
  const session = await chooseSession(dialogs, current, sessions);
  const table = session?.openBackend?.table;
  if (!session || !table) {
    return undefined;
  }
  const catalog = await dialogs.withProgress(`Asking ${session.info.label}…`, (signal) =>
    table.catalog(undefined, signal),
  );
  const before = partsFor(session, current);
  const own = await askPart(dialogs, part, before, catalog, table);
  return own && withOwn(current, own);
}

function withOwn(current: TaskFilter, own: OwnParts): TaskFilter {
  const { own: _own, name: _name, ...rest } = current;
  const isEmpty = own.types.length + own.users.length + own.ranges.length === 0 && own.sort === null;
  return isEmpty ? rest : { ...rest, own };
}

async function chooseSession(
  dialogs: Dialogs,
  { own }: TaskFilter,
  able: readonly ConnectionSession[],
): Promise<ConnectionSession | undefined> {
  const [first, second] = able;
  if (!second) {
    return first;
  }
  const now = (session: ConnectionSession): boolean => session.info.id === own?.connectionId;
  return dialogs.pick(
    'Narrow the tasks of which connection?',
    [...able]
      .sort((a, b) => Number(now(b)) - Number(now(a)))
      .map((session) => ({
        label: session.info.label,
        ...(now(session) ? { description: 'narrowed now' } : {}),
        value: session,
      })),
    'Types, users, values and orders are those of one connection',
  );
}

function partsFor({ info }: ConnectionSession, { own }: TaskFilter): OwnParts {
  return own?.connectionId === info.id
    ? own
    : {
        connectionId: info.id,
        connectionLabel: info.label,
        types: [],
        users: [],
        ranges: [],
        sort: null,
      };
}

async function askPart(
  dialogs: Dialogs,
  part: OwnPart,
  own: OwnParts,
  catalog: TableCatalog,
  table: TableAbility,
): Promise<OwnParts | undefined> {
  switch (part) {
    case 'types': {
      const choices = catalog.types.map((type) => ({ label: type, value: type }));
      const types = await dialogs.pickMany('Show tasks of type… (none selected: all)', choices);
      return types && { ...own, types: [...types] };
    }
    case 'users': {
      const choices = catalog.users.map((user) => ({ label: user.name, value: user }));
      const users = await dialogs.pickMany('Show tasks of… (none selected: everybody)', choices);
      return users && { ...own, users: users.map(({ id, name }) => ({ id, name })) };
    }
    case 'ranges':
      return askRange(dialogs, own, catalog);
    case 'sort':
      return askSort(dialogs, own, catalog, table);
  }
}

async function askRange(
  dialogs: Dialogs,
  own: OwnParts,
  catalog: TableCatalog,
): Promise<OwnParts | undefined> {
  const drops = own.ranges.map((range) => ({
    label: `Remove: ${rangeWords(range)}`,
    value: { drop: columnKey(range.column) },
  }));
  const columns = [{ kind: 'field', field: 'iteration' } as const, ...valueColumns(catalog)];
  const chosen = await dialogs.pick<{ readonly drop: string } | TableColumn>(
    'Show tasks whose… is within',
    [...drops, ...columns.map(columnChoice)],
    'Type to search for a metric or parameter',
  );
  if (chosen === undefined) {
    return undefined;
  }
  if ('drop' in chosen) {
    return { ...own, ranges: own.ranges.filter(({ column }) => columnKey(column) !== chosen.drop) };
  }
  const column = await withFigure(dialogs, chosen);
  const range = column && (await askEnds(dialogs, column));
  return (
    range && {
      ...own,
      ranges: [...own.ranges.filter((each) => columnKey(each.column) !== columnKey(range.column)), range],
    }
  );
}

async function askEnds(dialogs: Dialogs, column: TableColumn): Promise<ColumnRange | undefined> {
  const label = columnLabel(column);
  const min = await askNumber(dialogs, `${label}: at least`);
  const max = min === undefined ? undefined : await askNumber(dialogs, `${label}: at most`);
  return min === undefined || max === undefined || (min === null && max === null)
    ? undefined
    : { column, min, max };
}

/** Null: no bound; undefined when the person turns away. */
async function askNumber(dialogs: Dialogs, title: string): Promise<number | null | undefined> {
  const text = await dialogs.ask({
    title,
    prompt: 'A number; empty for no bound',
    validate: (typed) =>
      typed.trim() === '' || Number.isFinite(Number(typed)) ? undefined : 'This is not a number.',
  });
  if (text === undefined) {
    return undefined;
  }
  return text.trim() === '' ? null : Number(text);
}

async function askSort(
  dialogs: Dialogs,
  own: OwnParts,
  catalog: TableCatalog,
  table: TableAbility,
): Promise<OwnParts | undefined> {
  const fields = SORT_FIELDS.map((field): TableColumn => ({ kind: 'field', field }));
  const columns = [...fields, ...valueColumns(catalog)].filter((sort) => table.can({ sort }));
  const chosen = await dialogs.pick<TableColumn | 'newest'>(
    'Show tasks in order of',
    [
      { label: 'Created, newest first', description: 'as usual', value: 'newest' },
      ...columns.map(columnChoice),
    ],
    'Type to search for a metric or parameter',
  );
  if (chosen === undefined || chosen === 'newest') {
    return chosen && { ...own, sort: null };
  }
  const column = await withFigure(dialogs, chosen);
  if (!column) {
    return undefined;
  }
  const [up, down] = endsOf(column);
  const isDescending = await dialogs.pick(`In order of ${columnLabel(column)}`, [
    { label: `${capitalized(down)} first`, value: true },
    { label: `${capitalized(up)} first`, value: false },
  ]);
  return isDescending === undefined ? undefined : { ...own, sort: { column, isDescending } };
}

async function withFigure(dialogs: Dialogs, column: TableColumn): Promise<TableColumn | undefined> {
  if (column.kind !== 'metric') {
    return column;
  }
  const figure = await dialogs.pick<MetricFigure>(
    columnLabel(column),
    (['last', 'min', 'max'] as const).map((value) => ({ label: FIGURE_WORDS[value], value })),
  );
  return figure && { ...column, figure };
}

function valueColumns({ metrics, parameters }: TableCatalog): TableColumn[] {
  return [
    ...metrics.map(({ metric, variant }) => ({ kind: 'metric', metric, variant, figure: 'last' }) as const),
    ...parameters.map(({ section, name }) => ({ kind: 'parameter', section, name }) as const),
  ];
}

function columnChoice(column: TableColumn): Choice<TableColumn> {
  const description = column.kind === 'field' ? undefined : column.kind;
  return { label: columnLabel(column), ...(description === undefined ? {} : { description }), value: column };
}
