import { FakeError, isRow, textIn, textsIn, type Row } from './fake-error';
import { projected, taskDocument } from './fake-task-documents';
import { selectTasks } from './fake-task-filter';
import type { FakeTask, FakeWorld, Personality } from './fake-world';

export type Handler = (data: Row) => Row;

/** From which states a command is legal; the real server's own table. */
const LEGAL: Readonly<Record<string, readonly string[]>> = {
  enqueue: ['created', 'queued', 'stopped', 'failed'],
  started: ['created', 'queued', 'in_progress', 'stopped', 'completed'],
  stop: ['queued', 'in_progress', 'stopped', 'closed', 'failed'],
  stopped: ['queued', 'in_progress', 'stopped', 'closed', 'failed'],
  completed: ['in_progress', 'stopped', 'completed'],
  failed: ['in_progress', 'stopped', 'closed', 'failed'],
  close: ['stopped', 'closed'],
  publish: ['stopped', 'closed', 'failed', 'completed', 'publishing'],
  reset: ['created', 'queued', 'in_progress', 'stopped', 'closed', 'failed', 'completed'],
};

const TARGET: Readonly<Record<string, string>> = {
  enqueue: 'queued',
  started: 'in_progress',
  stop: 'stopped',
  stopped: 'stopped',
  completed: 'completed',
  failed: 'failed',
  close: 'closed',
  publish: 'published',
  reset: 'created',
};

export function taskCalls(world: FakeWorld, personality: Personality): Record<string, Handler> {
  const document = (task: FakeTask, data: Row): Row =>
    projected(taskDocument(world, task, personality), textsIn(data, 'only_fields'));
  const calls: Record<string, Handler> = {
    'tasks.get_all_ex': (data) => {
      const tasks = selectTasks(world, data).map((task) => document(task, data));
      return personality === 'real'
        ? { tasks }
        : { tasks, total: world.tasks.length, returned: tasks.length };
    },
    'tasks.get_by_id_ex': (data) => {
      const ids = textsIn(data, 'id');
      if (ids.length === 0) {
        throw new FakeError(400, 11, 'Missing required fields: id');
      }
      return { tasks: world.tasks.filter(({ id }) => ids.includes(id)).map((task) => document(task, data)) };
    },
    'tasks.create': (data) => ({ id: createTask(world, data).id }),
    'tasks.clone': (data) => ({ id: cloneTask(world, data).id }),
    'tasks.update': (data) => updateTask(world, data),
    'tasks.dequeue': (data) => dequeue(world, world.task(textIn(data, 'task'))),
    'tasks.delete': (data) => deleteTask(world, world.task(textIn(data, 'task'))),
    'tasks.archive_many': (data) =>
      many(world, data, (task) => {
        setWords(task, data);
        archive(world, task);
        return { archived: true };
      }),
    'tasks.unarchive_many': (data) =>
      many(world, data, (task) => {
        setWords(task, data);
        task.systemTags = task.systemTags.filter((tag) => tag !== 'archived');
        return { unarchived: true };
      }),
    'tasks.dequeue_many': (data) => many(world, data, (task) => dequeue(world, task)),
    'tasks.delete_many': (data) => many(world, data, (task) => deleteTask(world, task)),
    ...Object.fromEntries(
      ['enqueue', 'stop', 'reset'].map((name) => [
        `tasks.${name}_many`,
        (data: Row) => many(world, data, (task) => command(world, name, { ...data, task: task.id })),
      ]),
    ),
    'tasks.move': (data) => moveTasks(world, data),
    'tasks.edit_hyper_params': (data) => editParameters(world.task(textIn(data, 'task')), data),
    'tasks.edit_configuration': (data) => editConfiguration(world.task(textIn(data, 'task')), data),
    'tasks.delete_hyper_params': (data) => deleteParameters(world.task(textIn(data, 'task')), data),
    'tasks.delete_configuration': (data) => deleteConfiguration(world.task(textIn(data, 'task')), data),
    'tasks.edit': (data) => editTask(world.task(textIn(data, 'task')), data),
    ...Object.fromEntries(
      Object.keys(LEGAL).map((name) => [`tasks.${name}`, (data: Row) => command(world, name, data)]),
    ),
  };
  if (personality === 'real') {
    calls['tasks.update_tags'] = (data) => updateTags(world, data);
  }
  return calls;
}

