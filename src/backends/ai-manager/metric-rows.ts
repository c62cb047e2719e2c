import { isTracksideError } from '../../core/errors';
import type { AiManagerSession } from './session';
import { metricsAnswer, type WireMetric } from './wire';

const PAGE_POINTS = 1000;
/** Requests spent on finding the rows at which the server fails, per page. */
const MOST_PROBES = 60;
/** So many rows at which it fails, among those of one page, are no accident. */
const MANY_BROKEN = 8;
const SMALLER = 8;
const LARGER = 4;
/** Beyond every list. */
const NOWHERE = 1_000_000_000;

/** What a run reported, in the order in which it was added; with a name, that metric alone. */
export interface MetricList {
  readonly taskId: string;
  readonly name?: string;
}

/** A row by its place in its list; places where the server failed are missing. */
export type PlacedRow = readonly [place: number, row: WireMetric];

export interface RowPage {
  readonly rows: readonly PlacedRow[];
  /** Places that the page covers, with those that are missing. */
  readonly count: number;
  /** Whether the list went no further when it was asked for. */
  readonly isLast: boolean;
  /** Whether so many rows are missing that another way to read them is better. */
  readonly isPoor: boolean;
}

/** Reads lists page by page, around rows at which the server fails. */
export class MetricRows {
  constructor(private readonly session: AiManagerSession) {}

  async page(list: MetricList, from: number, signal: AbortSignal): Promise<RowPage> {
    try {
      const rows = placed(await this.ask(list, from, PAGE_POINTS, signal), from);
      return { rows, count: rows.length, isLast: rows.length < PAGE_POINTS, isPoor: false };
    } catch (error) {
      if (!isServerFailure(error)) {
        throw error;
      }
      return this.around(list, from, error, signal);
    }
  }

  ask({ taskId, name }: MetricList, skip: number, limit: number, signal: AbortSignal): Promise<WireMetric[]> {
    const only = name === undefined ? '' : `metric_name=${encodeURIComponent(name)}&`;
    const path = `metrics/${encodeURIComponent(taskId)}?${only}skip=${skip}&limit=${limit}`;
    return this.session.read(path, metricsAnswer, signal);
  }

  /**
   * One value that is not a number makes the server fail at every page it is in: fewer rows are asked for until that row
   * is alone, then more again.
   */
  private async around(
    list: MetricList,
    from: number,
    failure: unknown,
    signal: AbortSignal,
  ): Promise<RowPage> {
    const rows: PlacedRow[] = [];
    const end = from + PAGE_POINTS;
    let place = from;
    let size = Math.ceil(PAGE_POINTS / SMALLER);
    let isLast = false;
    for (let probes = 0; probes < MOST_PROBES && place < end && !isLast; probes += 1) {
      const limit = Math.min(size, end - place);
      const some = await this.askOrNothing(list, place, limit, signal);
      if (some !== undefined) {
        rows.push(...placed(some, place));
        place += some.length;
        isLast = some.length < limit;
        size = limit * LARGER;
      } else if (limit > 1) {
        size = Math.ceil(limit / SMALLER);
      } else {
        place += 1;
      }
    }
    const missing = place - from - rows.length;
    if (missing > 0 && !(await this.isAnswering(list, signal))) {
      throw failure;
    }
    return { rows, count: place - from, isLast, isPoor: missing >= MANY_BROKEN };
  }

  /** Undefined where the server fails. */
  private async askOrNothing(
    list: MetricList,
    skip: number,
    limit: number,
    signal: AbortSignal,
  ): Promise<WireMetric[] | undefined> {
    try {
      return await this.ask(list, skip, limit, signal);
    } catch (error) {
      if (isServerFailure(error)) {
        return undefined;
      }
      throw error;
    }
  }

  /** Whether it is the rows that the server fails at, and not everything. */
  private async isAnswering(list: MetricList, signal: AbortSignal): Promise<boolean> {
    return (await this.askOrNothing(list, NOWHERE, 1, signal)) !== undefined;
  }
}

function placed(rows: readonly WireMetric[], from: number): PlacedRow[] {
  return rows.map((row, index) => [from + index, row]);
}

/** The server's own 500; anything else is told as it is. */
export function isServerFailure(error: unknown): boolean {
  return isTracksideError(error) && error.detail.status === 500;
}
