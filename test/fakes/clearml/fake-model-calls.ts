import { FakeError, isRow, textIn, textsIn, type Row } from './fake-error';
import { isoDate, projected } from './fake-task-documents';
import type { Handler } from './fake-task-calls';
import { fitsTags, page } from './fake-task-filter';
import type { FakeModel, FakeWorld } from './fake-world';

/** Models. Only the real personality has them: the document names calls that no server has. */
export function modelCalls(world: FakeWorld): Record<string, Handler> {
  return {
    'models.get_all_ex': (data) => ({
      models: page(
        world.models.filter((model) => fits(model, data)).sort((a, b) => b.created - a.created),
        data,
      ).map((model) => projected(document(world, model), textsIn(data, 'only_fields'))),
    }),
    'models.create': (data) => ({
      id: world.addModel({
        name: textIn(data, 'name'),
        uri: textIn(data, 'uri'),
        framework: typeof data['framework'] === 'string' ? data['framework'] : '',
        isReady: data['ready'] !== false,
        tags: textsIn(data, 'tags'),
        ...(typeof data['project'] === 'string' ? { project: data['project'] } : {}),
        ...(typeof data['task'] === 'string' ? { task: data['task'] } : {}),
      }).id,
      created: true,
    }),
    'models.set_ready': (data) => setReady(world, data),
    'models.update': (data) => {
      const model = modelIn(world, textIn(data, 'model'));
      if (typeof data['name'] === 'string') {
        model.name = data['name'];
      }
      if (Array.isArray(data['tags'])) {
        model.tags = textsIn(data, 'tags');
      }
      return { updated: 1, fields: {} };
    },
    'models.update_tags': (data) => {
      for (const model of textsIn(data, 'ids').map((id) => modelIn(world, id))) {
        const removed = textsIn(data, 'remove_tags');
        model.tags = [...new Set([...model.tags, ...textsIn(data, 'add_tags')])].filter(
          (tag) => !removed.includes(tag),
        );
      }
      return { updated: 1 };
    },
    'models.archive_many': (data) =>
      many(world, data, (model) => {
        model.systemTags = [...new Set([...model.systemTags, 'archived'])];
      }),
    'models.unarchive_many': (data) =>
      many(world, data, (model) => {
        model.systemTags = model.systemTags.filter((tag) => tag !== 'archived');
      }),
    'models.delete_many': (data) =>
      many(world, data, (model) => {
        if (world.tasks.some(({ id, status }) => id === model.task && status === 'published')) {
          throw new FakeError(400, 206, 'Task that created this model is published');
        }
        world.models.splice(world.models.indexOf(model), 1);
      }),
  };
}

function modelIn(world: FakeWorld, id: string): FakeModel {
  const model = world.models.find((candidate) => candidate.id === id);
  if (model === undefined) {
    throw new FakeError(400, 201, `Invalid model id: id=${id}, company=company`);
  }
  return model;
}

function setReady(world: FakeWorld, data: Row): Row {
  const model = modelIn(world, textIn(data, 'model'));
  if (model.isReady) {
    throw new FakeError(400, 203, 'Model is already ready');
  }
  model.isReady = true;
  const creator = world.tasks.find(({ id }) => id === model.task);
  if (data['publish_task'] === false || creator === undefined) {
    return { updated: 1 };
  }
  creator.status = 'published';
  return { updated: 1, published_task: { id: creator.id, data: { updated: 1 } } };
}

function fits(model: FakeModel, data: Row): boolean {
  const among = (key: string, value: string | undefined): boolean => {
    const wanted = textsIn(data, key);
    return wanted.length === 0 || (value !== undefined && wanted.includes(value));
  };
  const any = data['_any_'];
  const pattern = isRow(any) ? new RegExp(textIn(any, 'pattern'), 'i') : undefined;
  return (
    among('id', model.id) &&
    among('project', model.project) &&
    among('task', model.task) &&
    fitsTags(model.systemTags, textsIn(data, 'system_tags')) &&
    (pattern === undefined || pattern.test(model.name) || pattern.test(model.id))
  );
}

function document(world: FakeWorld, model: FakeModel): Row {
  const project = world.projects.find(({ id }) => id === model.project);
  const task = world.tasks.find(({ id }) => id === model.task);
  return {
    id: model.id,
    name: model.name,
    uri: model.uri,
    framework: model.framework,
    ready: model.isReady,
    tags: model.tags,
    system_tags: model.systemTags,
    comment: model.comment,
    last_metrics: model.lastMetrics,
    created: isoDate(model.created, 'real'),
    last_update: isoDate(model.lastUpdate, 'real'),
    company: { id: 'company' },
    user: { id: 'user', name: 'Ada' },
    project: project && { id: project.id, name: project.name },
    task: task && { id: task.id, name: task.name },
  };
}

/** Answers 200 even when every item failed. */
function many(world: FakeWorld, data: Row, run: (model: FakeModel) => void): Row {
  const succeeded: Row[] = [];
  const failed: Row[] = [];
  for (const id of textsIn(data, 'ids')) {
    try {
      run(modelIn(world, id));
      succeeded.push({ id });
    } catch (error) {
      if (!(error instanceof FakeError)) {
        throw error;
      }
      failed.push({ id, error: { codes: [error.code, error.subcode], msg: error.message, data: {} } });
    }
  }
  return { succeeded, failed };
}
