import * as z from 'zod';
import { ApiError } from '../api-error';
import type { Endpoint } from '../http/call';
import { isoTime, objectIn, project as pick, stringIn, stringsIn, type JsonObject } from '../json';
import { compilePattern } from '../storage/pattern';
import { fieldsFilters, isWithin, timeBounds } from '../storage/field-filter';
import type { ModelRecord } from '../storage/model-store';
import { ARCHIVED } from '../tasks/task-words';
import { TaskCommands } from '../tasks/task-commands';
import type { TrackerContext } from '../tracker-context';
import { ids, maybeFlag, maybeObject, maybeTags, maybeText, paths, reading, writing } from './endpoint';
import { eachInTurn } from './many';
import { Scrolls } from './paging';

const fields = z.object({
  name: maybeText,
  uri: maybeText,
  project: maybeText,
  task: maybeText,
  parent: maybeText,
  framework: maybeText,
  comment: maybeText,
  labels: maybeObject,
  design: maybeObject,
  tags: maybeTags,
  system_tags: maybeTags,
  iteration: z.number().nullish(),
});
type ModelFields = z.output<typeof fields>;

const named = z.object({ model: z.string() });
const metadataItem = z.looseObject({ key: z.string().min(1), type: maybeText, value: maybeText });

/** Models as the SDK makes and reads them. */
export function modelEndpoints(context: TrackerContext): Endpoint[] {
  return [...readers(context), ...writers(context), ...keepers(context), ...metadata(context)];
}

/** The model with this id; throws 400/201. */
export function requireModel(context: TrackerContext, id: string): ModelRecord {
  const model = context.storage.models.find(id);
  if (model === undefined) {
    throw new ApiError(400, 201, `Invalid model id: id=${id}`);
  }
  return model;
}

function readers(context: TrackerContext): Endpoint[] {
  const filters = z.looseObject({
    id: ids,
    name: maybeText,
    uri: ids,
    task: ids,
    project: ids,
    framework: ids,
    tags: ids,
    system_tags: ids,
    ready: z.boolean().nullish(),
    last_update: z.unknown().optional(),
    last_change: z.unknown().optional(),
    only_fields: paths,
    order_by: ids,
  });
  const scrolls = new Scrolls(() => context.clock.now());
  const list = (name: string, isJoined: boolean): Endpoint =>
    reading(name, filters, (request) => {
      const { tasks, projects } = { tasks: request.task, projects: request.project };
      const found = context.storage.models
        .list({ tasks, projects })
        .filter((model) => matches(model, request) && isTimely(model, request));
      const ordered = order(found, request.order_by[0]);
      const { offset, limit, advance } = scrolls.window(request);
      const page = ordered.slice(offset, offset + limit);
      return {
        models: page.map((model) =>
          pick(isJoined ? joined(context, model) : toDocument(model), withId(request.only_fields, isJoined)),
        ),
        ...(advance === undefined ? {} : { scroll_id: advance(page.length) }),
      };
    });
  return [
    list('models.get_all', false),
    list('models.get_all_ex', true),
    reading('models.get_by_id', named.extend({ only_fields: paths }), ({ model: id, only_fields }) => ({
      model: pick(toDocument(requireModel(context, id)), only_fields),
    })),
    reading('models.get_by_id_ex', z.object({ id: ids, only_fields: paths }), (request) => ({
      models: request.id.flatMap((id) => {
        const model = context.storage.models.find(id);
        return model === undefined ? [] : [pick(joined(context, model), withId(request.only_fields, true))];
      }),
    })),
    reading('models.get_frameworks', z.object({}), () => {
      const all = context.storage.models.list({ tasks: [], projects: [] });
      const names = all.flatMap(({ body }) =>
        typeof body['framework'] === 'string' ? [body['framework']] : [],
      );
      return { frameworks: [...new Set(names)].sort() };
    }),
  ];
}

