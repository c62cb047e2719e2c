import { isTracksideError } from '../../core/errors';

/** For calls that the server does not have or does not allow: `none`. Other failures are failures. */
export function orNone<T>(error: unknown, none: T): T {
  if (isTracksideError(error) && (error.kind === 'notFound' || error.kind === 'forbidden')) {
    return none;
  }
  throw error;
}
