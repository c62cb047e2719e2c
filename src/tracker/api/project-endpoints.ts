import * as z from 'zod';
import { ApiError, invalidProject } from '../api-error';
import type { Endpoint } from '../http/call';
import { project as pick, isoTime, stringIn, stringsIn, type JsonObject } from '../json';
import type { ModelRecord } from '../storage/model-store';
import { compilePattern, exactName } from '../storage/pattern';
import type { ProjectRecord } from '../storage/project-store';
import { TaskCommands } from '../tasks/task-commands';
import { ARCHIVED, HIDDEN } from '../tasks/task-words';
import type { TrackerContext } from '../tracker-context';
import { ids, maybeFlag, maybeTags, maybeText, paths, reading, writing } from './endpoint';
import { Scrolls } from './paging';
import { ProjectStats } from './project-stats';

const LONGEST_PATH = 10;

const fields = z.object({
  description: maybeText,
  tags: maybeTags,
  system_tags: maybeTags,
  default_output_destination: maybeText,
});

const filters = z.looseObject({
  id: ids,
  parent: ids,
  name: maybeText,
  basename: maybeText,
  description: maybeText,
  tags: ids,
  system_tags: ids,
  only_fields: paths,
  order_by: ids,
  search_hidden: maybeFlag,
  shallow_search: maybeFlag,
  include_stats: maybeFlag,
  include_stats_filter: z.record(z.string(), z.unknown()).nullish(),
  stats_with_children: z.boolean().nullish(),
  check_own_contents: maybeFlag,
});
type Filters = z.output<typeof filters>;

/** Reading and writing projects. */
export function projectEndpoints(context: TrackerContext): Endpoint[] {
  return [
    ...readers(context),
    create(context),
    update(context),
    move(context),
    remove(context),
    validateDelete(context),
  ];
}

function readers(context: TrackerContext): Endpoint[] {
  const scrolls = new Scrolls(() => context.clock.now());
  const list = (name: string, isJoined: boolean): Endpoint =>
    reading(name, filters, (request, { data }) => {
      const window = scrolls.window(data);
      const all = context.storage.projects.all();
      const matching = sorted(all.filter(matcher(request)), request.order_by);
      const page = matching.slice(window.offset, window.offset + window.limit);
      const counted = request.include_stats_filter ?? {};
      const stats = request.include_stats && isJoined ? new ProjectStats(context, all, counted) : undefined;
      const withChildren = request.stats_with_children ?? true;
      return {
        projects: page.map((each) => {
          const document = {
            ...toDocument(context, each, isJoined),
            ...stats?.of(each, withChildren),
            ...(request.check_own_contents && isJoined ? ownContents(context, each.id) : {}),
          };
          const extra = isJoined ? ['id', 'stats', 'sub_projects', 'own_tasks', 'own_models'] : [];
          return pick(document, request.only_fields.length > 0 ? [...request.only_fields, ...extra] : []);
        }),
        ...(window.advance && { scroll_id: window.advance(page.length) }),
      };
    });
  return [
    list('projects.get_all', false),
    list('projects.get_all_ex', true),
    reading('projects.get_by_id', z.object({ project: z.string() }), ({ project }) => ({
      project: toDocument(context, require(context, project), false),
    })),
    reading('projects.get_task_tags', z.object({ projects: ids }), ({ projects }) => {
      const rows = context.storage.db.all('SELECT DISTINCT tags, project FROM tasks');
      const used = rows.filter(({ project }) => projects.length === 0 || projects.includes(String(project)));
      return { tags: [...new Set(used.flatMap(({ tags }) => stringsIn(JSON.parse(String(tags)))))].sort() };
    }),
  ];
}

function create(context: TrackerContext): Endpoint {
  return writing(context, 'projects.create', fields.extend({ name: z.string() }), ({ name, ...body }) => {
    checkName(name);
    if (context.storage.projects.findByName(name) !== undefined) {
      throw new ApiError(400, 801, `Value combination already exists: name=${name}`);
    }
    const { userId } = context.authentication.identity;
    const id = context.storage.projects.create(name, userId, context.clock.now(), defined(body));
    context.live.changed('projects');
    return { id };
  });
}