function command(world: FakeWorld, name: string, data: Row): Row {
  const task = world.task(textIn(data, 'task'));
  writable(task);
  const target = TARGET[name] ?? '';
  if (LEGAL[name]?.includes(task.status) !== true) {
    const words =
      name === 'reset'
        ? `: task_id=${task.id}, status=${task.status}`
        : ` (Invalid status change): current_status=${task.status}, new_status=${target}`;
    throw new FakeError(400, 110, `Invalid task status${words}`);
  }
  setWords(task, data);
  if (name === 'stop' && task.status === 'in_progress' && task.lastWorker !== undefined) {
    task.statusMessage = 'stopping';
    return { updated: 1, fields: { status_message: 'stopping' } };
  }
  const isWatched = [...world.workers.values()].some(({ queues }) => queues.includes(String(data['queue'])));
  const watch = data['verify_watched_queue'] === true ? { queue_watched: isWatched } : {};
  if (name === 'enqueue') {
    enterQueue(world, task, data);
  } else {
    leaveQueue(world, task);
  }
  setStatus(world, task, target);
  if (name === 'reset') {
    clearRun(world, task);
  }
  return { updated: 1, fields: { status: target }, ...(name === 'enqueue' ? watch : {}) };
}

/** Every command overwrites both texts, with nothing when it is given none. */
function setWords(task: FakeTask, data: Row): void {
  task.statusReason = typeof data['status_reason'] === 'string' ? data['status_reason'] : '';
  task.statusMessage = typeof data['status_message'] === 'string' ? data['status_message'] : '';
}

function moveTasks(world: FakeWorld, data: Row): Row {
  const named = data['project_name'];
  const project = typeof named === 'string' ? world.project(named).id : textIn(data, 'project');
  for (const task of textsIn(data, 'ids').map((id) => world.task(id))) {
    writable(task);
    task.project = project;
  }
  return { project_id: project };
}

/** Values are text, and only a draft's may change. */
function editParameters(task: FakeTask, data: Row): Row {
  checkEditable(task, data);
  const edits = Array.isArray(data['hyperparams']) ? data['hyperparams'].filter(isRow) : [];
  for (const edit of edits) {
    const section = textIn(edit, 'section');
    const values = rowIn(task.hyperparams, section);
    const name = textIn(edit, 'name');
    const entry = { ...rowIn(values, name), section, name, value: textIn(edit, 'value') };
    task.hyperparams = { ...task.hyperparams, [section]: { ...values, [name]: entry } };
  }
  return { updated: 1 };
}

function editConfiguration(task: FakeTask, data: Row): Row {
  checkEditable(task, data);
  const edits = Array.isArray(data['configuration']) ? data['configuration'].filter(isRow) : [];
  for (const edit of edits) {
    task.configuration = { ...task.configuration, [textIn(edit, 'name')]: edit };
  }
  return { updated: 1 };
}

function deleteParameters(task: FakeTask, data: Row): Row {
  checkEditable(task, data);
  const keys = Array.isArray(data['hyperparams']) ? data['hyperparams'].filter(isRow) : [];
  for (const key of keys) {
    const section = textIn(key, 'section');
    const { [textIn(key, 'name')]: _, ...rest } = rowIn(task.hyperparams, section);
    task.hyperparams = { ...task.hyperparams, [section]: rest };
  }
  return { deleted: 1 };
}

function deleteConfiguration(task: FakeTask, data: Row): Row {
  checkEditable(task, data);
  const names = textsIn(data, 'configuration');
  task.configuration = Object.fromEntries(
    Object.entries(task.configuration).filter(([name]) => !names.includes(name)),
  );
  return { deleted: 1 };
}

/** A script is merged key by key, a container replaced; force takes tasks in any state. */
function editTask(task: FakeTask, data: Row): Row {
  writable(task);
  if (task.status !== 'created' && data['force'] !== true) {
    throw new FakeError(400, 110, `Invalid task status: expected=created, status=${task.status}`);
  }
  task.script = { ...task.script, ...rowIn(data, 'script') };
  if (data['container'] !== undefined) {
    task.container = rowIn(data, 'container');
  }
  if (data['output_dest'] !== undefined) {
    task.output = { ...task.output, destination: textIn(data, 'output_dest') };
  }
  return { updated: 1, fields: {} };
}

/** Drafts always, waiting and running tasks by force, ended ones never. */
function checkEditable(task: FakeTask, data: Row): void {
  const isForced = data['force'] === true && ['queued', 'in_progress'].includes(task.status);
  if (task.status !== 'created' && !isForced) {
    throw new FakeError(400, 110, `Invalid task status: expected=created, status=${task.status}`);
  }
}

function enterQueue(world: FakeWorld, task: FakeTask, data: Row): void {
  const queue = world.queue(textIn(data, 'queue'));
  if (queue.entries.some((entry) => entry.task === task.id)) {
    throw new FakeError(400, 706, `Task already queued: task=${task.id}`);
  }
  leaveQueue(world, task);
  task.beforeQueue = task.status === 'queued' ? (task.beforeQueue ?? 'created') : task.status;
  task.queue = queue.id;
  queue.entries.push({ task: task.id, added: world.now() });
}

function leaveQueue(world: FakeWorld, task: FakeTask): void {
  for (const queue of world.queues) {
    queue.entries = queue.entries.filter((entry) => entry.task !== task.id);
  }
}

