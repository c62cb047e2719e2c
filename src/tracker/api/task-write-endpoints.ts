import * as z from 'zod';
import { ApiError, validationError } from '../api-error';
import type { Endpoint } from '../http/call';
import { newId } from '../ids';
import { isObject, isoTime, objectIn, type JsonObject } from '../json';
import type { TaskColumns, TaskRecord } from '../storage/task-store';
import { TaskCommands } from '../tasks/task-commands';
import { ARCHIVED, DEVELOPMENT, SECTIONS } from '../tasks/task-words';
import type { TrackerContext } from '../tracker-context';
import { maybeFlag, maybeObject, maybeTags, maybeText, writing } from './endpoint';
import {
  checkEditable,
  checkTaskFields,
  columnsOf,
  taskFields,
  writeParts,
  type TaskFields,
} from './task-fields';

/** Creating tasks and changing what they hold; their status is changed elsewhere. */
export function taskWriteEndpoints(context: TrackerContext): Endpoint[] {
  return [
    create(context),
    clone(context),
    edit(context),
    update(context),
    updateTags(context),
    move(context),
    setRequirements(context),
    ping(context),
    ...artifacts(context),
    ...taskModels(context),
  ];
}

/** Tells everybody that a task was written to. */
export function touch(context: TrackerContext, task: TaskRecord, columns: Partial<TaskColumns> = {}): void {
  const now = context.clock.now();
  context.storage.tasks.change(task.key, { last_update: now, last_change: now, ...columns });
  context.live.taskChanged(task.id);
}

function create(context: TrackerContext): Endpoint {
  const input = taskFields.extend({ name: z.string(), type: taskFields.shape.type });
  return writing(context, 'tasks.create', input, (fields) => {
    checkTaskFields(context, fields);
    return { id: insertTask(context, { ...fields, type: fields.type ?? 'training' }, fields.name) };
  });
}

function insertTask(context: TrackerContext, fields: TaskFields & { type: string }, name: string): string {
  const id = newId();
  const { userId } = context.authentication.identity;
  const key = context.storage.tasks.insert(id, {
    ...columnsOf(fields),
    name,
    type: fields.type,
    user: userId,
    created: context.clock.now(),
  });
  writeParts(context, key, fields);
  context.live.taskChanged(id);
  context.live.changed('projects');
  return id;
}

const cloning = z.object({
  task: z.string(),
  new_task_name: maybeText,
  new_task_comment: maybeText,
  new_task_tags: maybeTags,
  new_task_system_tags: maybeTags,
  new_task_parent: maybeText,
  new_task_project: maybeText,
  new_project_name: maybeText,
  new_task_hyperparams: maybeObject,
  new_task_configuration: maybeObject,
  new_task_container: maybeObject,
  execution_overrides: maybeObject,
});

function clone(context: TrackerContext): Endpoint {
  return writing(context, 'tasks.clone', cloning, (request) => {
    const source = new TaskCommands(context).require(request.task);
    const name = request.new_project_name;
    const newProject = name === undefined ? undefined : findOrCreateProject(context, name);
    const project = newProject?.id ?? request.new_task_project ?? source.project;
    const fields = cloneFields(context, source, request, project);
    checkTaskFields(context, fields);
    const type = fields.type ?? 'training';
    const id = insertTask(context, { ...fields, type }, request.new_task_name ?? source.name);
    return { id, ...(newProject && { new_project: newProject }) };
  });
}

function cloneFields(
  context: TrackerContext,
  source: TaskRecord,
  request: z.output<typeof cloning>,
  project: string | undefined,
): TaskFields {
  const parent = request.new_task_parent ?? source.parent ?? source.id;
  const copied = copiedFields(context, source);
  return taskFields.parse({
    ...copied,
    execution: { ...objectIn(copied, 'execution'), ...request.execution_overrides },
    comment: request.new_task_comment ?? text(context, source, 'comment'),
    // The parent may have been deleted since.
    parent: context.storage.tasks.find(parent) === undefined ? undefined : parent,
    project,
    ...given('tags', request.new_task_tags),
    ...given('system_tags', request.new_task_system_tags),
    ...given('hyperparams', request.new_task_hyperparams),
    ...given('configuration', request.new_task_configuration),
    ...given('container', request.new_task_container),
  });
}

