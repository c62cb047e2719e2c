import * as z from 'zod';
import { TASK_TYPES } from '../../backends/clearml/task-types-wire';
import { ApiError, badValue } from '../api-error';
import { maybeObject, maybeTags, maybeText } from './endpoint';
import { isObject, type JsonObject } from '../json';
import type { TaskColumns, TaskRecord } from '../storage/task-store';
import type { TrackerContext } from '../tracker-context';
import type { Section } from '../tasks/task-words';

/** What `tasks.create`, `edit` and `clone` may carry. Absent means unchanged. */
export const taskFields = z.object({
  name: z
    .string()
    .nullish()
    .transform((name) => name ?? undefined),
  type: z
    .enum(TASK_TYPES)
    .nullish()
    .transform((type) => type ?? undefined),
  comment: maybeText,
  report: maybeText,
  project: maybeText,
  parent: maybeText,
  tags: maybeTags,
  system_tags: maybeTags,
  script: maybeObject,
  execution: maybeObject,
  output: maybeObject,
  output_dest: maybeText,
  models: maybeObject,
  hyperparams: maybeObject,
  configuration: maybeObject,
  container: maybeObject,
  runtime: maybeObject,
});

export type TaskFields = z.output<typeof taskFields>;

/** Merged one level deep into what is stored; the other sections are replaced whole. */
const MERGED: ReadonlySet<Section> = new Set(['script', 'execution', 'output', 'models']);

/** Checks what the types alone do not say. Throws the real server's codes. */
export function checkTaskFields(context: TrackerContext, fields: TaskFields): void {
  if (fields.name !== undefined && fields.name.trim().length < 3) {
    throw new ApiError(
      400,
      800,
      `Data validation error: the name must have at least 3 characters, got "${fields.name}"`,
    );
  }
  if (
    fields.project !== undefined &&
    fields.project !== '' &&
    !context.storage.projects.find(fields.project)
  ) {
    throw badValue(`unknown project: id=${fields.project}`);
  }
  if (fields.parent !== undefined && fields.parent !== '' && !context.storage.tasks.find(fields.parent)) {
    throw badValue(`unknown parent task: id=${fields.parent}`);
  }
  checkHyperparams(fields.hyperparams ?? {});
}

/** Columns for the fields that have one. */
export function columnsOf(fields: TaskFields): Partial<TaskColumns> {
  const columns: Partial<TaskColumns> = {};
  if (fields.name !== undefined) columns.name = fields.name;
  if (fields.type !== undefined) columns.type = fields.type;
  if (fields.comment !== undefined) columns.comment = fields.comment;
  if (fields.report !== undefined) columns.report = fields.report;
  if (fields.project !== undefined) columns.project = fields.project === '' ? null : fields.project;
  if (fields.parent !== undefined) columns.parent = fields.parent === '' ? null : fields.parent;
  return columns;
}

/** Writes tags and sections that the fields carry. */
export function writeParts(context: TrackerContext, key: number, fields: TaskFields): void {
  const { tasks } = context.storage;
  for (const kind of ['tags', 'system_tags'] as const) {
    const tags = fields[kind];
    if (tags !== undefined) {
      tasks.setTags(key, kind, tags);
    }
  }
  for (const [section, body] of sectionsOf(fields)) {
    const stored = MERGED.has(section) ? { ...tasks.section(key, section), ...body } : body;
    tasks.setSection(key, section, section === 'execution' ? withArtifactList(stored) : stored);
  }
}

/** The status rule of the edit calls: drafts always, others by force. Throws 400/110. */
export function checkEditable(task: TaskRecord, isForced: boolean): void {
  if (task.status !== 'created' && !isForced) {
    throw new ApiError(
      400,
      110,
      `Invalid task status: expected=created, status=${task.status}, task=${task.id}`,
    );
  }
}

/** Hyperparameters are objects of objects with text values; anything else would break every reader. */
export function checkHyperparams(hyperparams: JsonObject): void {
  for (const [section, items] of Object.entries(hyperparams)) {
    for (const [name, item] of Object.entries(isObject(items) ? items : { '': items })) {
      const value = isObject(item) ? item['value'] : undefined;
      if (!isObject(item) || (value !== undefined && value !== null && typeof value !== 'string')) {
        const place = `${section}/${name}`;
        throw new ApiError(400, 800, `Data validation error: hyperparameter ${place} needs a text value`);
      }
    }
  }
}

function sectionsOf(fields: TaskFields): [Section, JsonObject][] {
  const output =
    fields.output_dest === undefined ? fields.output : { ...fields.output, destination: fields.output_dest };
  const named: [Section, JsonObject | undefined][] = [
    ['script', fields.script],
    ['execution', withoutQueue(fields.execution)],
    ['output', output],
    ['models', fields.models],
    ['hyperparams', fields.hyperparams],
    ['configuration', fields.configuration],
    ['container', fields.container],
    ['runtime', fields.runtime],
  ];
  return named.flatMap(([section, body]): [Section, JsonObject][] =>
    body === undefined ? [] : [[section, body]],
  );
}

/** The queue has a column of its own, which only enqueueing writes. */
function withoutQueue(execution: JsonObject | undefined): JsonObject | undefined {
  if (execution === undefined) {
    return undefined;
  }
  const { queue: _queue, ...rest } = execution;
  return rest;
}

function withArtifactList(execution: JsonObject): JsonObject {
  const artifacts = execution['artifacts'];
  return isObject(artifacts) ? { ...execution, artifacts: Object.values(artifacts) } : execution;
}