function writers(context: TrackerContext): Endpoint[] {
  const { models } = context.storage;
  const change = (name: string): Endpoint =>
    writing(context, name, fields.extend(named.shape), ({ model: id, ...changed }) => {
      const known = requireModel(context, id);
      models.save(withFields(known, changed), context.clock.now());
      return { updated: 1, fields: bodyOf(changed) };
    });
  const creating = fields.extend({ name: z.string(), uri: z.string(), ready: z.boolean().nullish() });
  return [
    writing(context, 'models.create', creating, ({ ready, ...given }) => {
      const empty = { name: given.name, uri: given.uri, project: undefined, task: undefined, body: {} };
      const model = { ...empty, isReady: ready ?? true, id: '', created: 0, lastUpdate: 0 };
      return { id: models.create(withFields(model, given), context.clock.now()), created: true };
    }),
    change('models.edit'),
    change('models.update'),
    writing(
      context,
      'models.update_for_task',
      z.object({
        task: z.string(),
        name: maybeText,
        uri: maybeText,
        comment: maybeText,
        iteration: z.number().nullish(),
      }),
      (request) => {
        new TaskCommands(context).require(request.task);
        const uri = request.uri ?? '';
        const name = request.name ?? uri;
        const body = request.comment === undefined ? {} : { comment: request.comment };
        const id = models.create(
          { name, uri, project: undefined, task: request.task, isReady: false, body },
          context.clock.now(),
        );
        return { id, created: true, updated: 1, fields: {} };
      },
    ),
    writing(
      context,
      'models.set_ready',
      named.extend({ publish_task: maybeFlag, force_publish_task: maybeFlag }),
      ({ model: id, publish_task }) => {
        const known = requireModel(context, id);
        publishModel(context, known);
        const published =
          publish_task && known.task !== undefined ? publishTask(context, known.task) : undefined;
        return { updated: 1, ...(published === undefined ? {} : { published_task: published }) };
      },
    ),
  ];
}

function keepers(context: TrackerContext): Endpoint[] {
  const { models } = context.storage;
  const many = z.object({ ids: z.array(z.string()).min(1) });
  const each = (name: string, run: (model: ModelRecord) => JsonObject): Endpoint =>
    writing(context, name, many, (request) =>
      eachInTurn(request.ids, (id) => context.storage.transaction(() => run(requireModel(context, id)))),
    );
  const setArchived = (model: ModelRecord, isArchived: boolean): void => {
    const others = stringsIn(model.body['system_tags']).filter((tag) => tag !== ARCHIVED);
    const system_tags = isArchived ? [...others, ARCHIVED] : others;
    models.save({ ...model, body: { ...model.body, system_tags } }, context.clock.now());
  };
  return [
    each('models.publish_many', (model) => {
      publishModel(context, model);
      return { published: true };
    }),
    each('models.archive_many', (model) => {
      setArchived(model, true);
      return { archived: true };
    }),
    each('models.unarchive_many', (model) => {
      setArchived(model, false);
      return { unarchived: true };
    }),
    writing(context, 'models.delete', named, ({ model: id }) => {
      return deleteModel(context, requireModel(context, id));
    }),
    each('models.delete_many', (model) => deleteModel(context, model)),
    writing(context, 'models.update_tags', z.object({ ids, add_tags: ids, remove_tags: ids }), (request) => {
      for (const id of request.ids) {
        const model = requireModel(context, id);
        const kept = stringsIn(model.body['tags']).filter((tag) => !request.remove_tags.includes(tag));
        const tags = [...new Set([...kept, ...request.add_tags])];
        models.save({ ...model, body: { ...model.body, tags } }, context.clock.now());
      }
      return { updated: request.ids.length };
    }),
    writing(context, 'models.move', z.object({ ids, project: z.string() }), (request) => {
      for (const id of request.ids) {
        models.save({ ...requireModel(context, id), project: request.project }, context.clock.now());
      }
      return { moved: request.ids.length, project_id: request.project };
    }),
  ];
}

function metadata(context: TrackerContext): Endpoint[] {
  const { models } = context.storage;
  return [
    writing(
      context,
      'models.add_or_update_metadata',
      named.extend({ metadata: z.array(metadataItem), replace_metadata: maybeFlag }),
      ({ model: id, metadata: items, replace_metadata }) => {
        const model = requireModel(context, id);
        const stored = replace_metadata ? {} : objectIn(model.body, 'metadata');
        const added = Object.fromEntries(items.map((item) => [item.key, item]));
        const body = { ...model.body, metadata: { ...stored, ...added } };
        models.save({ ...model, body }, context.clock.now());
        return { updated: 1 };
      },
    ),
    writing(context, 'models.delete_metadata', named.extend({ keys: ids }), ({ model: id, keys }) => {
      const model = requireModel(context, id);
      const kept = Object.entries(objectIn(model.body, 'metadata')).filter(([key]) => !keys.includes(key));
      models.save(
        { ...model, body: { ...model.body, metadata: Object.fromEntries(kept) } },
        context.clock.now(),
      );
      return { updated: 1 };
    }),
  ];
}

/** With what it reported; its file stays for the client to delete. */
function deleteModel({ storage }: TrackerContext, { id, uri }: ModelRecord): JsonObject {
  storage.models.delete(id);
  storage.samples.clear(id);
  return { deleted: true, url: uri };
}

/** Throws 400/203 for one that was published before. */
function publishModel({ storage, clock }: TrackerContext, model: ModelRecord): void {
  if (model.isReady) {
    throw new ApiError(400, 203, `Model is ready: model=${model.id}`);
  }
  storage.models.save({ ...model, isReady: true }, clock.now());
}