/** What a clone takes over: code, parameters and input models, not what the run produced. */
function copiedFields(context: TrackerContext, source: TaskRecord): JsonObject {
  const { tasks } = context.storage;
  const sections = Object.fromEntries(
    SECTIONS.map((section) => [section, tasks.section(source.key, section)]),
  );
  const { runtime: _runtime, models, execution, ...others } = sections;
  const list = execution?.['artifacts'];
  const inputs = Array.isArray(list)
    ? list.filter((item: unknown) => isObject(item) && item['mode'] === 'input')
    : [];
  return {
    ...others,
    execution: { ...execution, artifacts: inputs },
    models: { input: models?.['input'] ?? [], output: [] },
    type: text(context, source, 'type'),
    tags: [...source.tags],
    system_tags: source.systemTags.filter((tag) => tag !== DEVELOPMENT && tag !== ARCHIVED),
  };
}

/** An empty list or object means "copy", like an absent one. */
function given(name: string, value: readonly unknown[] | JsonObject | undefined): JsonObject {
  return value === undefined || Object.keys(value).length === 0 ? {} : { [name]: value };
}

function text(context: TrackerContext, task: TaskRecord, column: string): string {
  const value = context.storage.tasks.row(task.id)?.[column];
  return typeof value === 'string' ? value : '';
}

function edit(context: TrackerContext): Endpoint {
  const input = taskFields.extend({ task: z.string(), force: maybeFlag });
  return writing(context, 'tasks.edit', input, ({ task: id, force, ...fields }, { isSdk }) => {
    const task = new TaskCommands(context).require(id);
    checkEditable(task, force);
    checkTaskFields(context, fields);
    writeParts(context, task.key, fields);
    const attached = isSdk && task.status === 'in_progress' ? { is_sdk_attached: 1 } : {};
    touch(context, task, { ...columnsOf(fields), ...attached });
    return { updated: 1, fields: {} };
  });
}

function update(context: TrackerContext): Endpoint {
  const input = taskFields
    .pick({ name: true, tags: true, system_tags: true, comment: true, project: true })
    .extend({ task: z.string(), status_message: maybeText });
  return writing(context, 'tasks.update', input, ({ task: id, status_message: message, ...request }) => {
    const task = new TaskCommands(context).require(id);
    const fields = { ...taskFields.parse({}), ...request };
    checkTaskFields(context, fields);
    writeParts(context, task.key, fields);
    const columns = { ...columnsOf(fields), ...(message !== undefined && { status_message: message }) };
    context.storage.tasks.change(task.key, { ...columns, last_change: context.clock.now() });
    context.live.taskChanged(id);
    return { updated: 1, fields: { ...columns } };
  });
}

function updateTags(context: TrackerContext): Endpoint {
  const input = z.object({ ids: z.array(z.string()).min(1), add_tags: maybeTags, remove_tags: maybeTags });
  return writing(
    context,
    'tasks.update_tags',
    input,
    ({ ids, add_tags: add = [], remove_tags: remove = [] }) => {
      let updated = 0;
      for (const id of ids) {
        const task = context.storage.tasks.find(id);
        if (task !== undefined) {
          const kept = task.tags.filter((tag) => !remove.includes(tag));
          context.storage.tasks.setTags(task.key, 'tags', [...kept, ...add]);
          touch(context, task);
          updated += Number(add.length > 0) + Number(remove.length > 0);
        }
      }
      return { updated };
    },
  );
}

function move(context: TrackerContext): Endpoint {
  const input = z.object({ ids: z.array(z.string()).min(1), project: maybeText, project_name: maybeText });
  return writing(context, 'tasks.move', input, ({ ids, project, project_name: name }, { data }) => {
    if (name === undefined && !('project' in data)) {
      throw new ApiError(400, 11, 'Missing required fields (project or project_name)');
    }
    const target = name === undefined ? (project ?? null) : findOrCreateProject(context, name).id;
    if (target !== null && context.storage.projects.find(target) === undefined) {
      throw new ApiError(400, 401, `Invalid project id: id=${target}`);
    }
    for (const id of ids) {
      const task = context.storage.tasks.find(id);
      if (task !== undefined) {
        touch(context, task, { project: target });
      }
    }
    context.live.changed('projects');
    return { project_id: target ?? '' };
  });
}

