import * as z from 'zod';
import type { Endpoint } from '../http/call';
import { isObject, stringsIn, type JsonObject } from '../json';
import { integer, text, type Row } from '../storage/sqlite';
import { taskCondition, taskOrder, type Condition } from '../storage/task-query';
import { invalidTask } from '../api-error';
import { TaskDocuments } from '../tasks/task-documents';
import type { TrackerContext } from '../tracker-context';
import { ids, maybeObject, paths, reading } from './endpoint';
import { Scrolls, type PageWindow } from './paging';

/** Lists of tasks, single tasks, and what is inside them. */
export function taskReadEndpoints(context: TrackerContext): Endpoint[] {
  const scrolls = new Scrolls(() => context.clock.now());
  const anything = z.looseObject({ only_fields: paths });
  const list = (name: string, isJoined: boolean): Endpoint =>
    reading(name, anything, ({ only_fields: onlyFields }, { data }) => {
      TaskDocuments.checkFields(onlyFields);
      const window = scrolls.window(data);
      const rows = queryTasks(context, data, window);
      const documents = new TaskDocuments(context);
      return {
        tasks: rows.map((row) => documents.make(row, { onlyFields, isJoined })),
        ...(window.advance && { scroll_id: window.advance(rows.length) }),
      };
    });
  return [
    list('tasks.get_all', false),
    list('tasks.get_all_ex', true),
    reading('tasks.get_by_id', z.object({ task: z.string() }), ({ task }) => {
      const row = context.storage.tasks.row(task);
      if (row === undefined) {
        throw invalidTask(task);
      }
      return { task: new TaskDocuments(context).make(row, { onlyFields: [], isJoined: false }) };
    }),
    reading(
      'tasks.get_by_id_ex',
      z.object({ id: z.union([z.array(z.string()), z.string()]), only_fields: paths }),
      ({ id, only_fields: onlyFields }) => {
        TaskDocuments.checkFields(onlyFields);
        const documents = new TaskDocuments(context);
        const rows = (typeof id === 'string' ? [id] : id)
          .map((each) => context.storage.tasks.row(each))
          .filter((row) => row !== undefined);
        return { tasks: rows.map((row) => documents.make(row, { onlyFields, isJoined: true })) };
      },
    ),
    ...insideEndpoints(context),
    countsEndpoint(context),
  ];
}

/** How many tasks the filters of a request match. */
export function countTasks(context: TrackerContext, filters: JsonObject): number {
  const condition = conditionOf(context, filters);
  const sql = `SELECT count(*) AS matches FROM tasks WHERE ${condition.sql}`;
  const row = context.storage.db.get(sql, ...condition.values);
  return row === undefined ? 0 : integer(row, 'matches');
}

function queryTasks(context: TrackerContext, data: JsonObject, window: PageWindow): Row[] {
  const condition = conditionOf(context, data);
  const sql = `SELECT * FROM tasks WHERE ${condition.sql} ${taskOrder(data['order_by'])} LIMIT ? OFFSET ?`;
  return context.storage.db.all(sql, ...condition.values, window.limit, window.offset);
}

function conditionOf(context: TrackerContext, filters: JsonObject): Condition {
  const asked = filters['project'];
  const projectIds = typeof asked === 'string' ? [asked] : stringsIn(asked);
  if (filters['include_subprojects'] === true && projectIds.length > 0) {
    const expanded = projectIds.flatMap((id) =>
      context.storage.projects.withDescendants(id).map((each) => each.id),
    );
    return taskCondition(filters, [...new Set([...projectIds, ...expanded])]);
  }
  return taskCondition(filters, undefined);
}

function insideEndpoints(context: TrackerContext): Endpoint[] {
  const input = z.object({ tasks: z.array(z.string()).min(1), names: ids });
  const keyed = (taskIds: readonly string[]): { id: string; key: number }[] =>
    taskIds.flatMap((id) => {
      const task = context.storage.tasks.find(id);
      return task === undefined ? [] : [{ id, key: task.key }];
    });
  const configuration = (key: number, names: readonly string[]): JsonObject[] =>
    Object.values(context.storage.tasks.section(key, 'configuration'))
      .filter(isObject)
      .filter(({ name }) => names.length === 0 || (typeof name === 'string' && names.includes(name)));
  return [
    reading('tasks.get_hyper_params', input, ({ tasks }) => ({
      params: keyed(tasks).map(({ id, key }) => ({
        task: id,
        hyperparams: Object.values(context.storage.tasks.section(key, 'hyperparams'))
          .filter(isObject)
          .flatMap((section) => Object.values(section)),
      })),
    })),
    reading('tasks.get_configurations', input, ({ tasks, names }) => ({
      configurations: keyed(tasks).map(({ id, key }) => ({
        task: id,
        configuration: configuration(key, names),
      })),
    })),
    reading('tasks.get_configuration_names', input, ({ tasks }) => ({
      configurations: keyed(tasks).flatMap(({ id, key }) => {
        const names = configuration(key, []).flatMap(({ name }) => (typeof name === 'string' ? [name] : []));
        return names.length === 0 ? [] : [{ task: id, names }];
      }),
    })),
    reading('tasks.get_types', z.object({ projects: ids }), ({ projects }) => {
      const rows = context.storage.db.all('SELECT DISTINCT type, project FROM tasks');
      const used = rows.filter((row) => projects.length === 0 || projects.includes(text(row, 'project')));
      return { types: [...new Set(used.map((row) => text(row, 'type')))] };
    }),
  ];
}

function countsEndpoint(context: TrackerContext): Endpoint {
  const input = z.object({ tasks: maybeObject, projects: maybeObject });
  return reading('organization.get_entities_count', input, ({ tasks, projects }) => ({
    ...(tasks && { tasks: countTasks(context, tasks) }),
    ...(projects && { projects: context.storage.projects.all().length }),
  }));
}
