import assert from 'node:assert/strict';
import { isTracksideError, type TracksideError } from '../../src/core/errors';

/** Why it was refused. */
export async function refusal(promise: Promise<unknown>): Promise<TracksideError> {
  try {
    await promise;
  } catch (error) {
    assert.ok(isTracksideError(error), String(error));
    return error;
  }
  return assert.fail('it was not refused');
}
