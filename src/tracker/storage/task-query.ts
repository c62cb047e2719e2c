import { ApiError, badValue, validationError } from '../api-error';
import { isObject, stringIn, stringsIn, unescapeKey, type JsonObject } from '../json';
import { ARCHIVED, HIDDEN } from '../tasks/task-words';
import { fieldsFilters, timeBounds, type FieldsFilter, type TimeBound } from './field-filter';
import { parseListFilter, parseStructuredFilter, type ListGroup } from './list-filter';
import { compilePattern, exactName, literalText } from './pattern';
import type { Value } from './sqlite';

/** A piece of SQL with the values for its places. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly Value[];
}

/** Fields that are columns; the key is the wire path. */
const COLUMNS: Readonly<Record<string, string>> = {
  id: 'id',
  name: 'name',
  type: 'type',
  status: 'status',
  user: 'user',
  project: 'project',
  parent: 'parent',
  comment: 'comment',
  report: 'report',
  created: 'created',
  started: 'started',
  completed: 'completed',
  published: 'published',
  status_changed: 'status_changed',
  status_reason: 'status_reason',
  status_message: 'status_message',
  last_update: 'last_update',
  last_change: 'last_change',
  last_iteration: 'last_iteration',
  last_worker: 'last_worker',
  tags: 'tags',
  system_tags: 'system_tags',
  'execution.queue': 'queue',
  active_duration: '(coalesce(completed, last_update) - started)',
  'user.name': 'user',
  'project.name': '(SELECT p.name FROM projects p WHERE p.id = tasks.project)',
  'parent.name': '(SELECT q.name FROM tasks q WHERE q.id = tasks.parent)',
};

const LIST_FIELDS = ['id', 'user', 'type', 'status', 'project', 'parent', 'execution.queue'] as const;
const PATTERN_FIELDS = ['name', 'comment', 'report'] as const;
const RANGE_FIELDS: ReadonlySet<string> = new Set(['last_iteration', 'active_duration']);
const TIME_FIELDS = [
  'status_changed',
  'last_update',
  'last_change',
  'created',
  'started',
  'completed',
] as const;

/** The condition that a request's filters put on the tasks table. Throws ApiError for filters that make no sense. */
export function taskCondition(filters: JsonObject, projectIds: readonly string[] | undefined): Condition {
  const conditions: Condition[] = [];
  for (const field of LIST_FIELDS) {
    const raw = field === 'project' && projectIds !== undefined ? projectIds : filters[field];
    conditions.push(...groupsOf(field, raw).map((group) => columnGroup(field, group)));
  }
  for (const kind of ['tags', 'system_tags'] as const) {
    conditions.push(...groupsOf(kind, filters[kind]).map((group) => tagGroup(kind, group)));
  }
  conditions.push(...structuredFilters(filters['filters']));
  for (const field of PATTERN_FIELDS) {
    const pattern = stringIn(filters, field);
    if (pattern !== undefined && pattern !== '') {
      conditions.push(matchCondition(field, pattern, false));
    }
  }
  for (const field of TIME_FIELDS) {
    conditions.push(...timeConditions(field, filters[field]));
  }
  conditions.push(...rangesOf(filters));
  conditions.push(...fieldsFilters(filters).map(fieldsCondition));
  if (filters['search_hidden'] !== true && groupsOf('id', filters['id']).length === 0) {
    conditions.push({ sql: 'is_hidden = 0', values: [] });
  }
  return allOf(conditions);
}

/** `ORDER BY` for the request's `order_by`; throws 400/14 for an unknown field. */
export function taskOrder(raw: unknown): string {
  const fields = typeof raw === 'string' ? [raw] : stringsIn(raw);
  const parts = fields
    .filter((field) => field !== '@text_score' && field !== '')
    .flatMap((field) => {
      const direction = field.startsWith('-') ? 'DESC' : 'ASC';
      const path = field.replace(/^[-+]/, '');
      const nulls = isNullable(path) ? ' NULLS LAST' : '';
      return orderExpressions(path).map((expression) => `${expression} ${direction}${nulls}`);
    });
  const isDown = parts[0]?.includes(' DESC') === true;
  return `ORDER BY ${[...parts, `key ${isDown ? 'DESC' : 'ASC'}`].join(', ')}`;
}

