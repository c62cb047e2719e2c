import {
  columnKey,
  columnLabel,
  NEWEST_FIRST,
  NO_TABLE_FILTER,
  tsvCell,
  type TableColumn,
  type TableField,
} from '../../src/core/task-table';
import { TASK_ACTIONS, type TaskAction } from '../../src/core/actions';
import type {
  TableCatalogView,
  TableLine,
  TableState,
  TableView,
} from '../../src/features/table/table-contract';
import { cellText } from './cell-text';

const WIDTHS: Readonly<Partial<Record<TableField, number>>> = {
  name: 240,
  status: 125,
  tags: 140,
  project: 180,
  comment: 220,
  created: 160,
  started: 160,
  ended: 160,
  updated: 160,
};
const USUAL_WIDTH_PX = 120;
export const SMALLEST_WIDTH_PX = 60;
const FIRST_METRICS = 3;
/** Lines the page keeps; the rest is asked for again. */
const MOST_KEPT = 4_000;

export function widthOf(column: TableColumn): number {
  return column.kind === 'field' ? (WIDTHS[column.field] ?? USUAL_WIDTH_PX) : USUAL_WIDTH_PX;
}

function firstView(): TableView {
  const fields: readonly TableField[] = [
    'name',
    'status',
    'created',
    'duration',
    'iteration',
    'user',
    'tags',
  ];
  return {
    columns: fields.map((field) => {
      const column: TableColumn = { kind: 'field', field };
      return { column, widthPx: widthOf(column) };
    }),
    filter: {
      ...NO_TABLE_FILTER,
      statuses: [],
      types: [],
      userIds: [],
      tags: [],
      ranges: [],
    },
    sort: { ...NEWEST_FIRST },
    group: null,
    folded: [],
    includesSubprojects: true,
  };
}

/** Groups also tell of the metrics among the columns. */
function hasSameRows(one: TableView, other: TableView): boolean {
  const rows = ({ columns: _, ...rest }: TableView): string => JSON.stringify(rest);
  return one.group === null && rows(one) === rows(other);
}

type TaskLine = Extract<TableLine, { kind: 'task' }>;
type ReadyState = Extract<TableState, { phase: 'ready' }>;

/** What the page shows: the view, the lines it has, what is selected. */
export class TableModel {
  view: TableView;
  viewId = 0;
  state: TableState = { phase: 'reading' };
  /** What was read of this view last; stays when it cannot be read again. */
  known: ReadyState | undefined;
  catalog: TableCatalogView = { metrics: [], parameters: [], users: [], types: [], tags: [] };
  /** Line and column with the keyboard's focus. */
  activeLine = 0;
  activeColumn = 0;
  readonly selected = new Map<string, TaskLine>();
  /** Places in the palette of the tasks that open panels draw, by id. */
  looks: ReadonlyMap<string, number> = new Map();
  private anchor = 0;
  private lines = new Map<number, TableLine>();
  private isUntouched: boolean;

  constructor(saved: TableView | undefined) {
    this.view = saved ?? firstView();
    this.isUntouched = saved === undefined;
  }

  get lineCount(): number {
    return this.known?.lineCount ?? 0;
  }

  setState(state: TableState): void {
    this.state = state;
    this.known = state.phase === 'ready' ? state : this.known;
  }

  /** True while tasks may be left out. */
  get isFiltered(): boolean {
    const { filter, includesSubprojects } = this.view;
    const { text, statuses, types, userIds, tags, isArchived, ranges } = filter;
    const lists = [statuses, types, userIds, tags, ranges];
    return text !== '' || isArchived || !includesSubprojects || lists.some(({ length }) => length > 0);
  }

  line(index: number): TableLine | undefined {
    return this.lines.get(index);
  }

  /**
   * Another view: what was read does not count any more, but for the rows where only columns are others, which stay in
   * sight with what is known of them. Returns whether they do. Widths of columns need no reading.
   */
  setView(view: TableView): boolean {
    const keepsRows = hasSameRows(this.view, view);
    if (keepsRows) {
      this.recut(this.view.columns, view.columns);
    } else {
      this.lines.clear();
      this.selected.clear();
      this.known = undefined;
      this.activeLine = 0;
      this.anchor = 0;
    }
    this.view = view;
    this.viewId += 1;
    this.isUntouched = false;
    this.state = { phase: 'reading' };
    this.activeColumn = Math.min(this.activeColumn, view.columns.length - 1);
    return keepsRows;
  }

