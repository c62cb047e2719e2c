import { toWireNumber } from '../../backends/clearml/trackside-wire';
import { ApiError } from '../api-error';
import { nameHash } from '../ids';
import { isObject, isoTime, parseStrings, project, stringIn, type JsonObject } from '../json';
import type { SeriesState } from '../storage/series-state';
import { integer, numberOrUndefined, text, textOrUndefined, type Row } from '../storage/sqlite';
import type { TrackerContext } from '../tracker-context';
import { SECTIONS, type Section } from './task-words';

/** How a document is wanted. */
export interface DocumentForm {
  /** Dotted paths; empty means everything. */
  readonly onlyFields: readonly string[];
  /** References as `{id, name}` objects, as the `_ex` calls give them, or as plain ids. */
  readonly isJoined: boolean;
}

const TIMES = [
  'created',
  'started',
  'completed',
  'published',
  'status_changed',
  'last_update',
  'last_change',
] as const;
const TEXTS = ['id', 'name', 'type', 'status', 'status_reason', 'status_message', 'comment'] as const;
const ROOTS = new Set<string>([
  ...TIMES,
  ...TEXTS,
  ...SECTIONS,
  ...[
    'report',
    'parent',
    'project',
    'user',
    'company',
    'tags',
    'system_tags',
    'active_duration',
    'last_changed_by',
  ],
  ...[
    'last_iteration',
    'last_worker',
    'last_worker_report',
    'last_metrics',
    'report_assets',
    'logo_blob',
    '*',
    '',
  ],
]);

/** Fields that hold another object, joined by the `_ex` calls. */
const REFERENCES = ['project', 'parent', 'parent.project', 'user', 'company', 'execution.queue'] as const;

/** Sections that clients need as objects even when nothing was ever stored in them. */
const EMPTY_SECTIONS: Readonly<Partial<Record<Section, JsonObject>>> = {
  models: { input: [], output: [] },
  execution: { artifacts: [] },
  output: { destination: '' },
  script: {},
  hyperparams: {},
  configuration: {},
  container: {},
  runtime: {},
};

/** Makes task documents in the server's shape from rows of the tasks table. */
export class TaskDocuments {
  private readonly queueNames = new Map<string, string>();
  private readonly projectNames = new Map<string, string>();

  constructor(private readonly context: TrackerContext) {}

  /** Throws 400/14 when a path begins with a field that tasks do not have. */
  static checkFields(paths: readonly string[]): void {
    for (const path of paths) {
      const root = path.replace(/^-/, '').split('.')[0] ?? '';
      if (!ROOTS.has(root)) {
        throw new ApiError(400, 14, `Unknown field in only_fields: ${path}`);
      }
    }
  }

  make(row: Row, form: DocumentForm): JsonObject {
    const wanted = form.onlyFields.filter((path) => !path.startsWith('-')).map((path) => path.split('.')[0]);
    const wants = (root: string): boolean =>
      wanted.length === 0 || wanted.includes(root) || wanted.includes('*');
    const document = {
      ...this.plain(row),
      ...this.references(row, form.isJoined),
      ...this.sections(row, form.isJoined, wants),
      ...(wants('last_metrics') ? { last_metrics: this.lastMetrics(integer(row, 'key')) } : {}),
    };
    return project(
      document,
      form.onlyFields.length > 0 && form.isJoined ? withIds(form.onlyFields) : form.onlyFields,
    );
  }

  private plain(row: Row): JsonObject {
    const document: JsonObject = {
      tags: parseStrings(text(row, 'tags')),
      system_tags: parseStrings(text(row, 'system_tags')),
      last_iteration: integer(row, 'last_iteration'),
      ...activeDuration(row),
    };
    for (const name of TEXTS) {
      document[name] = text(row, name);
    }
    for (const name of TIMES) {
      const at = numberOrUndefined(row, name);
      if (at !== undefined) {
        document[name] = isoTime(at);
      }
    }
    for (const name of ['report', 'last_worker'] as const) {
      const value = textOrUndefined(row, name);
      if (value !== undefined) {
        document[name] = value;
      }
    }
    return document;
  }

  private references(row: Row, isJoined: boolean): JsonObject {
    const { userId, userName, companyId, companyName } = this.context.authentication.identity;
    const projectId = textOrUndefined(row, 'project');
    const parentId = textOrUndefined(row, 'parent');
    if (!isJoined) {
      const ids = { user: userId, company: companyId };
      return { ...ids, ...(projectId && { project: projectId }), ...(parentId && { parent: parentId }) };
    }
    return {
      user: { id: userId, name: userName },
      company: { id: companyId, name: companyName },
      ...(projectId && { project: { id: projectId, name: this.projectName(projectId) } }),
      ...(parentId && { parent: this.parent(parentId) }),
    };
  }