/** The task that made a model is published with it, where its state allows that. */
function publishTask(context: TrackerContext, id: string): JsonObject | undefined {
  try {
    const options = { reason: '', message: '', isForced: false };
    const { updated, fields: changed } = new TaskCommands(context).move(id, 'publish', options);
    return { id, data: { updated, fields: changed } };
  } catch (error) {
    if (error instanceof ApiError) {
      return undefined;
    }
    throw error;
  }
}

function withFields(model: ModelRecord, given: ModelFields): ModelRecord {
  return {
    ...model,
    name: given.name ?? model.name,
    uri: given.uri ?? model.uri,
    project: given.project ?? model.project,
    task: given.task ?? model.task,
    body: { ...model.body, ...bodyOf(given) },
  };
}

/** What has no column of its own. */
function bodyOf(given: ModelFields): JsonObject {
  const { name: _name, uri: _uri, project: _project, task: _task, iteration, ...body } = given;
  const all = { ...body, ...(typeof iteration === 'number' ? { last_iteration: iteration } : {}) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** As the real server answers it: references are ids, and what nobody said has its default. */
function toDocument(model: ModelRecord): JsonObject {
  return {
    framework: '',
    comment: '',
    tags: [],
    system_tags: [],
    labels: {},
    design: {},
    metadata: {},
    last_iteration: 0,
    ...model.body,
    id: model.id,
    name: model.name,
    uri: model.uri,
    ready: model.isReady,
    created: isoTime(model.created),
    last_update: isoTime(model.lastUpdate),
    last_change: isoTime(model.lastUpdate),
    ...(model.project === undefined ? {} : { project: model.project }),
    ...(model.task === undefined ? {} : { task: model.task }),
  };
}

/** With references as objects. */
function joined(context: TrackerContext, model: ModelRecord): JsonObject {
  const project = model.project === undefined ? undefined : context.storage.projects.find(model.project);
  const task = model.task === undefined ? undefined : context.storage.tasks.row(model.task);
  return {
    ...toDocument(model),
    ...(project === undefined ? {} : { project: { id: project.id, name: project.name } }),
    ...(task === undefined ? {} : { task: { id: model.task, name: task['name'] } }),
  };
}

function withId(onlyFields: readonly string[], isJoined: boolean): readonly string[] {
  return isJoined && onlyFields.length > 0 ? ['id', ...onlyFields] : onlyFields;
}

interface ModelFilters {
  readonly id: readonly string[];
  readonly name: string | undefined;
  readonly uri: readonly string[];
  readonly framework: readonly string[];
  readonly tags: readonly string[];
  readonly system_tags: readonly string[];
  readonly ready?: boolean | null | undefined;
}

function matches(model: ModelRecord, filters: ModelFilters): boolean {
  const framework = stringIn(model.body, 'framework') ?? '';
  return (
    isAmong(filters.id, model.id) &&
    isAmong(filters.uri, model.uri) &&
    isAmong(filters.framework, framework) &&
    (filters.name === undefined || compilePattern(filters.name, false).test(model.name)) &&
    (filters.ready ?? model.isReady) === model.isReady &&
    hasTags(stringsIn(model.body['tags']), filters.tags) &&
    hasTags(stringsIn(model.body['system_tags']), filters.system_tags)
  );
}

/** What triggers ask for: models that changed since. */
function isTimely({ lastUpdate }: ModelRecord, filters: JsonObject): boolean {
  const asked = ['last_update', 'last_change'].flatMap((field) => timeBounds(filters[field]));
  const joint = fieldsFilters(filters).flatMap((filter) => ('bounds' in filter ? filter.bounds : []));
  return isWithin(lastUpdate, [...asked, ...joint]);
}

/** No wish at all fits everything. */
function isAmong(wanted: readonly string[], value: string): boolean {
  return wanted.length === 0 || wanted.includes(value);
}

/** `-x` excludes; the operators of lists are read as "all of the rest". */
function hasTags(tags: readonly string[], wanted: readonly string[]): boolean {
  let isNegated = false;
  for (const item of wanted) {
    if (item.startsWith('__$')) {
      isNegated = item === '__$not';
      continue;
    }
    const excludes = isNegated || item.startsWith('-');
    if (tags.includes(item.replace(/^-/, '')) === excludes) {
      return false;
    }
    isNegated = false;
  }
  return true;
}

function order(models: readonly ModelRecord[], by = '-created'): readonly ModelRecord[] {
  const key = by.replace(/^-/, '');
  const valueOf = (model: ModelRecord): string | number => {
    switch (key) {
      case 'name':
        return model.name;
      case 'last_update':
        return model.lastUpdate;
      default:
        return model.created;
    }
  };
  const sign = by.startsWith('-') ? -1 : 1;
  return [...models].sort((a, b) => {
    const [x, y] = [valueOf(a), valueOf(b)];
    return sign * (x < y ? -1 : x > y ? 1 : a.id.localeCompare(b.id));
  });
}