function orderExpressions(path: string): string[] {
  const column = COLUMNS[path];
  if (column !== undefined) {
    return [column];
  }
  const section = /^(script|execution|runtime|hyperparams|configuration|container)\.([^"'\\]+)$/.exec(path);
  if (section !== null) {
    const steps = (section[2] ?? '').split('.').map((step) => `."${unescapeKey(step)}"`);
    const value = `(SELECT json_extract(s.body, '$${steps.join('')}') FROM task_sections s
      WHERE s.task_key = tasks.key AND s.section = '${section[1] ?? ''}')`;
    return [`CAST(${value} AS REAL)`, value];
  }
  if (path.startsWith('last_metrics.')) {
    return [metricExpression(path)];
  }
  throw new ApiError(400, 14, `Unknown field in order_by: ${path}`);
}

/** `last_metrics.<hash>.<hash>.value`: the hashes are computed by SQL from the names. */
function metricExpression(path: string): string {
  const match = /^last_metrics\.([0-9a-f]{32})\.([0-9a-f]{32})\.(value|min_value|max_value)$/.exec(path);
  if (match === null) {
    throw new ApiError(400, 14, `Unknown field in order_by: ${path}`);
  }
  const [, metric, variant, kind] = match;
  const column = kind === 'value' ? 'last_value' : kind;
  const find = (table: string, value: string): string => `(SELECT x.${value} FROM ${table} x
    WHERE x.task_key = tasks.key
    AND name_hash(x.metric) = '${metric ?? ''}' AND name_hash(x.variant) = '${variant ?? ''}')`;
  return `coalesce(${find('series', column ?? 'last_value')}, ${find('single_values', 'value')})`;
}

function isNullable(path: string): boolean {
  if (path.startsWith('hyperparams.') || path.startsWith('last_metrics.')) {
    return true;
  }
  return [
    'started',
    'completed',
    'published',
    'active_duration',
    'last_worker',
    'parent',
    'project',
  ].includes(path);
}

function groupsOf(field: string, raw: unknown): readonly ListGroup[] {
  return raw === undefined || raw === null || (Array.isArray(raw) && raw.length === 0)
    ? []
    : parseListFilter(field, raw);
}

function structuredFilters(raw: unknown): Condition[] {
  if (!isObject(raw)) {
    return [];
  }
  return Object.entries(raw).flatMap(([field, filter]) => {
    if (!isObject(filter)) {
      throw badValue(`filter of ${field} must be an object`);
    }
    const groups = parseStructuredFilter(field, filter).map((group) =>
      field === 'tags' || field === 'system_tags' ? tagGroup(field, group) : columnGroup(field, group),
    );
    return groups.length === 0 ? [] : [filter['op'] === 'or' ? anyOf(groups) : allOf(groups)];
  });
}

function columnGroup(field: string, group: ListGroup): Condition {
  const column = COLUMNS[field];
  if (column === undefined) {
    throw new ApiError(400, 14, `Unknown field in filter: ${field}`);
  }
  const set = group.include.filter((value) => value !== null);
  if (group.op === 'any' && group.exclude.length === 0 && set.length === group.include.length) {
    // Several projects are looked up by order, not by project: sorting the union of a large one would be slow.
    const operand = set.length > 1 && field === 'project' ? `+${column}` : column;
    if (set.length === 1) {
      return { sql: `${operand} = ?`, values: set };
    }
    return { sql: `${operand} IN (${set.map(() => '?').join(', ')})`, values: set };
  }
  return combine(group, (value) =>
    value === null
      ? { sql: `(${column} IS NULL OR ${column} = '')`, values: [] }
      : { sql: `${column} IS ?`, values: [value] },
  );
}

function tagGroup(kind: 'tags' | 'system_tags', group: ListGroup): Condition {
  const has = (value: string | null): Condition => {
    if (kind === 'system_tags' && (value === ARCHIVED || value === HIDDEN)) {
      return { sql: value === ARCHIVED ? 'is_archived = 1' : 'is_hidden = 1', values: [] };
    }
    return value === null
      ? { sql: `${kind} = '[]'`, values: [] }
      : {
          sql: 'EXISTS (SELECT 1 FROM task_tags t WHERE t.task_key = tasks.key AND t.kind = ? AND t.tag = ?)',
          values: [kind, value],
        };
  };
  // Whose tags are few is told once, not for each task that lacks them.
  const lacks = (value: string | null): Condition =>
    value === null || (kind === 'system_tags' && (value === ARCHIVED || value === HIDDEN))
      ? negated(has(value))
      : {
          sql: 'tasks.key NOT IN (SELECT t.task_key FROM task_tags t WHERE t.kind = ? AND t.tag = ?)',
          values: [kind, value],
        };
  return combine(group, has, lacks);
}

type Test = (value: string | null) => Condition;

function combine(group: ListGroup, has: Test, lacks: Test = (value) => negated(has(value))): Condition {
  const included = group.include.map(has);
  const excluded = group.exclude.map(lacks);
  if (group.op === 'all') {
    return allOf([...included, ...excluded]);
  }
  if (group.isExplicit) {
    return anyOf([...included, ...excluded]);
  }
  return allOf([...(included.length > 0 ? [anyOf(included)] : []), ...excluded]);
}

function negated({ sql, values }: Condition): Condition {
  // The plain form lets the planner use the index that begins with it.
  return sql === 'is_archived = 1' ? { sql: 'is_archived = 0', values } : { sql: `NOT (${sql})`, values };
}

function matchCondition(field: string, pattern: string, ignoreCase: boolean): Condition {
  const column = COLUMNS[field];
  if (column === undefined) {
    return { sql: '0', values: [] };
  }
  const exact = ignoreCase ? undefined : exactName(pattern);
  if (exact !== undefined) {
    return { sql: `${column} = ?`, values: [exact] };
  }
  const literal = ignoreCase ? literalText(pattern) : undefined;
  if (literal !== undefined) {
    const escaped = literal.replace(/[\\%_]/g, '\\$&');
    return { sql: `${column} LIKE ? ESCAPE '\\'`, values: [`%${escaped}%`] };
  }
  compilePattern(pattern, ignoreCase);
  return { sql: `matches(${column}, ?, ?)`, values: [pattern, ignoreCase ? 1 : 0] };
}

function fieldsCondition(filter: FieldsFilter): Condition {
  const conditions = filter.fields.map((field) =>
    'pattern' in filter
      ? matchCondition(field, filter.pattern, true)
      : allOf(boundConditions(field, filter.bounds)),
  );
  return filter.isAny ? anyOf(conditions) : allOf(conditions);
}

function timeConditions(field: string, raw: unknown): Condition[] {
  return boundConditions(field, timeBounds(raw));
}

function boundConditions(field: string, bounds: readonly TimeBound[]): Condition[] {
  const column = COLUMNS[field];
  return column === undefined
    ? []
    : bounds.map(({ operator, at }) => ({ sql: `${column} ${operator} ?`, values: [at] }));
}

function rangesOf(filters: JsonObject): Condition[] {
  return Object.entries(filters).flatMap(([field, raw]) => {
    if (RANGE_FIELDS.has(field)) {
      return rangeConditions(COLUMNS[field] ?? field, field, raw);
    }
    return field.startsWith('last_metrics.') ? rangeConditions(metricExpression(field), field, raw) : [];
  });
}

function rangeConditions(expression: string, field: string, raw: unknown): Condition[] {
  if (raw === undefined || raw === null) {
    return [];
  }
  if (!Array.isArray(raw) || raw.length !== 2) {
    throw validationError(`${field} must be a list of two numbers`);
  }
  const [from, to] = raw as readonly unknown[];
  const atLeast = typeof from === 'number' ? [{ sql: `${expression} >= ?`, values: [from] }] : [];
  // As in ClearML, a range without a lower end takes in what has no value.
  const orNone = atLeast.length === 0 ? ` OR ${expression} IS NULL` : '';
  const atMost = typeof to === 'number' ? [{ sql: `(${expression} <= ?${orNone})`, values: [to] }] : [];
  return [...atLeast, ...atMost];
}

function allOf(conditions: readonly Condition[]): Condition {
  return joined(conditions, ' AND ', '1');
}

function anyOf(conditions: readonly Condition[]): Condition {
  return joined(conditions, ' OR ', '0');
}

function joined(conditions: readonly Condition[], joint: string, empty: string): Condition {
  const [only] = conditions;
  if (conditions.length === 1 && only !== undefined) {
    return only;
  }
  const sql =
    conditions.length === 0 ? empty : `(${conditions.map((condition) => condition.sql).join(joint)})`;
  return { sql, values: conditions.flatMap(({ values }) => values) };
}
