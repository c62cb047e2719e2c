import type { Backend, ConsoleChunk } from '../../src/backends/contract';
import type { SeriesAbility } from '../../src/backends/series-contract';
import type { DependencyGraph } from '../../src/core/dependency-graph';
import { TracksideError } from '../../src/core/errors';
import { seriesKey, type SeriesDelta } from '../../src/core/series';
import type { ProbeOptions } from './probe-options';

const TASKS_PER_PAGE = 100;
const MAX_LOG_CHUNKS = 1_000;
const NEWEST_ITERATIONS = 3;

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
    case 'datasets':
      return { datasets: await offered(backend.datasets, 'datasets').list(signal) };
    case 'dataset-files':
      return { contents: await offered(backend.datasets, 'datasets').contents(taskId, signal) };
    case 'tasks':
      return readTasks(backend, options.projectId, signal);
    case 'queues':
      return { queues: await offered(backend.queues, 'queues').list(signal) };
    case 'workers':
      return { workers: await offered(backend.workers, 'workers').list(signal) };
    case 'series':
      return { series: await readSeries(offered(backend.series, 'series'), taskId, signal) };
    case 'log':
      return readLog(backend, taskId, signal);
    case 'plots':
      return { plots: await offered(backend.plots, 'plots').list(taskId, NEWEST_ITERATIONS, signal) };
    case 'images':
      return { images: await offered(backend.images, 'images').list(taskId, NEWEST_ITERATIONS, signal) };
    case 'details':
      return { details: await offered(backend.details, 'details').read(taskId, signal) };
    case 'dependencies':
      return { dependencies: await readDependencies(backend, options, signal) };
    case 'templates':
      return {
        templates: await offered(backend.templates, 'templates').list(options.projectId ?? '', signal),
      };
    case undefined:
      return {};
  }
}

function readDependencies(
  backend: Backend,
  { taskId, projectId = '' }: ProbeOptions,
  signal: AbortSignal,
): Promise<DependencyGraph> {
  const ability = offered(backend.dependencies, 'dependencies');
  return ability.read(
    taskId === undefined ? { kind: 'project', projectId } : { kind: 'task', taskId },
    signal,
  );
}

/** Throws where the server does not have it. */
export function offered<T>(ability: T | undefined, name: string): T {
  if (ability === undefined) {
    throw new TracksideError(
      'invalid',
      `This server has no ${name}.`,
      'Look at its abilities without --list.',
    );
  }
  return ability;
}

async function readTasks(
  backend: Backend,
  projectId: string | undefined,
  signal: AbortSignal,
): Promise<object> {
  const query = projectId === undefined ? {} : { projectId };
  const { items, next } = await backend.listTasks(query, { size: TASKS_PER_PAGE }, signal);
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
