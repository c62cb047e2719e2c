import { FakeError, isRow, textIn, textsIn, type Row } from './fake-error';
import type { Handler } from './fake-task-calls';
import type { FakeWorld } from './fake-world';

/** The second part of the version from which on a server has a call. */
const SINCE: Readonly<Record<string, number>> = {
  'projects.validate_delete': 14,
  'events.scalar_metrics_iter_raw': 16,
  'organization.get_entities_count': 20,
  'projects.get_user_names': 26,
  'tasks.update_tags': 27,
  'models.update_tags': 27,
  'queues.clear_queue': 31,
};

/** Fields that servers refuse a whole request for, by service, and the version from which on they do not. */
const FIELDS_SINCE: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  tasks: { report: 23 },
  models: { last_metrics: 25 },
};

/** Versions in which figures of workers are kept under the server's own key. */
const KEYED_FROM = 20;
const KEYED_BEFORE = 27;

/**
 * Answers as a server of API 2.13 to 2.34 was seen to do where that is not what the newest does. Undefined for calls
 * that it does not have.
 */
export function asOld(
  apiMinor: number,
  call: string,
  handler: Handler | undefined,
  world: FakeWorld,
): Handler | undefined {
  if (handler === undefined || apiMinor < (SINCE[call] ?? 0)) {
    return undefined;
  }
  return (body) => {
    checkFields(apiMinor, call, body);
    checkStates(apiMinor, call, body, world);
    return answered(apiMinor, call, handler(understood(apiMinor, call, body, world)));
  };
}

function checkFields(apiMinor: number, call: string, body: Row): void {
  const since = FIELDS_SINCE[call.split('.')[0] ?? ''] ?? {};
  const roots = textsIn(body, 'only_fields').map((field) => field.split('.')[0] ?? '');
  const unknown = [...new Set(roots)].filter((field) => apiMinor < (since[field] ?? 0));
  if (unknown.length > 0) {
    throw new FakeError(400, 14, `Fields not defined for object: fields=(${unknown.join(', ')}), object=Any`);
  }
  const paths = [...textsIn(body, 'only_fields'), ...textsIn(body, 'order_by')];
  const long = paths.find((path) => /^-?hyperparams\./.test(path) && path.split('.').length > 3);
  if (apiMinor < 14 && long !== undefined) {
    throw new FakeError(400, 12, `Validation error (invalid task field): path=${long}`);
  }
}

const QUEUED_EDITS = /^tasks\.(edit|delete)_(hyper_params|configuration)$/;

function checkStates(apiMinor: number, call: string, body: Row, world: FakeWorld): void {
  if (apiMinor < 34 && QUEUED_EDITS.test(call) && world.task(textIn(body, 'task')).status === 'queued') {
    throw new FakeError(400, 110, 'Invalid task status: expected=created, status=queued');
  }
  if (apiMinor < 31 && call === 'tasks.enqueue' && world.task(textIn(body, 'task')).status === 'queued') {
    throw new FakeError(400, 110, 'Invalid task status: current_status=queued, new_status=queued');
  }
}

/** What servers before take no notice of. */
const HEARD_SINCE: Readonly<Record<string, number>> = {
  start: 16,
  size: 16,
  include_stats_filter: 17,
  include_dataset_stats: 20,
  created: 31,
};

/** The part of a request that the server takes notice of. */
function understood(apiMinor: number, call: string, body: Row, world: FakeWorld): Row {
  const heard: Row = Object.fromEntries(
    Object.entries(body).filter(([field]) => apiMinor >= (HEARD_SINCE[field] ?? 0)),
  );
  if (apiMinor < 17) {
    heard['search_hidden'] = true;
  }
  if (apiMinor < 21 && call === 'queues.delete') {
    // What waited in it stays queued.
    world.queue(textIn(body, 'queue')).entries = [];
  }
  if (call === 'workers.get_stats' && isKeyed(apiMinor)) {
    heard['worker_ids'] = textsIn(body, 'worker_ids')
      .filter((name) => name.startsWith(KEY_PREFIX))
      .map((name) => name.slice(KEY_PREFIX.length));
  }
  return heard;
}

const KEY_PREFIX = 'worker_';

function isKeyed(apiMinor: number): boolean {
  return apiMinor >= KEYED_FROM && apiMinor < KEYED_BEFORE;
}

function answered(apiMinor: number, call: string, answer: Row): Row {
  if (call === 'server.info') {
    return { ...answer, api_version: `2.${apiMinor}` };
  }
  if (call === 'workers.get_stats' && isKeyed(apiMinor)) {
    return {
      workers: rowsIn(answer, 'workers').map((row) => ({
        ...row,
        worker: `${KEY_PREFIX}${textIn(row, 'worker')}`,
      })),
    };
  }
  if (call === 'projects.get_all_ex' && apiMinor < 21) {
    return { projects: rowsIn(answer, 'projects').map(({ own_models: _, ...row }) => row) };
  }
  if (call.startsWith('tasks.get_') && apiMinor < 31) {
    return { ...answer, tasks: rowsIn(answer, 'tasks').map(withoutCounts) };
  }
  return answer;
}

function withoutCounts(task: Row): Row {
  const metrics = task['last_metrics'];
  if (!isRow(metrics)) {
    return task;
  }
  const stripped = Object.entries(metrics).map(([metric, variants]) => [
    metric,
    Object.fromEntries(
      Object.entries(isRow(variants) ? variants : {}).map(([variant, entry]) => {
        const { count: _, ...figures } = isRow(entry) ? entry : {};
        return [variant, figures];
      }),
    ),
  ]);
  return { ...task, last_metrics: Object.fromEntries(stripped) as Row };
}

function rowsIn(answer: Row, key: string): Row[] {
  const rows = answer[key];
  return Array.isArray(rows) ? rows.filter(isRow) : [];
}
