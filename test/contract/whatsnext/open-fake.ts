import assert from 'node:assert/strict';
import { WhatsNextBackend } from '../../../src/backends/whatsnext/whatsnext-backend';
import { silentLogger } from '../../../src/core/logger';
import { FakeWhatsNext, type FakeOptions } from '../../fakes/whatsnext/fake-server';

/** Never fires; tests end by themselves. */
export const never = new AbortController().signal;

export function openWhatsNext(fake: FakeWhatsNext, apiKey = ''): WhatsNextBackend {
  return new WhatsNextBackend({
    url: fake.url,
    apiKey: () => Promise.resolve(apiKey),
    logger: silentLogger,
    userAgent: 'Trackside-test',
    retry: { maxRetries: 2, firstPauseMs: 1, maxPauseMs: 2, maxRetryAfterMs: 1_500 },
  });
}

/** Runs against a fresh server, which must never have been asked for the call that takes jobs from queues. */
export async function withFake(
  options: FakeOptions,
  run: (fake: FakeWhatsNext, backend: WhatsNextBackend) => Promise<void>,
): Promise<void> {
  const fake = await FakeWhatsNext.start(options);
  const backend = openWhatsNext(fake, options.apiKey);
  try {
    await run(fake, backend);
    assert.equal(fake.countOf(/fetch_job/), 0);
  } finally {
    backend.dispose();
    await fake.stop();
  }
}