function setStatus(world: FakeWorld, task: FakeTask, status: string): void {
  const now = world.now();
  task.status = status;
  task.statusChanged = now;
  if (status === 'in_progress') {
    task.started = now;
  } else if (['stopped', 'completed', 'failed', 'closed'].includes(status)) {
    task.completed ??= now;
  }
}

function clearRun(world: FakeWorld, task: FakeTask): void {
  world.scalars.delete(task.id);
  world.logs.delete(task.id);
  delete task.started;
  delete task.completed;
  task.lastIteration = 0;
}

function dequeue(world: FakeWorld, task: FakeTask): Row {
  leaveQueue(world, task);
  setStatus(world, task, task.beforeQueue ?? 'created');
  return { dequeued: 1, updated: 1, fields: {} };
}

function archive(world: FakeWorld, task: FakeTask): void {
  leaveQueue(world, task);
  task.systemTags = [...new Set([...task.systemTags, 'archived'])];
}

function deleteTask(world: FakeWorld, task: FakeTask): Row {
  if (task.status !== 'created' && !task.systemTags.includes('archived')) {
    throw new FakeError(400, 123, `Task cannot be deleted: current_status=${task.status}`);
  }
  world.tasks.splice(world.tasks.indexOf(task), 1);
  return { deleted: true, updated_children: 0, updated_models: 0, deleted_models: 0 };
}

function createTask(world: FakeWorld, data: Row): FakeTask {
  const name = textIn(data, 'name');
  const type = textIn(data, 'type');
  const project = data['project'];
  if (name.length < 3) {
    throw new FakeError(400, 800, 'Data validation error: String value is too short');
  }
  if (project !== undefined && !world.projects.some(({ id }) => id === project)) {
    throw new FakeError(400, 16, `Bad field value: project=${JSON.stringify(project)}`);
  }
  return world.addTask({
    name,
    type,
    tags: textsIn(data, 'tags'),
    systemTags: textsIn(data, 'system_tags'),
    runtime: rowIn(data, 'runtime'),
    script: rowIn(data, 'script'),
    configuration: rowIn(data, 'configuration'),
    hyperparams: rowIn(data, 'hyperparams'),
    container: rowIn(data, 'container'),
    artifacts: rowIn(data, 'execution')['artifacts'],
    ...(typeof data['comment'] === 'string' ? { comment: data['comment'] } : {}),
    ...(typeof project === 'string' ? { project } : {}),
    ...(typeof data['parent'] === 'string' ? { parent: data['parent'] } : {}),
  });
}

function rowIn(data: Row, key: string): Row {
  const value = data[key];
  return isRow(value) ? value : {};
}

function cloneTask(world: FakeWorld, data: Row): FakeTask {
  const source = world.task(textIn(data, 'task'));
  const { name, type, tags, script, configuration, hyperparams, comment } = source;
  const named = data['new_project_name'];
  const given = typeof named === 'string' ? world.project(named).id : data['new_task_project'];
  const project = typeof given === 'string' ? given : source.project;
  return world.addTask({
    name: typeof data['new_task_name'] === 'string' ? data['new_task_name'] : name,
    type,
    tags: [...tags],
    systemTags: source.systemTags.filter((tag) => !['development', 'archived'].includes(tag)),
    parent: source.parent ?? source.id,
    script,
    configuration,
    hyperparams,
    comment,
    ...(project === undefined ? {} : { project }),
  });
}

function updateTask(world: FakeWorld, data: Row): Row {
  const task = world.task(textIn(data, 'task'));
  writable(task);
  if (typeof data['name'] === 'string') {
    task.name = data['name'];
  }
  if (typeof data['comment'] === 'string') {
    task.comment = data['comment'];
  }
  if (Array.isArray(data['tags'])) {
    task.tags = textsIn(data, 'tags');
  }
  return { updated: 1, fields: {} };
}

function updateTags(world: FakeWorld, data: Row): Row {
  const removed = textsIn(data, 'remove_tags');
  for (const task of textsIn(data, 'ids').map((id) => world.task(id))) {
    writable(task);
    const all = [...new Set([...task.tags, ...textsIn(data, 'add_tags')])];
    task.tags = all.filter((tag) => !removed.includes(tag));
  }
  return { updated: 1 };
}

function writable(task: FakeTask): void {
  if (task.isPublicExample) {
    throw new FakeError(403, 21, 'No write permission');
  }
}

/** Answers 200 even when every item failed. */
function many(world: FakeWorld, data: Row, run: (task: FakeTask) => Row): Row {
  const succeeded: Row[] = [];
  const failed: Row[] = [];
  for (const id of textsIn(data, 'ids')) {
    try {
      succeeded.push({ id, ...run(world.task(id)) });
    } catch (error) {
      if (!(error instanceof FakeError)) {
        throw error;
      }
      failed.push({ id, error: { codes: [error.code, error.subcode], msg: error.message, data: {} } });
    }
  }
  return { succeeded, failed };
}
