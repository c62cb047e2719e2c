import { isTracksideError } from '../../core/errors';
import { inTurns } from '../whole-listings';
import { textTable } from '../text-table';
import { isWithheld } from './failure-reading';
import type { SummaryRecord } from './records';
import type { KaizenSession, Query } from './session';
import { summaryAnswer } from './wire';

const HOUR_MS = 3_600_000;

/** The stretches of time that the document knows. */
const RANGES = [
  { name: '1h', lastsMs: HOUR_MS },
  { name: '6h', lastsMs: 6 * HOUR_MS },
  { name: '24h', lastsMs: 24 * HOUR_MS },
  { name: '7d', lastsMs: 7 * 24 * HOUR_MS },
  { name: '30d', lastsMs: 30 * 24 * HOUR_MS },
] as const;
export type SummaryRange = (typeof RANGES)[number];

/** Sums of a deployment over each range, the shortest first. Empty where they cannot be seen: the rest is told all the same. */
export async function readSummaries(
  session: KaizenSession,
  callOf: (range: SummaryRange) => { readonly path: string; readonly query: Query },
  signal: AbortSignal,
): Promise<readonly SummaryRecord[]> {
  try {
    return await inTurns(RANGES, async (range) => {
      const { path, query } = callOf(range);
      const wire = await session.read(path, query, summaryAnswer, signal);
      return {
        range: range.name,
        count: wire.total_executions ?? wire.total_requests ?? 0,
        failedCount: wire.failure_count ?? wire.error_count,
        averageMs: wire.avg_latency_ms,
        p95Ms: wire.p95_latency_ms,
        p99Ms: wire.p99_latency_ms,
        tokens: wire.total_tokens,
        costUsd: wire.total_cost_usd,
      };
    });
  } catch (error) {
    if (isWithheld(error) || (isTracksideError(error) && error.kind === 'server')) {
      session.logger.debug('The server tells no sums of a deployment.');
      return [];
    }
    throw error;
  }
}

const COLUMNS: readonly { readonly head: string; readonly of: (row: SummaryRecord) => number | undefined }[] =
  [
    { head: 'requests', of: ({ count }) => count },
    { head: 'failed', of: ({ failedCount }) => failedCount },
    { head: 'average ms', of: ({ averageMs }) => averageMs },
    { head: 'p95 ms', of: ({ p95Ms }) => p95Ms },
    { head: 'p99 ms', of: ({ p99Ms }) => p99Ms },
    { head: 'tokens', of: ({ tokens }) => tokens },
    { head: 'cost (USD)', of: ({ costUsd }) => costUsd },
  ];

/** Undefined where nothing was asked of the deployment in any range. Columns that the server does not tell are left out. */
export function summaryTable(rows: readonly SummaryRecord[]): string | undefined {
  if (rows.every(({ count }) => count === 0)) {
    return undefined;
  }
  const columns = COLUMNS.filter(({ of }) => rows.some((row) => of(row) !== undefined));
  return textTable([
    ['last', ...columns.map(({ head }) => head)],
    ...rows.map((row) => [
      row.range,
      ...columns.map(({ of }) => cell(row.count === 0 ? undefined : of(row))),
    ]),
  ]);
}

/** The server's single precision and averages have digits that say nothing. */
function cell(value: number | undefined): string {
  return value === undefined ? '–' : String(Number(value.toPrecision(6)));
}
