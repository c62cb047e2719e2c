import { createHash } from 'node:crypto';
import { isRow, type Row } from './fake-error';
import type { FakeScalar, FakeTask, FakeWorld, Personality } from './fake-world';

/** The real server writes an offset and six digits, the document a `Z`. */
export function isoDate(at: number, personality: Personality): string {
  const text = new Date(at).toISOString();
  return personality === 'real' ? text.replace('Z', '000+00:00') : text;
}

export function taskDocument(world: FakeWorld, task: FakeTask, personality: Personality): Row {
  const date = (at: number | undefined): string | undefined =>
    at === undefined ? undefined : isoDate(at, personality);
  const project = world.projects.find(({ id }) => id === task.project);
  const full: Row = {
    id: task.id,
    name: task.name,
    type: task.type,
    status: task.status,
    status_reason: task.statusReason,
    status_message: task.statusMessage,
    status_changed: date(task.statusChanged),
    comment: task.comment,
    created: date(task.created),
    started: date(task.started),
    completed: date(task.completed),
    last_update: date(task.lastUpdate),
    last_iteration: task.lastIteration,
    last_worker: task.lastWorker,
    last_metrics: lastMetrics(world.scalars.get(task.id) ?? []),
    parent: task.parent === undefined ? undefined : { id: task.parent },
    project: project === undefined ? undefined : { id: project.id, name: project.name },
    user: { id: 'user', name: 'Ada' },
    company: task.isPublicExample ? {} : { id: 'company' },
    execution: {
      ...(task.queue === undefined ? {} : { queue: { id: task.queue } }),
      ...(task.artifacts === undefined ? {} : { artifacts: task.artifacts }),
    },
    container: task.container,
    output: task.output,
    report: task.report,
    script: task.script,
    configuration: task.configuration,
    hyperparams: task.hyperparams,
    runtime: task.runtime,
    tags: task.tags,
    system_tags: task.systemTags,
  };
  if (personality === 'document') {
    delete full['company'];
    delete full['last_worker'];
    // The page says a list may be missing where there is nothing to list.
    if (task.tags.length === 0) {
      delete full['tags'];
    }
  }
  return full;
}

/** Only what was asked for; unset fields are absent, not null. */
export function projected(document: Row, fields: readonly string[]): Row {
  if (fields.length === 0) {
    return withoutUnset(document);
  }
  const picked: Row = { id: document['id'] };
  for (const field of fields) {
    const [first = '', ...rest] = field.split('.').map(unescapeKey);
    const value = document[first];
    if (rest.length === 0 || !isRow(value) || ['project', 'user', 'task'].includes(first)) {
      picked[first] = value;
    } else {
      picked[first] = withPath(picked[first], value, rest);
    }
  }
  return withoutUnset(picked);
}

function withPath(before: unknown, value: unknown, [head, ...rest]: readonly string[]): unknown {
  if (head === undefined || !isRow(value)) {
    return value;
  }
  const held = isRow(before) ? before : {};
  return value[head] === undefined ? held : { ...held, [head]: withPath(held[head], value[head], rest) };
}

/** The server takes names in paths escaped and gives them plain. */
function unescapeKey(part: string): string {
  const plain: Readonly<Record<string, string>> = { '%%': '%', '%2E': '.', '%24': '$', '%_%_': '__' };
  return part.replace(/%%|%2E|%24|%_%_/g, (code) => plain[code] ?? code);
}

function withoutUnset(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

function lastMetrics(scalars: readonly FakeScalar[]): Row {
  const groups = new Map<string, FakeScalar[]>();
  for (const scalar of scalars) {
    const key = JSON.stringify([scalar.metric, scalar.variant]);
    const group = groups.get(key) ?? [];
    group.push(scalar);
    groups.set(key, group);
  }
  const found: Record<string, Row> = {};
  for (const group of groups.values()) {
    const [{ metric, variant } = { metric: '', variant: '' }] = group;
    const values = group.map(({ value }) => value);
    const entry = {
      metric,
      variant,
      value: values.at(-1),
      min_value: values.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY),
      max_value: values.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY),
      count: values.length,
    };
    found[md5(metric)] = { ...found[md5(metric)], [md5(variant)]: entry };
  }
  return found;
}
