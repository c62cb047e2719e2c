import assert from 'node:assert/strict';
import { TokenAuth, type IssuedToken } from '../../../src/client/auth';
import { Redactor } from '../../../src/client/redaction';
import { isCancelled, TracksideError } from '../../../src/core/errors';

interface Desk {
  readonly auth: TokenAuth;
  readonly asked: () => number;
  readonly answer: (outcome: IssuedToken | Error) => void;
  now: number;
}

function desk(redactor = new Redactor()): Desk {
  const waiting: { resolve: (token: IssuedToken) => void; reject: (error: Error) => void }[] = [];
  let asked = 0;
  const held: Desk = {
    now: 0,
    asked: () => asked,
    answer: (outcome) => {
      const next = waiting.shift();
      assert.ok(next, 'nobody signs in');
      if (outcome instanceof Error) {
        next.reject(outcome);
      } else {
        next.resolve(outcome);
      }
    },
    auth: new TokenAuth({
      signIn: () => {
        asked += 1;
        return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
      },
      redactor,
      clock: { now: () => held.now, after: () => ({ dispose: () => undefined }) },
      renewBeforeMs: 100,
    }),
  };
  return held;
}

describe('TokenAuth', () => {
  const signal = new AbortController().signal;

  it('signs in once for everybody, and a waiter who leaves takes nobody along', async () => {
    const { auth, answer, asked } = desk();
    const leaver = new AbortController();
    const first = auth.headers(leaver.signal);
    const others = [auth.headers(signal), auth.headers(signal)];
    leaver.abort();
    await assert.rejects(first, isCancelled);
    answer({ token: 'tok-1' });
    assert.deepEqual(await Promise.all(others), [
      { authorization: 'Bearer tok-1' },
      { authorization: 'Bearer tok-1' },
    ]);
    assert.equal(asked(), 1);
  });

  it('tries again after a failed sign-in', async () => {
    const { auth, answer, asked } = desk();
    const failed = auth.headers(signal);
    answer(new TracksideError('unauthorized', 'No.', ''));
    await assert.rejects(failed, /No\./);
    const next = auth.headers(signal);
    answer({ token: 'tok-2' });
    await next;
    assert.equal(asked(), 2);
  });

  it('keeps a fresh token when an old one is refused late', async () => {
    const { auth, answer, asked } = desk();
    const first = auth.headers(signal);
    answer({ token: 'tok-old' });
    const old = await first;
    assert.equal(auth.refused(old), true);
    const second = auth.headers(signal);
    answer({ token: 'tok-new' });
    await second;
    auth.refused(old);
    assert.deepEqual(await auth.headers(signal), { authorization: 'Bearer tok-new' });
    assert.equal(asked(), 2);
  });

  it('hides its token for as long as it is used', async () => {
    const redactor = new Redactor();
    const { auth, answer } = desk(redactor);
    const headers = auth.headers(signal);
    answer({ token: 'opaque canary token' });
    await headers;
    assert.ok(!redactor.redact('x opaque canary token x').includes('canary'));
    auth.dispose();
  });
});
