import * as z from 'zod';
import type { Endpoint } from '../http/call';
import { nameHash } from '../ids';
import { text, type Value } from '../storage/sqlite';
import type { TrackerContext } from '../tracker-context';
import { ids, maybeCount, maybeText, reading } from './endpoint';

const LARGEST_PAGE = 5_000;

/** What columns a table of a project's tasks can have: its metrics, parameters and people. */
export function tableEndpoints(context: TrackerContext): Endpoint[] {
  const scope = z.object({ project: maybeText, include_subprojects: z.boolean().nullish() });
  const within = ({ project, include_subprojects: isDeep }: z.output<typeof scope>): Scope =>
    scopeOf(context, project, isDeep ?? true);
  return [
    reading('projects.get_unique_metric_variants', scope, (input) => ({
      metrics: uniqueMetrics(context, within(input)).map(([metric, variant]) => ({
        metric,
        metric_hash: nameHash(metric),
        variant,
        variant_hash: nameHash(variant),
      })),
    })),
    reading(
      'projects.get_hyper_parameters',
      scope.extend({ page: maybeCount, page_size: maybeCount }),
      ({ page = 0, page_size: size = 500, ...input }) => {
        const limit = Math.min(Math.max(1, size), LARGEST_PAGE);
        const parameters = parameterNames(context, within(input), limit, Math.max(0, page) * limit);
        // Like the real server, which counts after it has cut the page.
        return { parameters, total: parameters.length, remaining: 0 };
      },
    ),
    reading('projects.get_user_names', z.object({ projects: ids }), () => {
      const { userId, userName } = context.authentication.identity;
      return { users: [{ id: userId, name: userName }] };
    }),
  ];
}

/** SQL that is true for tasks of the scope. */
interface Scope {
  readonly sql: string;
  readonly values: readonly Value[];
}

function scopeOf(context: TrackerContext, project: string | undefined, isDeep: boolean): Scope {
  if (project === undefined) {
    return { sql: '1', values: [] };
  }
  const below = isDeep ? context.storage.projects.withDescendants(project).map(({ id }) => id) : [];
  const all = [...new Set([project, ...below])];
  return { sql: `t.project IN (${all.map(() => '?').join(', ')})`, values: all };
}

function uniqueMetrics(context: TrackerContext, scope: Scope): [string, string][] {
  const from = (table: string): string =>
    `SELECT x.metric, x.variant FROM ${table} x JOIN tasks t ON t.key = x.task_key WHERE ${scope.sql}`;
  const sql = `${from('series')} UNION ${from('single_values')} ORDER BY 1, 2`;
  return context.storage.db
    .all(sql, ...scope.values, ...scope.values)
    .map((row) => [text(row, 'metric'), text(row, 'variant')]);
}

function parameterNames(
  context: TrackerContext,
  scope: Scope,
  limit: number,
  offset: number,
): { section: string; name: string }[] {
  const sql = `SELECT DISTINCT section.key AS section, item.key AS name
    FROM tasks t JOIN task_sections s ON s.task_key = t.key AND s.section = 'hyperparams',
      json_each(s.body) section, json_each(section.value) item
    WHERE ${scope.sql} AND section.type = 'object' ORDER BY 1, 2 LIMIT ? OFFSET ?`;
  return context.storage.db
    .all(sql, ...scope.values, limit, offset)
    .map((row) => ({ section: text(row, 'section'), name: text(row, 'name') }));
}
