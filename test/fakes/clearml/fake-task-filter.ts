import { FakeError, isRow, listIn, textIn, textsIn, type Row } from './fake-error';
import { taskDocument } from './fake-task-documents';
import type { FakeTask, FakeWorld } from './fake-world';

/** Tasks of a `get_all_ex` request, filtered, ordered and cut to its page. */
export function selectTasks(world: FakeWorld, data: Row): FakeTask[] {
  const found = world.tasks.filter((task) => matches(world, task, data));
  const [order = '-last_update'] = textsIn(data, 'order_by');
  const sign = order.startsWith('-') ? -1 : 1;
  const key = order.replace(/^-/, '');
  const sorted = found
    .map((task) => ({ task, value: orderValue(world, task, key) }))
    .sort((a, b) =>
      a.value === undefined || b.value === undefined
        ? Number(a.value === undefined) - Number(b.value === undefined) || (a.task.id < b.task.id ? -1 : 1)
        : sign * compare(a.value, b.value) || (a.task.id < b.task.id ? -1 : 1),
    )
    .map(({ task }) => task);
  return page(sorted, data);
}

/** How many tasks the filters let through, whatever the page. */
export function countTasks(world: FakeWorld, data: Row): number {
  return world.tasks.filter((task) => matches(world, task, data)).length;
}

/** One page of rows, cut at 500 whatever is asked for. */
export function page<T>(items: readonly T[], data: Row): T[] {
  const number = (name: string): number | undefined => {
    const value = data[name];
    return typeof value === 'number' ? value : undefined;
  };
  const [start, size] = [number('start'), number('size')];
  if (start !== undefined && size !== undefined) {
    return items.slice(start, start + size);
  }
  const pageSize = number('page_size') ?? 500;
  if (pageSize < 1) {
    throw new FakeError(400, 12, 'Validation error (field=page_size)');
  }
  const limit = Math.min(pageSize, 500);
  const first = (number('page') ?? 0) * limit;
  return items.slice(first, first + limit);
}

const ROOTS = ['type', 'status', 'started', 'completed', 'comment', 'last_iteration', 'last_worker', 'id'];

function orderValue(world: FakeWorld, task: FakeTask, key: string): number | string | undefined {
  switch (key) {
    case 'created':
      return task.created;
    case 'last_update':
      return task.lastUpdate;
    case 'name':
      return task.name;
    default:
      if (ROOTS.includes(key) || /^(hyperparams|last_metrics)(\.[^.]+){3}$/.test(key)) {
        return valueAt(world, task, key);
      }
      throw new FakeError(400, 14, `Unknown field in order_by: ${key}`);
  }
}

/** The value at a dotted path of the task's document; numbers in texts count as numbers, as in the real collation. */
function valueAt(world: FakeWorld, task: FakeTask, path: string): number | string | undefined {
  const found = path.split('.').reduce<unknown>(
    (at, part) => {
      const key = part.replace(/%%|%2E|%24|%_%_/g, (code) => UNESCAPED[code] ?? code);
      return isRow(at) ? at[key] : undefined;
    },
    taskDocument(world, task, 'real'),
  );
  if (typeof found === 'string') {
    return found !== '' && !Number.isNaN(Number(found)) ? Number(found) : found;
  }
  return typeof found === 'number' ? found : undefined;
}

const UNESCAPED: Readonly<Record<string, string>> = { '%%': '%', '%2E': '.', '%24': '$', '%_%_': '__' };

function compare(a: number | string, b: number | string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function matches(world: FakeWorld, task: FakeTask, data: Row): boolean {
  return (
    fitsSelf(task, data) &&
    fitsMetricRanges(world, task, data) &&
    oneOf(textsIn(data, 'parent'), task.parent) &&
    inProject(world, task, data) &&
    isShown(task, data) &&
    fitsTags(task.tags, textsIn(data, 'tags')) &&
    fitsTags(task.systemTags, textsIn(data, 'system_tags')) &&
    fitsAny(task, data['_any_']) &&
    fitsTimes(task, data)
  );
}

function fitsSelf(task: FakeTask, data: Row): boolean {
  return (
    oneOf(textsIn(data, 'id'), task.id) &&
    oneOf(textsIn(data, 'status'), task.status) &&
    oneOf(textsIn(data, 'type'), task.type) &&
    oneOf(textsIn(data, 'user'), 'user')
  );
}

function fitsTimes({ created, lastUpdate }: FakeTask, data: Row): boolean {
  return (
    fitsRange(created, listIn(data, 'created')) &&
    textsIn(data, 'last_update').every((text) => lastUpdate <= Date.parse(text.replace(/^<=/, '')))
  );
}

function isShown({ systemTags }: FakeTask, data: Row): boolean {
  return data['search_hidden'] === true || !systemTags.includes('hidden') || listIn(data, 'id').length > 0;
}

function fitsMetricRanges(world: FakeWorld, task: FakeTask, data: Row): boolean {
  return Object.keys(data)
    .filter((key) => key.startsWith('last_metrics.') || key === 'last_iteration')
    .every((key) => {
      const [from, to] = listIn(data, key);
      const value = valueAt(world, task, key);
      if (value === undefined) {
        // Without a lower end, what has no value is taken in.
        return typeof from !== 'number';
      }
      return (
        typeof value === 'number' &&
        (typeof from !== 'number' || value >= from) &&
        (typeof to !== 'number' || value <= to)
      );
    });
}

/** An empty list is no filter. */
function oneOf(wanted: readonly string[], value: string | undefined): boolean {
  return wanted.length === 0 || (value !== undefined && wanted.includes(value));
}

function inProject(world: FakeWorld, task: FakeTask, data: Row): boolean {
  const wanted = textsIn(data, 'project');
  if (wanted.length === 0 || (task.project !== undefined && wanted.includes(task.project))) {
    return true;
  }
  const own = world.projects.find(({ id }) => id === task.project);
  const above = world.projects.filter(({ id }) => wanted.includes(id));
  return (
    data['include_subprojects'] === true &&
    above.some(({ name }) => own?.name.startsWith(`${name}/`) === true)
  );
}

export function fitsTags(tags: readonly string[], filter: readonly string[]): boolean {
  const [first] = filter;
  const isAll = first === '__$and' || first === '__$all';
  const wanted: string[] = [];
  for (const [index, item] of filter.entries()) {
    if (item.startsWith('__$')) {
      continue;
    }
    // The legacy form has a minus, and counts only where there are no operators.
    const isNot = filter[index - 1] === '__$not' || (first?.startsWith('-') === true && item.startsWith('-'));
    if (!isNot) {
      wanted.push(item);
    } else if (tags.includes(item.replace(/^-/, ''))) {
      return false;
    }
  }
  return isAll
    ? wanted.every((tag) => tags.includes(tag))
    : wanted.length === 0 || wanted.some((tag) => tags.includes(tag));
}

function fitsAny(task: FakeTask, any: unknown): boolean {
  if (!isRow(any)) {
    return true;
  }
  const pattern = new RegExp(textIn(any, 'pattern'), 'i');
  const values: Record<string, string> = { id: task.id, name: task.name, comment: task.comment };
  return textsIn(any, 'fields').some((field) => pattern.test(values[field] ?? ''));
}

function fitsRange(at: number, [from, to]: readonly unknown[]): boolean {
  return (
    (typeof from !== 'string' || at >= Date.parse(from)) && (typeof to !== 'string' || at <= Date.parse(to))
  );
}
