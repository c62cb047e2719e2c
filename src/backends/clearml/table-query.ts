import { createHash } from 'node:crypto';
import type { MetricFigure, TableColumn, TableField } from '../../core/task-table';
import type { TableQuery } from '../contract';
import { hasFeature } from './api-level';
import { filtersOf, TASK_FIELDS } from './task-query';

/**
 * Server fields that columns sort by. Missing: what the server keeps by id (users, projects), so that its order would
 * not be that of the names.
 */
const SORT_FIELDS: Readonly<Partial<Record<TableField, string>>> = {
  name: 'name',
  status: 'status',
  type: 'type',
  created: 'created',
  started: 'started',
  ended: 'completed',
  updated: 'last_update',
  duration: 'active_duration',
  iteration: 'last_iteration',
  worker: 'last_worker',
  comment: 'comment',
  id: 'id',
};

const FIGURE_FIELDS: Readonly<Record<MetricFigure, string>> = {
  last: 'value',
  min: 'min_value',
  max: 'max_value',
};

/** A section or name of a parameter as one part of a dotted path. */
export function escapeKey(name: string): string {
  return name.replaceAll('%', '%%').replaceAll('.', '%2E').replaceAll('$', '%24').replaceAll('__', '%_%_');
}

/** The key of a metric or variant in `last_metrics`: lower-case hexadecimal MD5 of its UTF-8 name. */
export function metricHash(name: string): string {
  return createHash('md5').update(name, 'utf8').digest('hex');
}

/** Where a column's value is in a task's document; undefined for fields, which every row has. */
function valuePath(column: TableColumn): string | undefined {
  switch (column.kind) {
    case 'field':
      return undefined;
    case 'metric':
      return `${metricPath(column.metric, column.variant)}.${FIGURE_FIELDS[column.figure]}`;
    case 'parameter':
      return parameterPath(column);
  }
}

/** Without `.value`, which the oldest servers take for one part too many; what stands beside it is short. */
function parameterPath({ section, name }: { readonly section: string; readonly name: string }): string {
  return `hyperparams.${escapeKey(section)}.${escapeKey(name)}`;
}

function metricPath(metric: string, variant: string): string {
  return `last_metrics.${metricHash(metric)}.${metricHash(variant)}`;
}

/** `order_by` for a column; undefined where the server has no such order. */
export function orderPath(column: TableColumn, apiVersion: string | undefined): string | undefined {
  switch (column.kind) {
    case 'field':
      return SORT_FIELDS[column.field];
    case 'metric':
      return valuePath(column);
    case 'parameter':
      return hasFeature(apiVersion, 'parameterValues') ? `${parameterPath(column)}.value` : undefined;
  }
}

/** The key of a `[min, max]` filter; undefined where the server has no ranges. */
export function rangePath(column: TableColumn): string | undefined {
  switch (column.kind) {
    case 'field':
      return column.field === 'iteration' ? 'last_iteration' : undefined;
    case 'metric':
      return valuePath(column);
    case 'parameter':
      return undefined;
  }
}

/** `only_fields` for rows with exactly these columns. */
export function fieldsFor(columns: readonly TableColumn[]): string[] {
  return [...new Set([...TASK_FIELDS, ...columns.flatMap((column) => valuePath(column) ?? [])])];
}

/**
 * The smallest value that a column can have. A range without a lower end takes in the tasks that have no value at all,
 * which nobody means by "at most 0.5"; iterations always have one, and are whole numbers of 64 bits.
 */
function lowestOf(column: TableColumn): number | null {
  return column.kind === 'metric' ? -Number.MAX_VALUE : null;
}

/** The query's filters as far as the server has them; undefined when nothing can match. */
export function tableFilters(query: TableQuery): Record<string, unknown> | undefined {
  const { filter, projectId, includeSubprojects, omitsApart = false } = query;
  const { text, statuses, tags, isArchived, types, userIds, ranges } = filter;
  const shared = filtersOf({
    text,
    statuses,
    tags,
    isArchived,
    types,
    userIds,
    includeSubprojects,
    omitsApart,
    ...(projectId === undefined ? {} : { projectId }),
  });
  return (
    shared && {
      ...shared,
      ...Object.fromEntries(
        ranges.flatMap(({ column, min, max }) => {
          const path = rangePath(column);
          return path === undefined || (min === null && max === null)
            ? []
            : [[path, [min ?? lowestOf(column), max]] as const];
        }),
      ),
    }
  );
}

/** Where in an answer the value of a column is; keys of parameters come unescaped. */
export function valueIn(
  document: { readonly hyperparams?: unknown; readonly last_metrics?: unknown },
  column: TableColumn,
): string | number | undefined {
  switch (column.kind) {
    case 'field':
      return undefined;
    case 'metric': {
      const value = within(
        document.last_metrics,
        metricHash(column.metric),
        metricHash(column.variant),
        FIGURE_FIELDS[column.figure],
      );
      return typeof value === 'number' ? value : undefined;
    }
    case 'parameter': {
      const value = within(document.hyperparams, column.section, column.name, 'value');
      return typeof value === 'string' ? value : undefined;
    }
  }
}

function within(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, key)
        ? (Object.getOwnPropertyDescriptor(at, key)?.value as unknown)
        : undefined,
    value,
  );
}
