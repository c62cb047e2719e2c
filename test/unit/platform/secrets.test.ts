import assert from 'node:assert/strict';
import { Redactor } from '../../../src/client/redaction';
import { Emitter } from '../../../src/core/emitter';
import { createSecrets } from '../../../src/platform/secrets';
import { ManualClock } from '../../fakes/manual-clock';

/** The editor's storage, as several windows share it. */
class FakeStorage {
  readonly values = new Map<string, string>();
  readonly reads: string[] = [];
  /** While set, readings wait for it. */
  held: Promise<void> | undefined;
  failure: Error | undefined;
  readonly changed = new Emitter<{ readonly key: string }>();
  readonly onDidChange = this.changed.event;

  async get(key: string): Promise<string | undefined> {
    this.reads.push(key);
    const value = this.values.get(key);
    await this.held;
    if (this.failure !== undefined) {
      throw this.failure;
    }
    return value;
  }

  keys(): Promise<string[]> {
    return Promise.resolve([...this.values.keys()]);
  }

  store(key: string, value: string): Promise<void> {
    this.values.set(key, value);
    return Promise.resolve();
  }

  delete(key: string): Promise<void> {
    this.values.delete(key);
    return Promise.resolve();
  }
}

function open() {
  const storage = new FakeStorage();
  const clock = new ManualClock();
  const redactor = new Redactor();
  return { storage, clock, redactor, secrets: createSecrets(storage, redactor, clock) };
}

describe('secrets', () => {
  it('are read once for all who ask within a second, each key by itself', async () => {
    const { storage, clock, secrets } = open();
    storage.values.set('a', 'first');
    assert.deepEqual(await Promise.all(['a', 'b', 'a'].map((key) => secrets.get(key))), [
      'first',
      undefined,
      'first',
    ]);
    await clock.advance(999);
    assert.equal(await secrets.get('a'), 'first');
    assert.deepEqual(storage.reads, ['a', 'b']);
    await clock.advance(1);
    await secrets.get('a');
    clock.setBy(-3_600_000);
    await secrets.get('a');
    assert.deepEqual(storage.reads, ['a', 'b', 'a', 'a']);
  });

  it('are read anew after any change, here or in another window, by whoever is told of it too', async () => {
    const { storage, secrets } = open();
    await secrets.set('a', 'first');
    assert.equal(await secrets.get('a'), 'first');
    await secrets.set('a', 'second');
    assert.equal(await secrets.get('a'), 'second');
    await secrets.delete('a');
    assert.equal(await secrets.get('a'), undefined);
    const told: Promise<string | undefined>[] = [];
    secrets.onDidChange((key) => told.push(secrets.get(key)));
    storage.values.set('a', 'of another window');
    storage.changed.fire({ key: 'a' });
    assert.deepEqual(await Promise.all(told), ['of another window']);
  });

  it('that changed while they were read are not taken for what is there', async () => {
    const { storage, secrets } = open();
    storage.values.set('a', 'old');
    const { promise, resolve } = Promise.withResolvers<undefined>();
    storage.held = promise.then(() => undefined);
    const early = secrets.get('a');
    await secrets.set('a', 'new');
    resolve(undefined);
    assert.equal(await early, 'old');
    assert.equal(await secrets.get('a'), 'new');
  });

  it('that could not be read are asked for again', async () => {
    const { storage, secrets } = open();
    storage.values.set('a', 'there');
    storage.failure = new Error('locked');
    await assert.rejects(secrets.get('a'), /locked/);
    storage.failure = undefined;
    assert.equal(await secrets.get('a'), 'there');
  });

  it('are hidden from the log, those read and those written, and what stands in them', async () => {
    const { storage, redactor, secrets } = open();
    storage.values.set('a', '{"accessKey":"READCANARY"}');
    await secrets.get('a');
    await secrets.set('b', 'WRITTENCANARY');
    assert.doesNotMatch(redactor.redact('READCANARY WRITTENCANARY'), /CANARY/);
  });

  it('are not listened for once disposed', () => {
    const { storage, secrets } = open();
    assert.ok(storage.changed.hasListeners);
    secrets.dispose();
    assert.ok(!storage.changed.hasListeners);
  });
});