function update(context: TrackerContext): Endpoint {
  const input = fields.extend({ project: z.string(), name: maybeText });
  return writing(context, 'projects.update', input, ({ project: id, name, ...body }) => {
    const known = require(context, id);
    if (name !== undefined && location(name) !== location(known.name)) {
      throw new ApiError(400, 408, `Cannot update project location. Use projects.move instead: name=${name}`);
    }
    if (name !== undefined) {
      checkName(name);
    }
    const changed = { ...known, body: { ...known.body, ...defined(body) } };
    context.storage.projects.save(changed, context.clock.now());
    if (name !== undefined && name !== known.name) {
      rename(context, changed, name, known.parent);
    }
    context.live.changed('projects');
    return { updated: 1, fields: defined({ name, ...body }) };
  });
}

function move(context: TrackerContext): Endpoint {
  const input = z.object({ project: z.string(), new_location: maybeText });
  return writing(context, 'projects.move', input, ({ project: id, new_location: target = '' }) => {
    const known = require(context, id);
    if (target === location(known.name)) {
      throw new ApiError(400, 410, `Project has the same source and destination: ${target}`);
    }
    if (target === known.name || target.startsWith(`${known.name}/`)) {
      throw new ApiError(400, 411, `Project cannot be moved under itself: ${target}`);
    }
    const { projects } = context.storage;
    const { userId } = context.authentication.identity;
    const parent =
      target === ''
        ? undefined
        : (projects.findByName(target)?.id ?? projects.create(target, userId, context.clock.now(), {}));
    const base = known.name.slice(known.name.lastIndexOf('/') + 1);
    const moved = projects.withDescendants(id).length;
    rename(context, known, target === '' ? base : `${target}/${base}`, parent);
    context.live.changed('projects');
    return { moved };
  });
}

function remove(context: TrackerContext): Endpoint {
  const input = z.object({ project: z.string(), force: maybeFlag, delete_contents: maybeFlag });
  return writing(context, 'projects.delete', input, ({ project: id, force, delete_contents: isDeep }) => {
    require(context, id);
    const doomed = context.storage.projects.withDescendants(id);
    const tasks = doomed.flatMap((each) => tasksIn(context, each.id));
    if (!force && tasks.some(({ isArchived }) => !isArchived)) {
      throw new ApiError(400, 402, `Project has associated tasks: id=${id}. Use force to delete it.`);
    }
    const models = modelsIn(context, doomed);
    const commands = new TaskCommands(context);
    for (const task of tasks) {
      if (isDeep) {
        commands.delete(task.id, true, { keepsModels: false, keepsFiles: false });
      } else {
        context.storage.tasks.change(task.key, { project: null });
      }
    }
    for (const model of models) {
      if (isDeep) {
        context.storage.models.delete(model.id);
      } else {
        context.storage.models.save({ ...model, project: undefined }, context.clock.now());
      }
    }
    for (const each of doomed) {
      context.storage.projects.delete(each.id);
    }
    context.live.changed('projects');
    return {
      deleted: doomed.length,
      disassociated_tasks: isDeep ? 0 : tasks.length,
      deleted_tasks: isDeep ? tasks.length : 0,
      deleted_models: isDeep ? models.length : 0,
      disassociated_models: isDeep ? 0 : models.length,
      urls: {},
    };
  });
}

function validateDelete(context: TrackerContext): Endpoint {
  return reading('projects.validate_delete', z.object({ project: z.string() }), ({ project: id }) => {
    require(context, id);
    const projects = context.storage.projects.withDescendants(id);
    const tasks = projects.flatMap((each) => tasksIn(context, each.id));
    const models = modelsIn(context, projects);
    const nothing = {
      reports: 0,
      non_archived_reports: 0,
      pipelines: 0,
      datasets: 0,
    };
    return {
      tasks: tasks.length,
      non_archived_tasks: tasks.filter(({ isArchived }) => !isArchived).length,
      models: models.length,
      non_archived_models: models.filter(({ body }) => !stringsIn(body['system_tags']).includes(ARCHIVED))
        .length,
      ...nothing,
    };
  });
}

function modelsIn(context: TrackerContext, projects: readonly ProjectRecord[]): ModelRecord[] {
  return context.storage.models.list({ tasks: [], projects: projects.map(({ id }) => id) });
}

/** What is right in a project, without those below it. */
function ownContents(context: TrackerContext, id: string): JsonObject {
  return {
    own_tasks: tasksIn(context, id).length,
    own_models: context.storage.models.count(id),
  };
}

function tasksIn(
  context: TrackerContext,
  projectId: string,
): { id: string; key: number; isArchived: boolean }[] {
  const rows = context.storage.db.all('SELECT id, key, is_archived FROM tasks WHERE project = ?', projectId);
  return rows.map((row) => ({
    id: String(row['id']),
    key: Number(row['key']),
    isArchived: row['is_archived'] === 1,
  }));
}