  private sections(row: Row, isJoined: boolean, wants: (root: string) => boolean): JsonObject {
    const key = integer(row, 'key');
    const document: JsonObject = {};
    for (const section of SECTIONS.filter(wants)) {
      const body = { ...EMPTY_SECTIONS[section], ...this.context.storage.tasks.section(key, section) };
      document[section] = this.section(section, row, body, isJoined);
    }
    return document;
  }

  private section(section: Section, row: Row, body: JsonObject, isJoined: boolean): JsonObject {
    switch (section) {
      case 'execution':
        return this.execution(row, body, isJoined);
      case 'models':
        return isJoined
          ? { input: this.joinedModels(body['input']), output: this.joinedModels(body['output']) }
          : body;
      default:
        return body;
    }
  }

  /** Entries of a task's models with the model itself in the place of its id. */
  private joinedModels(entries: unknown): unknown[] {
    return (Array.isArray(entries) ? entries : []).filter(isObject).map((entry) => {
      const id = stringIn(entry, 'model') ?? '';
      const model = this.context.storage.models.find(id);
      const known = model === undefined ? {} : { name: model.name, uri: model.uri };
      return { ...entry, model: { id, ...known } };
    });
  }

  private execution(row: Row, body: JsonObject, isJoined: boolean): JsonObject {
    const queue = textOrUndefined(row, 'queue');
    if (queue === undefined) {
      return body;
    }
    return { ...body, queue: isJoined ? { id: queue, name: this.queueName(queue) } : queue };
  }

  private lastMetrics(key: number): JsonObject {
    const result: Record<string, JsonObject> = {};
    const put = (metric: string, variant: string, figures: JsonObject): void => {
      const hash = nameHash(metric);
      result[hash] = { ...result[hash], [nameHash(variant)]: { metric, variant, ...figures } };
    };
    for (const state of this.context.storage.series.list(key)) {
      put(state.name.metric, state.name.variant, seriesFigures(state));
    }
    for (const { metric, variant, value } of this.context.storage.singleValues.list(key)) {
      const figure = toWireNumber(value);
      put(metric, variant, { value: figure, min_value: figure, max_value: figure, count: 1 });
    }
    return result;
  }

  private parent(id: string): JsonObject {
    const row = this.context.storage.tasks.row(id);
    const projectId = row === undefined ? undefined : textOrUndefined(row, 'project');
    return {
      id,
      ...(row && { name: text(row, 'name') }),
      ...(projectId && { project: { id: projectId, name: this.projectName(projectId) } }),
    };
  }

  private projectName(id: string): string {
    return remembered(this.projectNames, id, () => this.context.storage.projects.find(id)?.name ?? '');
  }

  private queueName(id: string): string {
    return remembered(this.queueNames, id, () => this.context.storage.queues.find(id)?.name ?? '');
  }
}

/** The `_ex` calls always give the id of the task and of every object that a path reaches into. */
function withIds(paths: readonly string[]): readonly string[] {
  const reached = REFERENCES.filter((reference) => paths.some((path) => path.startsWith(`${reference}.`)));
  return [...paths, 'id', ...reached.map((reference) => `${reference}.id`)];
}

/** The text of a configuration object of the task, as people edit it. */
export function configurationText(configuration: JsonObject, name: string): string | undefined {
  const entry = configuration[name];
  return typeof entry === 'object' && entry !== null && 'value' in entry
    ? stringIn({ ...entry }, 'value')
    : undefined;
}

function remembered(names: Map<string, string>, id: string, find: () => string): string {
  const name = names.get(id) ?? find();
  names.set(id, name);
  return name;
}

function activeDuration(row: Row): JsonObject {
  const started = numberOrUndefined(row, 'started');
  if (started === undefined) {
    return {};
  }
  const end = numberOrUndefined(row, 'completed') ?? integer(row, 'last_update');
  return { active_duration: Math.max(0, Math.floor((end - started) / 1000)) };
}

function seriesFigures(state: Readonly<SeriesState>): JsonObject {
  const mean = state.count === 0 ? NaN : state.sum / state.count;
  return {
    value: toWireNumber(state.last),
    min_value: toWireNumber(state.min),
    min_value_iteration: toWireNumber(state.minStep),
    max_value: toWireNumber(state.max),
    max_value_iteration: toWireNumber(state.maxStep),
    first_value: toWireNumber(state.first),
    first_value_iteration: toWireNumber(state.firstStep),
    mean_value: toWireNumber(mean),
    count: state.count,
  };
}
