import type { Dataset } from '../../core/datasets';
import type { EpochMs, Project, Task } from '../../core/entities';
import type { Model } from '../../core/models';
import type { TaskArtifact, TaskModel, TaskParameter } from '../../core/task-details';
import { statusOf } from '../clearml/statuses';
import type { ArtifactRow, DatasetRow, ModelRow, ProjectRow, TaskRow } from './schema';

/** ISO with an offset; one without is taken for UTC. */
export function momentOf(text: string | undefined): EpochMs | undefined {
  if (text === undefined || text === '') {
    return undefined;
  }
  const isZoned = /(z|[+-]\d\d:?\d\d)$/i.test(text);
  const moment = Date.parse(isZoned || !text.includes(':') ? text : `${text.replace(' ', 'T')}Z`);
  return Number.isNaN(moment) ? undefined : moment;
}

/** A slash ends the name in the gateway's routes, even when it is encoded. */
export function isListable(projectName: string): boolean {
  return projectName !== '' && !projectName.includes('/');
}

export function toProject({ id, name, description, last_update: updated }: ProjectRow): Project {
  const updatedAt = momentOf(updated);
  return {
    id,
    name,
    ...(description === undefined || description === '' ? {} : { description }),
    ...(updatedAt === undefined ? {} : { updatedAt }),
    ...(isListable(name) ? {} : { note: 'not listable through the gateway' }),
  };
}

export function toTask(row: TaskRow, projectName: string | undefined): Task {
  const word = row.status ?? 'unknown';
  return {
    id: row.id,
    name: row.name ?? row.id,
    status: statusOf(word),
    serverStatus: word,
    isStopping: false,
    tags: row.tags ?? [],
    isArchived: row.system_tags?.includes('archived') ?? false,
    can: [],
    ...(row.type === undefined ? {} : { type: row.type }),
    ...(row.project === undefined ? {} : { projectId: row.project }),
    ...(projectName === undefined ? {} : { projectName }),
    ...(row.comment === undefined || row.comment === '' ? {} : { comment: row.comment }),
    ...toMoments(row),
  };
}

function toMoments(row: TaskRow): Pick<Task, 'createdAt' | 'startedAt' | 'endedAt' | 'updatedAt'> {
  const createdAt = momentOf(row.created);
  const startedAt = momentOf(row.started);
  const endedAt = momentOf(row.completed);
  const updatedAt = momentOf(row.last_updated);
  return {
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(updatedAt === undefined ? {} : { updatedAt }),
  };
}

/** `Section/name` → both parts; a name without a section belongs to `General`. */
export function toParameter([key, value]: readonly [string, unknown]): TaskParameter {
  const slash = key.indexOf('/');
  const section = slash > 0 ? key.slice(0, slash) : 'General';
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  return { section, name: slash > 0 ? key.slice(slash + 1) : key, value: shown };
}

export function toArtifact(row: ArtifactRow): TaskArtifact {
  const addedAt = momentOf(row.timestamp);
  return {
    name: row.name,
    direction: row.mode === 'input' ? 'input' : 'output',
    ...(row.type === undefined ? {} : { type: row.type }),
    ...(row.uri === undefined || row.uri === '' ? {} : { uri: row.uri }),
    ...(typeof row.size === 'number' ? { sizeBytes: row.size } : {}),
    ...(row.hash === undefined || row.hash === '' ? {} : { hash: row.hash }),
    ...(addedAt === undefined ? {} : { addedAt }),
    ...(row.preview === undefined || row.preview === '' ? {} : { preview: row.preview }),
  };
}

export function toModels(row: TaskRow): TaskModel[] {
  const models = (ids: TaskRow['input_models'], direction: TaskModel['direction']): TaskModel[] =>
    Object.entries(ids ?? {}).flatMap(([name, id]) =>
      typeof id === 'string' ? [{ id, name, direction }] : [],
    );
  return [...models(row.input_models, 'input'), ...models(row.output_models, 'output')];
}

/** Whether a model is published or archived, and where its bytes are, the gateway does not tell. */
export function toModel(row: ModelRow, projectNames: ReadonlyMap<string, string>): Model {
  const { id, name, project, task, framework, tags } = row;
  const projectName = project === undefined ? undefined : projectNames.get(project);
  const createdAt = momentOf(row.created);
  const updatedAt = momentOf(row.last_update);
  return {
    id,
    name: name ?? id,
    isArchived: false,
    tags: tags ?? [],
    can: [],
    ...(framework === undefined || framework === '' ? {} : { framework }),
    ...(project === undefined ? {} : { projectId: project }),
    ...(projectName === undefined ? {} : { projectName }),
    ...(task === undefined || task === '' ? {} : { taskId: task }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(updatedAt === undefined ? {} : { updatedAt }),
  };
}

export function toDataset({ id, name, project, tags, version, created }: DatasetRow): Dataset {
  const createdAt = momentOf(created);
  return {
    id,
    name: name ?? id,
    tags: tags ?? [],
    ...(version === undefined || version === '' ? {} : { version }),
    ...(project === undefined || project === '' ? {} : { projectName: project }),
    ...(createdAt === undefined ? {} : { createdAt }),
  };
}
