import { failureOfShape } from '../../client/failures';
import type { SeriesDelta, SeriesSummary } from '../../core/series';
import type { ClearMlSession } from './session';
import { decodeSeries, summaryData, tracksideCalls } from './trackside-wire';

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
  const answer = decoded(session, bytes);
  // A short answer may lie in a buffer that Node shares among many.
  const isHandedOver = bytes.byteLength === bytes.buffer.byteLength;
  for (const columns of answer.series) {
    yield { ...columns, fidelity: { kind: 'exact' }, isHandedOver };
  }
  return answer.cursor;
}

function decoded(session: ClearMlSession, bytes: Uint8Array): ReturnType<typeof decodeSeries> {
  try {
    return decodeSeries(bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw failureOfShape(session.server, tracksideCalls.series, reason.slice(0, 200));
  }
}
