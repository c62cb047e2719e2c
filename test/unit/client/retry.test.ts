import assert from 'node:assert/strict';
import { defaultRetryPolicy, isTransient, pauseBefore, retryAfterMs } from '../../../src/client/retry';
import { TracksideError, type FailureDetail, type FailureKind } from '../../../src/core/errors';

function failure(kind: FailureKind, detail: FailureDetail = {}): TracksideError {
  return new TracksideError(kind, 'It failed.', '', detail);
}

describe('retrying', () => {
  it('repeats only what may be gone in a moment', () => {
    const cut = Object.assign(new Error('cut'), { code: 'ECONNRESET' });
    const unknownHost = Object.assign(new Error('who'), { code: 'ENOTFOUND' });
    assert.ok(isTransient(failure('unreachable', { cause: cut })));
    assert.ok(!isTransient(failure('unreachable', { cause: unknownHost })));
    assert.ok(!isTransient(failure('unreachable')), 'a time-out');
    for (const status of [429, 502, 503, 504]) {
      assert.ok(isTransient(failure('server', { status })));
    }
    for (const status of [400, 401, 403, 404, 409, 500, 501]) {
      assert.ok(!isTransient(failure('server', { status })));
    }
  });

  it('doubles the pause, jitters it and bounds it', () => {
    const policy = { ...defaultRetryPolicy, maxRetries: 10, firstPauseMs: 100, maxPauseMs: 1_000 };
    const pause = (retry: number, random: number): number | undefined =>
      pauseBefore(retry, failure('server', { status: 503 }), policy, random);
    assert.deepEqual(
      [pause(1, 0), pause(1, 1), pause(2, 1), pause(3, 1), pause(9, 1)],
      [50, 100, 200, 400, 1_000],
    );
    assert.equal(pause(11, 1), undefined);
  });

  it('never asks earlier than the server wants, and not at all when that is too long', () => {
    const asked = (retryAfter: number): number | undefined =>
      pauseBefore(
        1,
        failure('rateLimited', { status: 429, retryAfterMs: retryAfter }),
        defaultRetryPolicy,
        0,
      );
    assert.equal(asked(5_000), 5_000);
    assert.equal(asked(31_000), undefined);
  });

  it('reads Retry-After in both of its forms', () => {
    const now = Date.parse('2026-01-01T00:00:00Z');
    assert.equal(retryAfterMs('120', now), 120_000);
    assert.equal(retryAfterMs(' 0.5 ', now), 500);
    assert.equal(retryAfterMs('Thu, 01 Jan 2026 00:00:30 GMT', now), 30_000);
    assert.equal(retryAfterMs('Thu, 01 Jan 2020 00:00:30 GMT', now), 0);
    for (const text of [undefined, '', 'soon', '-5', '1e9']) {
      assert.equal(retryAfterMs(text, now), undefined, text);
    }
  });
});
