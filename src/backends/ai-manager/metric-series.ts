import * as z from 'zod';
import type { SeriesDelta, SeriesSummary } from '../../core/series';
import type { SeriesAbility } from '../series-contract';
import { isServerFailure, MetricRows, type PlacedRow } from './metric-rows';
import type { AiManagerSession } from './session';
import { summaryAnswer, timeOf, type WireMetric, type WireSummary } from './wire';

/** How far one metric was read: places in its own list, and the id of its last row. */
const progressShape = z.object({ count: z.number(), lastId: z.number() });

const cursorShape = z.object({
  /** Places of the list of all metrics that were read. */
  seen: z.number(),
  /** The last good row of that list: its place and its id. */
  last: z.tuple([z.number(), z.number()]).optional(),
  byName: z.record(z.string(), progressShape),
  /** From when on each metric is read by itself, because the server fails at too much of the list. */
  isApart: z.boolean(),
});
type Cursor = z.infer<typeof cursorShape>;

/** Pages with many rows that the server fails at, read of one metric at once. */
const MOST_POOR_PAGES = 4;

const START: Cursor = { seen: 0, byName: {}, isApart: false };

/** A server's metric name is the chart and the line in it, so that different names never share a series. */
const seriesName = (name: string): SeriesDelta['name'] => ({ metric: name, variant: name });

/**
 * Points of a run, read page by page from the list they are appended to. The whole history is never asked for again,
 * and names with `/`, which the server cannot find in a path, need no path here. Where the server fails at much of that
 * list, because one metric is no number any more, the metrics are read one by one.
 */
export class AiManagerSeries implements SeriesAbility {
  private readonly rows: MetricRows;

  constructor(
    private readonly session: AiManagerSession,
    private readonly onRead: (taskId: string) => void = () => undefined,
  ) {
    this.rows = new MetricRows(session);
  }

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
    const from = await this.confirmed(taskId, parseCursor(cursor), signal);
    const begun = new Set<string>();
    const modeOf = (name: string): SeriesDelta['mode'] => {
      const isFirst = from.seen === 0 && !begun.has(name);
      begun.add(name);
      return isFirst ? 'replace' : 'append';
    };
    const together = from.isApart ? from : yield* this.readTogether(taskId, from, modeOf, signal);
    const at = together.isApart ? yield* this.readApart(taskId, together, modeOf, signal) : together;
    return JSON.stringify(at);
  }

  /** Ids of runs are given again after a delete: where the last row is another one, all is read anew. */
  private async confirmed(taskId: string, cursor: Cursor, signal: AbortSignal): Promise<Cursor> {
    if (cursor.last === undefined) {
      return cursor;
    }
    const [place, id] = cursor.last;
    const [row] = await this.rows.ask({ taskId }, place, 1, signal);
    return row?.id === id ? cursor : START;
  }

  private async *readTogether(
    taskId: string,
    from: Cursor,
    modeOf: ModeOf,
    signal: AbortSignal,
  ): AsyncGenerator<SeriesDelta, Cursor> {
    let at = from;
    for (;;) {
      const page = await this.rows.page({ taskId }, at.seen, signal);
      this.warn(taskId, page.count - page.rows.length);
      const byName = { ...at.byName };
      for (const [name, rows] of rowsByName(page.rows)) {
        yield toDelta(name, rows, modeOf(name));
        byName[name] = advanced(byName[name], rows.length, rows);
      }
      at = { ...at, seen: at.seen + page.count, byName, ...lastOf(page.rows.at(-1)), isApart: page.isPoor };
      if (page.isLast || page.isPoor || page.count === 0) {
        return at;
      }
    }
  }

  private async *readApart(
    taskId: string,
    from: Cursor,
    modeOf: ModeOf,
    signal: AbortSignal,
  ): AsyncGenerator<SeriesDelta, Cursor> {
    const byName = { ...(await this.withNewNames(taskId, from, signal)) };
    for (const name of Object.keys(byName)) {
      for (let poorPages = 0; poorPages < MOST_POOR_PAGES;) {
        const { count = 0, lastId = 0 } = byName[name] ?? {};
        const page = await this.rows.page({ taskId, name }, count, signal);
        // Rows that were left out are no part of the count so far, so some come again.
        const rows = page.rows.map(([, row]) => row).filter(({ id }) => id > lastId);
        if (rows.length > 0) {
          yield toDelta(name, rows, modeOf(name));
        }
        byName[name] = advanced(byName[name], page.count, rows);
        poorPages += page.isPoor ? 1 : 0;
        if (page.isLast || page.count === 0) {
          break;
        }
      }
    }
    return { ...from, byName };
  }

  /** Metrics that began since stand where the list goes on, unless the server fails there too. */
  private async withNewNames(taskId: string, at: Cursor, signal: AbortSignal): Promise<Cursor['byName']> {
    const known = Object.values(at.byName).reduce((sum, { count }) => sum + count, 0);
    try {
      const { rows } = await this.rows.page({ taskId }, Math.max(at.seen, known), signal);
      const fresh = rows.map(([, { name }]) => name).filter((name) => !Object.hasOwn(at.byName, name));
      return { ...at.byName, ...Object.fromEntries(fresh.map((name) => [name, { count: 0, lastId: 0 }])) };
    } catch (error) {
      if (!isServerFailure(error)) {
        throw error;
      }
      return at.byName;
    }
  }

  private warn(taskId: string, missing: number): void {
    if (missing > 0) {
      this.session.logger.warn(`Run ${taskId}: the server fails at ${missing} points, which are left out.`);
    }
  }

  private async countedSummary(taskId: string, signal: AbortSignal): Promise<readonly SeriesSummary[]> {
    const { rows } = await this.rows.page({ taskId }, 0, signal);
    return [...rowsByName(rows)].map(([name, own]) => ({ name: seriesName(name), pointCount: own.length }));
  }
}

type ModeOf = (name: string) => SeriesDelta['mode'];

function advanced(
  before: z.infer<typeof progressShape> | undefined,
  places: number,
  rows: readonly WireMetric[],
): z.infer<typeof progressShape> {
  const { count = 0, lastId = 0 } = before ?? {};
  return { count: count + places, lastId: rows.at(-1)?.id ?? lastId };
}

function lastOf(row: PlacedRow | undefined): Pick<Cursor, 'last'> {
  return row === undefined ? {} : { last: [row[0], row[1].id] };
}

function parseCursor(text: string | undefined): Cursor {
  return text === undefined ? START : cursorShape.parse(JSON.parse(text));
}

function rowsByName(rows: readonly PlacedRow[]): Map<string, WireMetric[]> {
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
