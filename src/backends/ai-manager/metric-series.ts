import * as z from 'zod';
import { isTracksideError } from '../../core/errors';
import type { SeriesDelta, SeriesSummary } from '../../core/series';
import type { SeriesAbility } from '../contract';
import type { AiManagerSession } from './session';
import { metricsAnswer, summaryAnswer, timeOf, type WireMetric, type WireSummary } from './wire';

const PAGE_POINTS = 1000;
/** Requests spent on finding the rows at which the server fails, per page. */
const MAX_SPLITS = 60;

/** How far the append-only list was read: rows, and the id of the last good one with its place. */
const cursorShape = z.object({ seen: z.number(), last: z.tuple([z.number(), z.number()]).optional() });
type Cursor = z.infer<typeof cursorShape>;

/** Rows by their place in the list; places where the server failed are missing. */
type PlacedRow = readonly [place: number, row: WireMetric];

/** A server's metric name is the chart and the line in it, so that different names never share a series. */
const seriesName = (name: string): SeriesDelta['name'] => ({ metric: name, variant: name });

/**
 * Points of a run, read page by page from the list they are appended to. The whole history is never asked for again,
 * and names with `/`, which the server cannot find in a path, need no path here.
 */
export class AiManagerSeries implements SeriesAbility {
  constructor(
    private readonly session: AiManagerSession,
    private readonly onRead: (taskId: string) => void = () => undefined,
  ) {}

  async list(taskId: string, signal: AbortSignal): Promise<readonly SeriesSummary[]> {
    try {
      return (await this.readSummary(taskId, signal)).map(toSummary);
    } catch (error) {
      if (!isServerFailure(error)) {
        throw error;
      }
      return await this.countedSummary(taskId, signal);
    }
  }

  /** Slow on the server for long runs: it loads every point. Fails as a whole when one value is not a number. */
  readSummary(taskId: string, signal: AbortSignal): Promise<WireSummary[]> {
    return this.session.read(`metrics/${encodeURIComponent(taskId)}/summary`, summaryAnswer, signal);
  }

  async *read(
    taskId: string,
    cursor: string | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<SeriesDelta, string> {
    this.onRead(taskId);
    let at = await this.confirmed(taskId, parseCursor(cursor), signal);
    const begun = new Set<string>();
    const replaces = at.seen === 0;
    for (;;) {
      const page = await this.readPage(taskId, at.seen, signal);
      for (const [name, rows] of byName(page.rows)) {
        yield toDelta(name, rows, replaces && !begun.has(name) ? 'replace' : 'append');
        begun.add(name);
      }
      const last = page.rows.at(-1);
      at = { seen: at.seen + page.count, ...lastOf(last, at) };
      if (page.count < PAGE_POINTS) {
        return JSON.stringify(at);
      }
    }
  }

  /** Ids of runs are given again after a delete: where the last row is another one, all is read anew. */
  private async confirmed(taskId: string, cursor: Cursor, signal: AbortSignal): Promise<Cursor> {
    if (cursor.last === undefined) {
      return cursor;
    }
    const [place, id] = cursor.last;
    const [row] = await this.ask(taskId, place, 1, signal);
    return row?.id === id ? cursor : { seen: 0 };
  }

  private async readPage(
    taskId: string,
    from: number,
    signal: AbortSignal,
  ): Promise<{ readonly rows: readonly PlacedRow[]; readonly count: number }> {
    try {
      const rows = await this.ask(taskId, from, PAGE_POINTS, signal);
      return { rows: rows.map((row, index) => [from + index, row]), count: rows.length };
    } catch (error) {
      if (!isServerFailure(error)) {
        throw error;
      }
      return this.readAround(taskId, from, error, signal);
    }
  }

  /** One value that is not a number makes the server fail at the page it is in: halves it until that row is alone. */
  private async readAround(
    taskId: string,
    from: number,
    failure: unknown,
    signal: AbortSignal,
  ): Promise<{ readonly rows: readonly PlacedRow[]; readonly count: number }> {
    const rows: PlacedRow[] = [];
    let end = from;
    let splits = 0;
    const spans: [number, number][] = halves(from, PAGE_POINTS);
    for (let span = spans.shift(); span !== undefined; span = spans.shift()) {
      const [start, size] = span;
      splits += 1;
      if (splits > MAX_SPLITS) {
        break;
      }
      try {
        const some = await this.ask(taskId, start, size, signal);
        rows.push(...some.map((row, index): PlacedRow => [start + index, row]));
        end = start + some.length;
        if (some.length < size) {
          break;
        }
      } catch (error) {
        if (!isServerFailure(error)) {
          throw error;
        }
        spans.unshift(...(size === 1 ? [] : halves(start, size)));
        end = size === 1 ? start + 1 : end;
      }
    }
    if (rows.length === 0) {
      throw failure;
    }
    this.session.logger.warn(
      `Run ${taskId}: the server fails at ${end - from - rows.length} points, which are left out.`,
    );
    return { rows, count: end - from };
  }

  private ask(taskId: string, skip: number, limit: number, signal: AbortSignal): Promise<WireMetric[]> {
    const path = `metrics/${encodeURIComponent(taskId)}?skip=${skip}&limit=${limit}`;
    return this.session.read(path, metricsAnswer, signal);
  }

  private async countedSummary(taskId: string, signal: AbortSignal): Promise<readonly SeriesSummary[]> {
    const counts = new Map<string, number>();
    for (const [name, rows] of byName((await this.readPage(taskId, 0, signal)).rows)) {
      counts.set(name, rows.length);
    }
    return [...counts].map(([name, pointCount]) => ({ name: seriesName(name), pointCount }));
  }
}

function halves(start: number, size: number): [number, number][] {
  const half = Math.ceil(size / 2);
  return [
    [start, half],
    [start + half, size - half],
  ];
}

function lastOf(row: PlacedRow | undefined, before: Cursor): Partial<Cursor> {
  if (row !== undefined) {
    return { last: [row[0], row[1].id] };
  }
  return before.last === undefined ? {} : { last: before.last };
}

function parseCursor(text: string | undefined): Cursor {
  return text === undefined ? { seen: 0 } : cursorShape.parse(JSON.parse(text));
}

function byName(rows: readonly PlacedRow[]): Map<string, WireMetric[]> {
  const found = new Map<string, WireMetric[]>();
  for (const [, row] of rows) {
    const same = found.get(row.name);
    if (same === undefined) {
      found.set(row.name, [row]);
    } else {
      same.push(row);
    }
  }
  return found;
}

function toDelta(name: string, rows: readonly WireMetric[], mode: SeriesDelta['mode']): SeriesDelta {
  return {
    name: seriesName(name),
    mode,
    fidelity: { kind: 'exact' },
    steps: Float64Array.from(rows, ({ step }) => step ?? 0),
    times: Float64Array.from(rows, ({ timestamp }) => timeOf(timestamp) ?? Number.NaN),
    values: Float64Array.from(rows, ({ value }) => value ?? Number.NaN),
  };
}

function toSummary(row: WireSummary): SeriesSummary {
  return {
    name: seriesName(row.name),
    pointCount: row.total_points,
    ...(typeof row.current_value === 'number' ? { last: row.current_value } : {}),
    ...(typeof row.min_value === 'number' ? { min: row.min_value } : {}),
    ...(typeof row.max_value === 'number' ? { max: row.max_value } : {}),
  };
}

/** The server's own 500; anything else is told as it is. */
export function isServerFailure(error: unknown): boolean {
  return isTracksideError(error) && error.detail.status === 500;
}
