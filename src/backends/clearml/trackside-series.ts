import { failureOfShape } from '../../client/failures';
import type { SeriesDelta, SeriesSummary } from '../../core/series';
import type { SeriesOverview } from '../../core/series-overview';
import type { OverviewRequest } from '../series-contract';
import { orNone } from './absent-call';
import type { ClearMlSession } from './session';
import { decodeOverviews, decodeSeries } from './series-wire';
import { summaryData, tracksideCalls } from './trackside-wire';

/** Names and totals from Trackside's tracker. */
export async function listTracksideSeries(
  session: ClearMlSession,
  taskId: string,
  signal: AbortSignal,
): Promise<SeriesSummary[]> {
  const { series } = await session.read(tracksideCalls.summary, { task: taskId }, summaryData, signal);
  return series.map((row) => ({
    name: { metric: row.metric, variant: row.variant },
    pointCount: row.count,
    last: row.last,
    min: row.min,
    max: row.max,
    lastStep: row.last_step,
    lastTime: row.last_time,
  }));
}

/** Exactly the points after the cursor, in one binary answer. */
export async function* readTracksideSeries(
  session: ClearMlSession,
  taskId: string,
  cursor: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<SeriesDelta, string> {
  const body = cursor === undefined ? { task: taskId } : { task: taskId, cursor };
  const bytes = await session.readBytes(tracksideCalls.series, body, signal);
  const answer = decoded(session, tracksideCalls.series, () => decodeSeries(bytes));
  // A short answer may lie in a buffer that Node shares among many.
  const isHandedOver = bytes.byteLength === bytes.buffer.byteLength;
  for (const columns of answer.series) {
    yield { ...columns, fidelity: { kind: 'exact' }, isHandedOver };
  }
  return answer.cursor;
}

/** None where reading every point is as quick, or where the tracker is older than this call. */
export async function readTracksideOverview(
  session: ClearMlSession,
  taskId: string,
  { maxPoints, leastPoints }: OverviewRequest,
  signal: AbortSignal,
): Promise<readonly SeriesOverview[]> {
  const call = tracksideCalls.overview;
  try {
    const body = { task: taskId, max_points: maxPoints, least_points: leastPoints };
    const bytes = await session.readBytes(call, body, signal);
    return decoded(session, call, () => decodeOverviews(bytes));
  } catch (error) {
    return orNone(error, []);
  }
}

function decoded<T>(session: ClearMlSession, call: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw failureOfShape(session.server, call, reason.slice(0, 200));
  }
}