function setRequirements(context: TrackerContext): Endpoint {
  const input = z.object({ task: z.string(), requirements: z.record(z.string(), z.unknown()) });
  return writing(context, 'tasks.set_requirements', input, ({ task: id, requirements }) => {
    const task = new TaskCommands(context).require(id);
    const script = context.storage.tasks.section(task.key, 'script');
    context.storage.tasks.setSection(task.key, 'script', { ...script, requirements });
    touch(context, task);
    return { updated: 1, fields: {} };
  });
}

function ping(context: TrackerContext): Endpoint {
  return writing(context, 'tasks.ping', z.object({ task: z.string() }), ({ task: id }) => {
    const task = new TaskCommands(context).require(id);
    context.storage.tasks.change(task.key, { last_update: context.clock.now() });
    context.live.taskProgressed(id);
    return {};
  });
}

function artifacts(context: TrackerContext): Endpoint[] {
  const item = z.looseObject({ key: z.string().min(1), mode: maybeText });
  const input = z.object({ task: z.string(), artifacts: z.array(item).min(1) });
  const change = (id: string, keep: (stored: JsonObject[]) => JsonObject[]): void => {
    const task = new TaskCommands(context).require(id);
    const execution = context.storage.tasks.section(task.key, 'execution');
    const stored = Array.isArray(execution['artifacts']) ? execution['artifacts'].filter(isObject) : [];
    context.storage.tasks.setSection(task.key, 'execution', { ...execution, artifacts: keep(stored) });
    touch(context, task);
  };
  const identity = ({ key, mode }: JsonObject): string => JSON.stringify([key, mode ?? 'output']);
  return [
    writing(context, 'tasks.add_or_update_artifacts', input, ({ task, artifacts: added }) => {
      const names = new Set(added.map(identity));
      const complete = added.map((artifact) => ({ ...artifact, mode: artifact.mode ?? 'output' }));
      change(task, (stored) => [...stored.filter((each) => !names.has(identity(each))), ...complete]);
      return { updated: 1 };
    }),
    writing(context, 'tasks.delete_artifacts', input, ({ task, artifacts: removed }) => {
      const names = new Set(removed.map(identity));
      change(task, (stored) => stored.filter((each) => !names.has(identity(each))));
      return { deleted: 1 };
    }),
  ];
}

/** Which models a task was given or made, by the name it has for them. */
function taskModels(context: TrackerContext): Endpoint[] {
  const side = z.enum(['input', 'output']);
  const change = (
    id: string,
    type: 'input' | 'output',
    keep: (stored: JsonObject[]) => JsonObject[],
  ): void => {
    const task = new TaskCommands(context).require(id);
    const models = context.storage.tasks.section(task.key, 'models');
    const stored = Array.isArray(models[type]) ? models[type].filter(isObject) : [];
    context.storage.tasks.setSection(task.key, 'models', { ...models, [type]: keep(stored) });
    touch(context, task);
  };
  const adding = z.object({
    task: z.string(),
    name: z.string(),
    model: z.string(),
    type: side,
    iteration: z.number().nullish(),
  });
  const removing = z.object({
    task: z.string(),
    models: z.array(z.object({ name: z.string(), type: side })).min(1),
  });
  return [
    writing(context, 'tasks.add_or_update_model', adding, ({ task, name, model, type, iteration }) => {
      const added = { name, model, updated: isoTime(context.clock.now()) };
      change(task, type, (stored) => [...stored.filter((each) => each['name'] !== name), added]);
      if (typeof iteration === 'number') {
        const record = new TaskCommands(context).require(task);
        context.storage.tasks.change(record.key, {
          last_iteration: Math.max(record.lastIteration, iteration),
        });
      }
      return { updated: 1 };
    }),
    writing(context, 'tasks.delete_models', removing, ({ task, models }) => {
      for (const { name, type } of models) {
        change(task, type, (stored) => stored.filter((each) => each['name'] !== name));
      }
      return { updated: 1 };
    }),
  ];
}

function findOrCreateProject(context: TrackerContext, name: string): { id: string; name: string } {
  if (name.split('/').some((part) => part.trim() === '')) {
    throw validationError(`project name "${name}" has an empty part`);
  }
  const { projects } = context.storage;
  const id =
    projects.findByName(name)?.id ??
    projects.create(name, context.authentication.identity.userId, context.clock.now(), {});
  return { id, name };
}