function require(context: TrackerContext, id: string): ProjectRecord {
  const project = context.storage.projects.find(id);
  if (project === undefined) {
    throw invalidProject(id);
  }
  return project;
}

/** Renames a project and everything below it. */
function rename(
  context: TrackerContext,
  project: ProjectRecord,
  name: string,
  parent: string | undefined,
): void {
  const { projects } = context.storage;
  const now = context.clock.now();
  const taken = projects.findByName(name);
  if (taken !== undefined && taken.id !== project.id) {
    throw new ApiError(400, 801, `Value combination already exists: name=${name}`);
  }
  for (const each of projects.withDescendants(project.id)) {
    const isTop = each.id === project.id;
    const newName = name + each.name.slice(project.name.length);
    projects.save({ ...(isTop ? project : each), name: newName, parent: isTop ? parent : each.parent }, now);
  }
}

function checkName(name: string): void {
  const parts = name.split('/');
  if (parts.some((part) => part.trim() === '') || (parts.at(-1) ?? '').trim().length < 3) {
    throw new ApiError(
      400,
      12,
      `Validation error (name: "${name}" needs parts, the last with at least 3 characters)`,
    );
  }
  if (parts.length > LONGEST_PATH) {
    throw new ApiError(400, 409, `Project path is too deep: at most ${LONGEST_PATH} levels`);
  }
}

function location(name: string): string {
  return name.slice(0, Math.max(name.lastIndexOf('/'), 0));
}

function basename(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

function defined(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

function toDocument(context: TrackerContext, record: ProjectRecord, isJoined: boolean): JsonObject {
  const { userId, userName, companyId, companyName } = context.authentication.identity;
  const { parent } = record;
  return {
    id: record.id,
    name: record.name,
    basename: basename(record.name),
    description: '',
    tags: [],
    system_tags: [],
    ...record.body,
    created: isoTime(record.created),
    last_update: isoTime(record.lastUpdate),
    user: isJoined ? { id: userId, name: userName } : userId,
    company: isJoined ? { id: companyId, name: companyName } : companyId,
    ...(parent !== undefined && { parent: isJoined ? { id: parent } : parent }),
  };
}

function matcher(request: Filters): (project: ProjectRecord) => boolean {
  const tests: ((project: ProjectRecord) => boolean)[] = [];
  const { id, parent, tags, system_tags: systemTags } = request;
  if (id.length > 0) {
    tests.push((each) => id.includes(each.id));
  } else if (!request.search_hidden) {
    tests.push((each) => !stringsIn(each.body['system_tags']).includes(HIDDEN));
  }
  if (parent.length > 0) {
    tests.push((each) => each.parent !== undefined && parent.includes(each.parent));
  } else if (request.shallow_search) {
    tests.push((each) => each.parent === undefined);
  }
  for (const [wanted, field] of [[tags, 'tags'] as const, [systemTags, 'system_tags'] as const]) {
    if (wanted.length > 0) {
      tests.push((each) => stringsIn(each.body[field]).some((tag) => wanted.includes(tag)));
    }
  }
  tests.push(...patternTests(request));
  return (each) => tests.every((test) => test(each));
}

function patternTests(request: Filters): ((project: ProjectRecord) => boolean)[] {
  const subjects: [string | undefined, (project: ProjectRecord) => string][] = [
    [request.name, ({ name }) => name],
    [request.basename, ({ name }) => basename(name)],
    [request.description, ({ body }) => stringIn(body, 'description') ?? ''],
  ];
  return subjects.flatMap(([pattern, subject]) => {
    if (pattern === undefined || pattern === '') {
      return [];
    }
    const exact = exactName(pattern);
    const expression = exact === undefined ? compilePattern(pattern, false) : undefined;
    return [(each) => (expression === undefined ? subject(each) === exact : expression.test(subject(each)))];
  });
}

function sorted(projects: ProjectRecord[], orderBy: readonly string[]): ProjectRecord[] {
  const [first] = orderBy;
  if (first === undefined) {
    return projects;
  }
  const path = first.replace(/^-/, '');
  const value = (each: ProjectRecord): string | number =>
    path === 'created' ? each.created : path === 'last_update' ? each.lastUpdate : each.name;
  const up = (a: ProjectRecord, b: ProjectRecord): number =>
    value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0;
  return projects.toSorted((a, b) => (first.startsWith('-') ? up(b, a) : up(a, b)));
}
