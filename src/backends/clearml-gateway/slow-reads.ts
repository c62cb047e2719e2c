import type * as z from 'zod';
import { isTimeOut } from '../../client/failures';
import { isTracksideError, TracksideError } from '../../core/errors';
import type { GatewaySession } from './session';

/** A list for which the gateway asks ClearML about each entry. */
export interface SlowRead<T> {
  readonly path: string;
  readonly schema: z.ZodType<T>;
  /** For sentences, such as `its models`. */
  readonly what: string;
  readonly timeoutMs: number;
}

/** Reads such a list, and says in words of its own why there is none. */
export async function readSlowly<T>(
  session: GatewaySession,
  { path, schema, what, timeoutMs }: SlowRead<T>,
  signal: AbortSignal,
): Promise<T> {
  await session.awake(signal);
  try {
    return await session.get(path, schema, signal, timeoutMs);
  } catch (error) {
    throw isTracksideError(error) ? inWords(error, what) : error;
  }
}

function inWords(error: TracksideError, what: string): TracksideError {
  if (error.kind === 'notFound') {
    // What ClearML does not find comes as a 500; 404 means that there is no such call.
    return error.detail.status === 404
      ? new TracksideError(
          'notFound',
          `This gateway does not tell ${what}.`,
          'Look at them in ClearML itself, or connect to ClearML directly.',
          { cause: error },
        )
      : new TracksideError(
          'notFound',
          `The gateway does not tell ${what}: ClearML does not have it any more.`,
          'Refresh the list that it is in.',
          { cause: error },
        );
  }
  if (isTimeOut(error)) {
    return new TracksideError(
      'unreachable',
      `The gateway did not tell ${what} in time: ClearML may be away, or it has too many of them.`,
      'Refresh later; others wait for the gateway meanwhile. Or connect to ClearML directly.',
      { cause: error },
    );
  }
  return error;
}
