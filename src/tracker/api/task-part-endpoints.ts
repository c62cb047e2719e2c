import * as z from 'zod';
import { ApiError } from '../api-error';
import type { Endpoint } from '../http/call';
import { isObject, objectIn, type JsonObject } from '../json';
import type { TaskRecord } from '../storage/task-store';
import { TaskCommands } from '../tasks/task-commands';
import type { TrackerContext } from '../tracker-context';
import { maybeFlag, maybeText, writing } from './endpoint';
import { touch } from './task-write-endpoints';

/** The section people may edit whatever the task's status. */
const PROPERTIES = 'properties';

const item = z.object({
  section: z.string().min(1),
  name: z.string().min(1),
  value: maybeText,
  type: maybeText,
  description: maybeText,
});
type Item = z.output<typeof item>;

/** Editing single hyperparameters and configuration objects. */
export function taskPartEndpoints(context: TrackerContext): Endpoint[] {
  return [...hyperparamEndpoints(context), ...configurationEndpoints(context)];
}

function hyperparamEndpoints(context: TrackerContext): Endpoint[] {
  const editing = z.object({
    task: z.string(),
    hyperparams: z.array(item).min(1),
    replace_hyperparams: z.enum(['none', 'section', 'all']).nullish(),
    force: maybeFlag,
  });
  const key = z.object({ section: z.string(), name: maybeText });
  const deleting = z.object({ task: z.string(), hyperparams: z.array(key).min(1), force: maybeFlag });
  return [
    writing(context, 'tasks.edit_hyper_params', editing, (request) => {
      const task = new TaskCommands(context).require(request.task);
      const items = request.hyperparams.map(lowerProperties);
      checkPartEditable(
        task,
        request.force,
        items.every(({ section }) => section === PROPERTIES),
      );
      const stored = context.storage.tasks.section(task.key, 'hyperparams');
      const kept = startingPoint(stored, items, request.replace_hyperparams ?? 'none');
      context.storage.tasks.setSection(task.key, 'hyperparams', withItems(kept, items));
      touch(context, task);
      return { updated: 1 };
    }),
    writing(context, 'tasks.delete_hyper_params', deleting, ({ task: id, hyperparams, force }) => {
      const task = new TaskCommands(context).require(id);
      checkPartEditable(
        task,
        force,
        hyperparams.every(({ section }) => section === PROPERTIES),
      );
      let stored = context.storage.tasks.section(task.key, 'hyperparams');
      for (const { section, name } of hyperparams) {
        stored =
          name === undefined
            ? omit(stored, section)
            : { ...stored, [section]: omit(objectIn(stored, section), name) };
      }
      context.storage.tasks.setSection(task.key, 'hyperparams', stored);
      touch(context, task);
      return { deleted: 1 };
    }),
  ];
}

function configurationEndpoints(context: TrackerContext): Endpoint[] {
  const entry = z.object({
    name: z.string().min(1),
    value: maybeText,
    type: maybeText,
    description: maybeText,
  });
  const editing = z.object({
    task: z.string(),
    configuration: z.array(entry).min(1),
    replace_configuration: maybeFlag,
    force: maybeFlag,
  });
  const deleting = z.object({
    task: z.string(),
    configuration: z.array(z.string()).min(1),
    force: maybeFlag,
  });
  return [
    writing(context, 'tasks.edit_configuration', editing, (request) => {
      const task = new TaskCommands(context).require(request.task);
      checkPartEditable(task, request.force, false);
      const stored = request.replace_configuration
        ? {}
        : context.storage.tasks.section(task.key, 'configuration');
      const added = Object.fromEntries(request.configuration.map((each) => [each.name, definedOnly(each)]));
      context.storage.tasks.setSection(task.key, 'configuration', { ...stored, ...added });
      touch(context, task);
      return { updated: 1 };
    }),
    writing(context, 'tasks.delete_configuration', deleting, ({ task: id, configuration, force }) => {
      const task = new TaskCommands(context).require(id);
      checkPartEditable(task, force, false);
      const stored = context.storage.tasks.section(task.key, 'configuration');
      const kept = configuration.reduce((rest: JsonObject, name) => omit(rest, name), stored);
      context.storage.tasks.setSection(task.key, 'configuration', kept);
      touch(context, task);
      return { deleted: 1 };
    }),
  ];
}

/** Drafts always, queued and running tasks by force, ended ones never, except for properties. */
function checkPartEditable(task: TaskRecord, isForced: boolean, isPropertiesOnly: boolean): void {
  const isLive = task.status === 'queued' || task.status === 'in_progress';
  if (!isPropertiesOnly && task.status !== 'created' && !(isForced && isLive)) {
    throw new ApiError(400, 110, `Invalid task status: status=${task.status}, task=${task.id}`);
  }
}

function lowerProperties(each: Item): Item {
  return each.section.toLowerCase() === PROPERTIES ? { ...each, section: PROPERTIES } : each;
}

function startingPoint(
  stored: JsonObject,
  items: readonly Item[],
  mode: 'none' | 'section' | 'all',
): JsonObject {
  switch (mode) {
    case 'none':
      return stored;
    case 'section':
      return items.reduce((rest: JsonObject, { section }) => omit(rest, section), stored);
    case 'all':
      return {};
  }
}

function withItems(stored: JsonObject, items: readonly Item[]): JsonObject {
  return items.reduce((result: JsonObject, each) => {
    const section = isObject(result[each.section]) ? objectIn(result, each.section) : {};
    return {
      ...result,
      [each.section]: { ...section, [each.name]: definedOnly({ ...each, value: each.value ?? '' }) },
    };
  }, stored);
}

function definedOnly(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

function omit(object: JsonObject, name: string): JsonObject {
  const { [name]: _removed, ...rest } = object;
  return rest;
}
