import type { Backend, ConsoleChunk, SeriesAbility } from '../../src/backends/contract';
import { TracksideError } from '../../src/core/errors';
import { seriesKey, type SeriesDelta } from '../../src/core/series';
import type { ProbeOptions } from './probe-options';

const TASKS_PER_PAGE = 100;
const MAX_LOG_CHUNKS = 1_000;

/** The entities that `--list` asked for. */
export async function readList(
  backend: Backend,
  options: ProbeOptions,
  signal: AbortSignal,
): Promise<object> {
  const taskId = options.taskId ?? '';
  switch (options.list) {
    case 'projects':
      return { projects: await backend.listProjects(signal) };
    case 'groups':
      return { groups: await offered(backend.groups, 'groups').list(signal) };
    case 'models':
      return offered(backend.models, 'models').list({ isArchived: false }, TASKS_PER_PAGE, signal);
    case 'tasks':
      return readTasks(backend, signal);
    case 'queues':
      return { queues: await offered(backend.queues, 'queues').list(signal) };
    case 'workers':
      return { workers: await offered(backend.workers, 'workers').list(signal) };
    case 'series':
      return { series: await readSeries(offered(backend.series, 'series'), taskId, signal) };
    case 'log':
      return readLog(backend, taskId, signal);
    case 'details':
      return { details: await offered(backend.details, 'details').read(taskId, signal) };
    case 'dependencies':
      return {
        dependencies: await offered(backend.dependencies, 'dependencies').read(
          { kind: 'task', taskId },
          signal,
        ),
      };
    case undefined:
      return {};
  }
}

function offered<T>(ability: T | undefined, name: string): T {
  if (ability === undefined) {
    throw new TracksideError(
      'invalid',
      `This server has no ${name}.`,
      'Look at its abilities without --list.',
    );
  }
  return ability;
}

async function readTasks(backend: Backend, signal: AbortSignal): Promise<object> {
  const { items, next } = await backend.listTasks({}, { size: TASKS_PER_PAGE }, signal);
  return { tasks: items, hasMore: next !== undefined };
}

/** Totals as the server keeps them beside what reading every point really gave. */
async function readSeries(series: SeriesAbility, taskId: string, signal: AbortSignal): Promise<object[]> {
  const summaries = await series.list(taskId, signal);
  const points = new Map<string, { read: number; last: SeriesDelta }>();
  for await (const delta of series.read(taskId, undefined, signal)) {
    const key = seriesKey(delta.name);
    const before = delta.mode === 'replace' ? 0 : (points.get(key)?.read ?? 0);
    points.set(key, { read: before + delta.values.length, last: delta });
  }
  const known = summaries.map((summary) => ({
    ...summary,
    ...figuresOf(points.get(seriesKey(summary.name))),
  }));
  const listed = new Set(summaries.map(({ name }) => seriesKey(name)));
  const unlisted = [...points].filter(([key]) => !listed.has(key));
  return [...known, ...unlisted.map(([, entry]) => ({ name: entry.last.name, ...figuresOf(entry) }))];
}

function figuresOf(entry: { read: number; last: SeriesDelta } | undefined): object {
  const { values, steps, fidelity } = entry?.last ?? {};
  return {
    pointsRead: entry?.read ?? 0,
    lastStepRead: steps?.at(-1) ?? null,
    lastValueRead: values?.at(-1) ?? null,
    fidelity: fidelity ?? null,
  };
}

async function readLog(backend: Backend, taskId: string, signal: AbortSignal): Promise<object> {
  const console = offered(backend.console, 'console');
  const chunks: ConsoleChunk[] = [];
  let cursor: string | undefined;
  let hasMore = true;
  while (hasMore && chunks.length < MAX_LOG_CHUNKS) {
    const page = await console.read(taskId, cursor, MAX_LOG_CHUNKS - chunks.length, signal);
    chunks.push(...page.chunks);
    hasMore = page.hasMore && page.cursor !== cursor;
    cursor = page.cursor;
  }
  return { log: chunks, hasMore };
}
