import * as z from 'zod';
import { columnKey, type TableCatalog, type TableColumn, type TableRow } from '../../core/task-table';
import type { TableAbility, TableQuery } from '../contract';
import { rows } from '../readable-rows';
import { orNone } from './absent-call';
import { toTask } from './map';
import { count, wireTask } from './schema';
import type { ServerProbe } from './server-facts';
import type { ClearMlSession } from './session';
import { fieldsFor, orderPath, rangePath, tableFilters, valueIn } from './table-query';
import { windowOf } from './window';

const PARAMETER_PAGE = 5_000;
const MOST_PARAMETER_PAGES = 20;
const MAX_IDS_PER_CALL = 200;

const rowsData = z.object({
  tasks: rows(wireTask.extend({ hyperparams: z.unknown().optional(), last_metrics: z.unknown().optional() })),
});
const metricsData = z.object({ metrics: rows(z.object({ metric: z.string(), variant: z.string() })) });
const parametersData = z.object({ parameters: rows(z.object({ section: z.string(), name: z.string() })) });
const usersData = z.object({ users: rows(z.object({ id: z.string(), name: z.string() })) });
const typesData = z.object({ types: rows(z.string()) });
const tagsData = z.object({ tags: rows(z.string()) });
const countData = z.object({ tasks: count });

type Parameter = z.infer<typeof parametersData>['parameters'][number];

/**
 * Rows of a table. Pages are read by `start` and `size`, which the server takes without a limit of its own; the order
 * ends with the id, so places are stable while nothing changes.
 */
export class ClearMlTable implements TableAbility {
  constructor(
    private readonly session: ClearMlSession,
    private readonly probe: ServerProbe,
  ) {}

  can(part: { readonly range: TableColumn } | { readonly sort: TableColumn }): boolean {
    return 'range' in part
      ? rangePath(part.range) !== undefined
      : orderPath(part.sort, this.probe.known?.apiVersion) !== undefined;
  }

  /** Lists that an older server lacks are empty. */
  async catalog(projectId: string | undefined, signal: AbortSignal): Promise<TableCatalog> {
    const projects = projectId === undefined ? [] : [projectId];
    const project = projectId === undefined ? {} : { project: projectId };
    const read = <T>(name: string, body: object, schema: z.ZodType<T>, none: T): Promise<T> =>
      this.session.read(name, body, schema, signal).catch((error: unknown) => orNone(error, none));
    const [{ metrics }, parameters, { users }, { types }, { tags }] = await Promise.all([
      read('projects.get_unique_metric_variants', project, metricsData, { metrics: [] }),
      this.parameters(project, signal).catch((error: unknown) => orNone(error, [])),
      read('projects.get_user_names', { projects, entity: 'task' }, usersData, { users: [] }),
      read('tasks.get_types', { projects }, typesData, { types: [] }),
      read('projects.get_task_tags', { projects }, tagsData, { tags: [] }),
    ]);
    return { metrics, parameters, users, types: [...types].sort(), tags: [...tags].sort() };
  }

  async rows(query: TableQuery, offset: number, limit: number, signal: AbortSignal): Promise<TableRow[]> {
    const filters = tableFilters(query);
    if (filters === undefined || limit <= 0) {
      return [];
    }
    const { apiVersion } = await this.probe.facts(signal);
    const path = orderPath(query.sort.column, apiVersion) ?? 'created';
    const { paging, cut } = windowOf(offset, limit, apiVersion);
    const body = {
      ...filters,
      only_fields: fieldsFor(query.columns),
      order_by: [query.sort.isDescending ? `-${path}` : path],
      ...paging,
    };
    return cut(await this.read('tasks.get_all_ex', body, query.columns, signal));
  }

  async rowsById(
    ids: readonly string[],
    columns: readonly TableColumn[],
    signal: AbortSignal,
  ): Promise<TableRow[]> {
    const found: TableRow[] = [];
    for (let first = 0; first < ids.length; first += MAX_IDS_PER_CALL) {
      const id = ids.slice(first, first + MAX_IDS_PER_CALL);
      const body = { id, only_fields: fieldsFor(columns) };
      found.push(...(await this.read('tasks.get_by_id_ex', body, columns, signal)));
    }
    return found;
  }

  async count(query: TableQuery, signal: AbortSignal): Promise<number | undefined> {
    const tasks = tableFilters(query);
    if (tasks === undefined) {
      return 0;
    }
    try {
      return (await this.session.read('organization.get_entities_count', { tasks }, countData, signal)).tasks;
    } catch (error) {
      return orNone<number | undefined>(error, undefined);
    }
  }

  private async read(
    call: string,
    body: object,
    columns: readonly TableColumn[],
    signal: AbortSignal,
  ): Promise<TableRow[]> {
    const [facts, { tasks }] = await Promise.all([
      this.probe.facts(signal),
      this.session.read(call, body, rowsData, signal),
    ]);
    return tasks.map((document) => ({
      task: toTask(document, facts),
      values: Object.fromEntries(
        columns.flatMap((column) => {
          const value = valueIn(document, column);
          return value === undefined ? [] : [[columnKey(column), value] as const];
        }),
      ),
    }));
  }

  /** The call's own totals count one page only, so pages are read until a short one. */
  private async parameters(project: object, signal: AbortSignal): Promise<Parameter[]> {
    const found: Parameter[] = [];
    for (let page = 0; page < MOST_PARAMETER_PAGES; page += 1) {
      const { parameters } = await this.session.read(
        'projects.get_hyper_parameters',
        { ...project, page, page_size: PARAMETER_PAGE },
        parametersData,
        signal,
      );
      found.push(...parameters);
      if (parameters.length < PARAMETER_PAGE) {
        break;
      }
    }
    return found;
  }
}
