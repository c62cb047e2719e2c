import { FakeError, isRow, listIn, textIn, textsIn, type Row } from './fake-error';
import { isoDate } from './fake-task-documents';
import type { Handler } from './fake-task-calls';
import { fitsTags, page } from './fake-task-filter';
import type { FakeProject, FakeWorld, Personality } from './fake-world';

/** Projects. The document knows no system tags, so it lists the hidden ones with the others, and cannot filter by them. */
export function projectCalls(world: FakeWorld, personality: Personality): Record<string, Handler> {
  const calls: Record<string, Handler> = {
    'projects.get_all_ex': (data) => ({ projects: listProjects(world, data, personality) }),
    'projects.create': (data) => createProject(world, data),
  };
  if (personality === 'real') {
    calls['projects.update'] = (data) => updateProject(world, data);
    calls['projects.move'] = (data) => moveProject(world, data);
    calls['projects.validate_delete'] = (data) => contentsOf(world, projectIn(world, data));
    calls['projects.delete'] = (data) => deleteProject(world, data);
  }
  return calls;
}

function listProjects(world: FakeWorld, data: Row, personality: Personality): Row[] {
  const pattern = typeof data['name'] === 'string' ? new RegExp(data['name']) : undefined;
  const found = world.projects
    .filter(({ name }) => pattern === undefined || pattern.test(name))
    .filter((project) => personality === 'document' || fits(project, data))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return page(found, data).map(({ id, name, created, systemTags }) => ({
    id,
    name,
    last_update: isoDate(created, personality),
    ...(personality === 'real' && listIn(data, 'only_fields').includes('system_tags')
      ? { system_tags: systemTags }
      : {}),
    ...(data['include_stats'] === true
      ? { stats: { active: { status_count: statusCount(world, name, data) } } }
      : {}),
    ...(personality === 'real' ? extras(world, id, data) : {}),
  }));
}

function fits({ systemTags }: FakeProject, data: Row): boolean {
  return (
    (data['search_hidden'] === true || !systemTags.includes('hidden')) &&
    fitsTags(systemTags, textsIn(data, 'system_tags'))
  );
}

/** Of the task that changed last and has any `runtime`, whatever that says; null where no task has. */
function datasetStats(world: FakeWorld, id: string): Row | null {
  const newest = world.tasks
    .filter(
      ({ project, runtime, systemTags }) =>
        project === id && Object.keys(runtime).length > 0 && !systemTags.includes('archived'),
    )
    .sort((a, b) => a.lastUpdate - b.lastUpdate)
    .at(-1);
  return newest === undefined
    ? null
    : {
        file_count: newest.runtime['ds_file_count'] ?? 0,
        total_size: newest.runtime['ds_total_size'] ?? 0,
      };
}

/** What the server adds beside the fields that were asked for. */
function extras(world: FakeWorld, id: string, data: Row): Row {
  return {
    ...(data['include_dataset_stats'] === true ? { dataset_stats: datasetStats(world, id) } : {}),
    ...(data['check_own_contents'] === true
      ? {
          own_tasks: world.tasks.filter(({ project }) => project === id).length,
          own_models: world.models.filter(({ project }) => project === id).length,
        }
      : {}),
  };
}

function statusCount(world: FakeWorld, name: string, data: Row): Record<string, number> {
  const counts: Record<string, number> = { created: 0, completed: 0, closed: 0, in_progress: 0, queued: 0 };
  const below = world.projects.filter(
    (project) =>
      project.name === name ||
      (project.name.startsWith(`${name}/`) &&
        (data['search_hidden'] === true || !project.systemTags.includes('hidden'))),
  );
  const ids = new Set(below.map(({ id }) => id));
  const counted = data['include_stats_filter'];
  const tags = isRow(counted) ? textsIn(counted, 'system_tags') : [];
  for (const task of world.tasks) {
    const isBelow = task.project !== undefined && ids.has(task.project);
    if (isBelow && !task.systemTags.includes('archived') && fitsTags(task.systemTags, tags)) {
      counts[task.status] = (counts[task.status] ?? 0) + 1;
    }
  }
  return counts;
}