  private recut(before: TableView['columns'], now: TableView['columns']): void {
    const places = now.map(({ column }) =>
      before.findIndex((each) => columnKey(each.column) === columnKey(column)),
    );
    const recut = (line: TaskLine): TaskLine => ({
      ...line,
      cells: places.map((place) => line.cells[place] ?? null),
    });
    this.lines.forEach((line, index) => this.lines.set(index, line.kind === 'task' ? recut(line) : line));
    this.selected.forEach((line, id) => this.selected.set(id, recut(line)));
  }

  /** Changes how the same columns look. */
  setWidth(index: number, widthPx: number): void {
    const width = Math.max(SMALLEST_WIDTH_PX, Math.min(1_000, Math.round(widthPx)));
    this.view = {
      ...this.view,
      columns: this.view.columns.map((each, at) => (at === index ? { ...each, widthPx: width } : each)),
    };
  }

  /** A person who has not chosen columns yet gets the first metrics. Returns whether the view changed. */
  adoptCatalog(catalog: TableCatalogView): boolean {
    this.catalog = catalog;
    const metrics = catalog.metrics
      .filter(({ metric }) => !metric.startsWith(':monitor'))
      .slice(0, FIRST_METRICS);
    if (!this.isUntouched || metrics.length === 0) {
      return false;
    }
    const columns = metrics.map(({ metric, variant }) => {
      const column: TableColumn = { kind: 'metric', metric, variant, figure: 'last' };
      return { column, widthPx: USUAL_WIDTH_PX };
    });
    const [name, status, ...rest] = this.view.columns;
    const first = [name, status].filter((column) => column !== undefined);
    this.setView({ ...this.view, columns: [...first, ...columns, ...rest] });
    return true;
  }

  putLines(from: number, lines: readonly TableLine[], isFresh: boolean): void {
    if (isFresh || this.lines.size > MOST_KEPT) {
      this.lines.clear();
    }
    lines.forEach((line, offset) => {
      this.lines.set(from + offset, line);
      if (line.kind === 'task' && this.selected.has(line.id)) {
        this.selected.set(line.id, line);
      }
    });
  }

  hasAll(from: number, to: number): boolean {
    for (let index = from; index < Math.min(to, this.lineCount); index += 1) {
      if (!this.lines.has(index)) {
        return false;
      }
    }
    return true;
  }

  /** `only`: this line alone; `toggle`: this line as well or no more; `range`: from the last one chosen to this. */
  select(index: number, how: 'only' | 'toggle' | 'range'): void {
    this.activeLine = index;
    const line = this.line(index);
    if (how === 'range') {
      this.selected.clear();
      const [from, to] = [Math.min(this.anchor, index), Math.max(this.anchor, index)];
      for (let at = from; at <= to; at += 1) {
        this.add(this.line(at));
      }
      return;
    }
    this.anchor = index;
    if (how === 'only') {
      this.selected.clear();
      this.add(line);
    } else if (line?.kind === 'task') {
      if (!this.selected.delete(line.id)) {
        this.add(line);
      }
    }
  }

  /** Every task that the page has read; returns whether that is all there are. */
  selectAll(): boolean {
    this.lines.forEach((line) => this.add(line));
    return this.state.phase === 'ready' && this.selected.size >= this.state.taskCount;
  }

  /** What at least one of the selected tasks allows, in the order menus offer it. */
  actions(): TaskAction[] {
    const allowed = new Set([...this.selected.values()].flatMap(({ can }) => can));
    return TASK_ACTIONS.filter((action) => allowed.has(action));
  }

  /** Selected rows with a head, or the active cell when nothing is selected. */
  copyText(): string {
    const { columns } = this.view;
    const rows = [...this.selected.values()];
    if (rows.length === 0) {
      const line = this.line(this.activeLine);
      const column = columns[this.activeColumn]?.column;
      const value = line?.kind === 'task' ? (line.cells[this.activeColumn] ?? null) : null;
      return column === undefined ? '' : cellText(value, column).full;
    }
    const head = columns.map(({ column }) => tsvCell(columnLabel(column))).join('\t');
    const body = rows.map((row) =>
      columns.map(({ column }, index) => tsvCell(cellText(row.cells[index] ?? null, column).full)).join('\t'),
    );
    return [head, ...body].join('\n');
  }

  hasColumn(column: TableColumn): boolean {
    const key = columnKey(column);
    return this.view.columns.some((each) => columnKey(each.column) === key);
  }

  private add(line: TableLine | undefined): void {
    if (line?.kind === 'task') {
      this.selected.set(line.id, line);
    }
  }
}
