import assert from 'node:assert/strict';
import type { ClearMlBackend } from '../../../src/backends/clearml/clearml-backend';
import type { ClearMlOptions } from '../../../src/backends/clearml/session';
import { Redactor } from '../../../src/client/redaction';
import type { Logger } from '../../../src/core/logger';
import { backendOf } from '../../fakes/clearml/fake-connection';
import type { Fault } from '../../fakes/clearml/fake-faults';
import { FAKE_KEYS, FakeClearMl } from '../../fakes/clearml/fake-server';
import { refusal } from '../refusal';
import { noSignal } from './contract-server';

const TASKS = 'tasks.get_all_ex';

describe('ClearML backend when things go wrong', () => {
  let fake: FakeClearMl;
  let backend: ClearMlBackend;
  let log: string[];

  const open = (more: Partial<ClearMlOptions> = {}): ClearMlBackend => {
    backend.dispose();
    backend = make(more);
    return backend;
  };
  const make = (more: Partial<ClearMlOptions>): ClearMlBackend =>
    backendOf(fake, {
      logger: memoryLogger(log),
      retry: { maxRetries: 2, firstPauseMs: 5, maxPauseMs: 20, maxRetryAfterMs: 2_000 },
      ...more,
    });
  const list = (): Promise<unknown> => backend.listTasks({}, { size: 5 }, noSignal());
  const failing = (fault: Fault, times = Number.POSITIVE_INFINITY): void => {
    fake.fault = (call, nth) => (call === TASKS && nth <= times ? fault : undefined);
  };

  beforeEach(async () => {
    fake = await FakeClearMl.start('real');
    log = [];
    backend = make({});
  });
  afterEach(async () => {
    backend.dispose();
    await fake.stop();
  });

  it('says that a web page answered and where the API probably is', async () => {
    failing({ kind: 'html' });
    const error = await refusal(list());
    assert.equal(error.kind, 'malformed');
    assert.match(error.message, /web page instead of data/);
    assert.notEqual(error.nextStep, '');
  });

  it('takes a sign-in page with status 401 for missing credentials', async () => {
    failing({ kind: 'html', status: 401 });
    assert.equal((await refusal(list())).kind, 'unauthorized');
  });

  it('calls cut JSON malformed and repeats a cut connection', async () => {
    failing({ kind: 'truncatedJson' });
    assert.equal((await refusal(list())).kind, 'malformed');
    assert.equal(fake.countOf(TASKS), 1);
    fake.requests.length = 0;
    fake.fault = (call) =>
      call === TASKS && fake.countOf(TASKS) === 1 ? { kind: 'cutConnection' } : undefined;
    await list();
    assert.equal(fake.countOf(TASKS), 2);
  });

  it('calls answers of the wrong types malformed and names what is wrong', async () => {
    failing({ kind: 'wrongTypes' });
    const error = await refusal(list());
    assert.equal(error.kind, 'malformed');
    assert.match(error.message, /tasks/);
    failing({ kind: 'data', data: [] });
    assert.equal((await refusal(list())).kind, 'malformed');
  });

  it('keeps the good rows of a list with broken ones', async () => {
    failing({
      kind: 'data',
      data: { tasks: [7, { id: 'a', name: 3, tags: 'x', status: 'odd', company: { id: 'c' } }, {}] },
    });
    const { items } = await backend.listTasks({}, { size: 5 }, noSignal());
    assert.deepEqual(
      items.map(({ id, name, tags, status, serverStatus }) => ({ id, name, tags, status, serverStatus })),
      [{ id: 'a', name: '', tags: [], status: 'unknown', serverStatus: 'odd' }],
    );
  });

  it('repeats reads after 502, 503, 504 and gives up after three tries', async () => {
    for (const status of [502, 503, 504]) {
      failing({ kind: 'status', status });
      fake.requests.length = 0;
      const error = await refusal(list());
      assert.equal(error.kind, 'server');
      assert.equal(error.detail.status, status);
      assert.equal(fake.countOf(TASKS), 3);
    }
  });

  it('does not repeat after 500', async () => {
    failing({ kind: 'envelope', code: 500, subcode: 0, text: 'boom' });
    const error = await refusal(list());
    assert.equal(error.kind, 'server');
    assert.match(error.message, /boom/);
    assert.equal(fake.countOf(TASKS), 1);
  });

  it('waits as long as Retry-After says, in seconds or as a date', async () => {
    failing({ kind: 'status', status: 429, retryAfter: '1' }, 1);
    const startedAt = Date.now();
    await list();
    assert.ok(Date.now() - startedAt >= 990);
    failing({ kind: 'status', status: 429, retryAfter: new Date(Date.now() + 3_600_000).toUTCString() });
    const error = await refusal(list());
    assert.equal(error.kind, 'rateLimited');
    assert.ok((error.detail.retryAfterMs ?? 0) > 3_500_000);
  });

  it('signs in again once when the token is refused in mid-flight, whoever asks', async () => {
    await list();
    assert.equal(fake.countOf('auth.login'), 1);
    fake.revokeTokens();
    await Promise.all([
      list(),
      list(),
      list(),
      backend.queues.list(noSignal()),
      backend.listProjects(noSignal()),
    ]);
    assert.equal(fake.countOf('auth.login'), 2);
  });

  it('signs in once however many calls wait', async () => {
    await Promise.all(Array.from({ length: 10 }, () => backend.queues.list(noSignal())));
    assert.equal(fake.countOf('auth.login'), 1);
  });

  it('renews a token before it expires', async () => {
    fake.tokenLifeS = 1_000;
    let now = Date.now();
    open({ clock: { now: () => now, after: () => ({ dispose: () => undefined }) } });
    await list();
    now += 890_000;
    await list();
    assert.equal(fake.countOf('auth.login'), 1);
    now += 20_000;
    await list();
    assert.equal(fake.countOf('auth.login'), 2);
  });

  it('says which keys are wrong without showing them', async () => {
    open({ credentials: () => Promise.resolve({ ...FAKE_KEYS, secretKey: 'wrong-canary-secret' }) });
    const error = await refusal(list());
    assert.equal(error.kind, 'unauthorized');
    assert.match(error.message, /access key/);
    noCanary([error.message, error.nextStep, String(error.stack), ...log], ['wrong-canary-secret']);
  });

  it('ends a hang by its time-out and by the caller', async () => {
    failing({ kind: 'hang' });
    open({ timeouts: { connectMs: 1_000, wholeMs: 150 } });
    const error = await refusal(list());
    assert.equal(error.kind, 'unreachable');
    assert.match(error.message, /did not answer/);
    open({});
    const controller = new AbortController();
    const waiting = backend.listTasks({}, { size: 5 }, controller.signal);
    setTimeout(() => controller.abort(), 50);
    assert.equal((await refusal(waiting)).kind, 'cancelled');
  });

  it('refuses an answer that is too big', async () => {
    failing({ kind: 'oversize', bytes: 2_000_000 });
    open({ maxResponseBytes: 1_048_576 });
    const error = await refusal(list());
    assert.equal(error.kind, 'malformed');
    assert.match(error.message, /more than 1 MiB/);
  });

  it('never follows a redirect', async () => {
    const other = await FakeClearMl.start('real');
    try {
      failing({ kind: 'redirect', location: `${other.url}/${TASKS}` });
      const error = await refusal(list());
      assert.equal(error.kind, 'malformed');
      assert.ok(error.nextStep.includes(other.url));
      assert.equal(other.requests.length, 0);
    } finally {
      await other.stop();
    }
  });

  it('never sends an action twice', async () => {
    const { id } = fake.world.addTask({ name: 'once', status: 'in_progress' });
    fake.fault = (call) => (call === 'tasks.stop' ? { kind: 'status', status: 503 } : undefined);
    await refusal(backend.actions.act(id, { action: 'stop' }, noSignal()));
    assert.equal(fake.countOf('tasks.stop'), 1);
  });

  it('says that nothing listens', async () => {
    await fake.stop();
    const error = await refusal(list());
    assert.equal(error.kind, 'unreachable');
    assert.match(error.message, /nothing listens there/);
    fake = await FakeClearMl.start('real');
  });

  it('offers only cloning for a public example', async () => {
    fake.world.addTask({ name: 'example', isPublicExample: true });
    const { items } = await backend.listTasks({}, { size: 5 }, noSignal());
    assert.deepEqual(items[0]?.can, ['clone']);
  });

  it('keeps secrets out of everything it writes and throws', async () => {
    const redactor = new Redactor();
    open({ redactor });
    const seen: string[] = [];
    const tokens = (): string[] =>
      fake.requests.map(({ authorization }) => authorization.split(' ')[1] ?? '');
    for (const fault of [
      {
        kind: 'envelope',
        code: 400,
        subcode: 12,
        text: `key ${FAKE_KEYS.secretKey} is bad, Bearer abcdef.ghijkl`,
      },
      { kind: 'status', status: 503 },
      { kind: 'html' },
      { kind: 'truncatedJson' },
    ] satisfies Fault[]) {
      failing(fault);
      const error = await refusal(list());
      seen.push(
        error.message,
        error.nextStep,
        String(error.stack),
        JSON.stringify(error),
        inspectCauses(error),
      );
    }
    noCanary(
      [...seen, ...log],
      [FAKE_KEYS.secretKey, 'abcdef.ghijkl', ...tokens().filter((token) => token !== '')],
    );
  });

  it('counts what it asks', async () => {
    const calls: string[] = [];
    open({ onRequest: ({ call }) => calls.push(call) });
    await backend.describe(noSignal());
    await list();
    assert.deepEqual(calls.sort(), ['auth.login', 'server.info', TASKS, 'users.get_current_user'].sort());
  });
});

function inspectCauses(error: Error): string {
  const texts: string[] = [];
  for (let cause: unknown = error.cause; cause instanceof Error; cause = cause.cause) {
    texts.push(cause.message, String(cause.stack), JSON.stringify(cause));
  }
  return texts.join('\n');
}

function noCanary(texts: readonly string[], canaries: readonly string[]): void {
  for (const canary of canaries) {
    assert.ok(!texts.some((text) => text.includes(canary)), 'a secret came out');
  }
}

function memoryLogger(lines: string[]): Logger {
  const write = (message: string): void => void lines.push(message);
  const logger: Logger = {
    trace: write,
    debug: write,
    info: write,
    warn: write,
    error: write,
    child: () => logger,
  };
  return logger;
}