function checkName(world: FakeWorld, name: string): void {
  if ((name.split('/').at(-1) ?? '').length < 3) {
    throw new FakeError(
      400,
      12,
      'Validation error (field=name): project name must be at least 3 characters long',
    );
  }
  if (world.projects.some((project) => project.name === name)) {
    throw new FakeError(
      400,
      801,
      'Value combination already exists (unique field already contains this value)',
    );
  }
}

function createProject(world: FakeWorld, data: Row): Row {
  const name = textIn(data, 'name');
  checkName(world, name);
  return { id: world.project(name, textsIn(data, 'system_tags')).id };
}

function projectIn(world: FakeWorld, data: Row): FakeProject {
  const id = textIn(data, 'project');
  const project = world.projects.find((candidate) => candidate.id === id);
  if (project === undefined) {
    throw new FakeError(400, 401, `Invalid project id: id=${id}, company=company`);
  }
  return project;
}

function locationOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('/')));
}

/** Takes full paths only, and none with another location. */
function updateProject(world: FakeWorld, data: Row): Row {
  const project = projectIn(world, data);
  const name = textIn(data, 'name');
  if (locationOf(name) !== locationOf(project.name)) {
    throw new FakeError(400, 408, 'Cannot update project location. Use projects.move instead');
  }
  checkName(world, name);
  rename(world, project, name);
  return { updated: 1, fields: { name } };
}

function moveProject(world: FakeWorld, data: Row): Row {
  const project = projectIn(world, data);
  const to = textIn(data, 'new_location');
  if (to === locationOf(project.name)) {
    throw new FakeError(400, 410, 'Project has the same source and destination locations');
  }
  if (to === project.name || to.startsWith(`${project.name}/`)) {
    throw new FakeError(400, 411, 'Project cannot be moved under itself');
  }
  const name = project.name.split('/').at(-1) ?? '';
  if (to !== '') {
    world.project(to);
  }
  rename(world, project, to === '' ? name : `${to}/${name}`);
  return { moved: 1 };
}

function rename(world: FakeWorld, project: FakeProject, name: string): void {
  const before = project.name;
  for (const each of world.projects) {
    if (each === project || each.name.startsWith(`${before}/`)) {
      each.name = name + each.name.slice(before.length);
    }
  }
}

function withBelow(world: FakeWorld, { name }: FakeProject): FakeProject[] {
  return world.projects.filter((each) => each.name === name || each.name.startsWith(`${name}/`));
}

function contentsOf(world: FakeWorld, project: FakeProject): Row {
  const ids = withBelow(world, project).map(({ id }) => id);
  const inside = ({ project: id }: { readonly project?: string }): boolean =>
    id !== undefined && ids.includes(id);
  const active = ({ systemTags }: { readonly systemTags: readonly string[] }): boolean =>
    !systemTags.includes('archived');
  const tasks = world.tasks.filter(inside);
  const models = world.models.filter(inside);
  return {
    tasks: tasks.length,
    non_archived_tasks: tasks.filter(active).length,
    models: models.length,
    non_archived_models: models.filter(active).length,
    reports: 0,
    non_archived_reports: 0,
    pipelines: 0,
    datasets: 0,
  };
}

function deleteProject(world: FakeWorld, data: Row): Row {
  const project = projectIn(world, data);
  const contents = contentsOf(world, project);
  if (data['force'] !== true && contents['non_archived_tasks'] !== 0) {
    throw new FakeError(400, 402, 'Project has associated tasks');
  }
  if (data['force'] !== true && contents['non_archived_models'] !== 0) {
    throw new FakeError(400, 405, 'Project has associated models');
  }
  const gone = withBelow(world, project);
  gone.forEach((each) => world.projects.splice(world.projects.indexOf(each), 1));
  return { deleted: gone.length, disassociated_tasks: 0, deleted_tasks: 0, deleted_models: 0, urls: {} };
}
