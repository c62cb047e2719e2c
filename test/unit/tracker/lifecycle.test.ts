import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { silentLogger } from '../../../src/core/logger';
import { ensureTracker, isNewer, type RunningTracker } from '../../../src/tracker/lifecycle/ensure-tracker';
import { readTrackerFile, writeTrackerFile } from '../../../src/tracker/lifecycle/tracker-file';
import { at, basic, call, createTask, keys, report, scalar, send, temporaryFolder } from './tracker-fixture';

const trackerScript = path.resolve('dist/tracker.js');

/** Needs the built tracker; `npm test` builds before it runs the tests. */
describe('tracker: lifecycle', function () {
  this.timeout(60_000);
  let place: ReturnType<typeof temporaryFolder>;
  const started = new Set<number>();
  before(function () {
    if (!existsSync(trackerScript)) {
      throw new Error('dist/tracker.js is missing; build first.');
    }
  });
  beforeEach(() => {
    place = temporaryFolder();
  });
  afterEach(async () => {
    for (const pid of started) {
      kill(pid, 'SIGKILL');
      await untilGone(pid);
    }
    started.clear();
    place.remove();
  });

  async function ensure(
    more: { version?: string; idleMs?: number; secretKey?: string } = {},
  ): Promise<RunningTracker> {
    const tracker = await ensureTracker({
      dataDir: place.folder,
      trackerScript,
      nodePath: process.execPath,
      credentials: { ...keys, secretKey: more.secretKey ?? keys.secretKey },
      version: more.version ?? '1.0.0',
      logger: silentLogger,
      signal: new AbortController().signal,
      idleMs: more.idleMs ?? 60_000,
    });
    started.add(tracker.pid);
    return tracker;
  }

  it('starts one tracker however many windows ask at once', async () => {
    const found = await Promise.all([1, 2, 3, 4].map(() => ensure()));
    assert.equal(new Set(found.map(({ pid }) => pid)).size, 1);
    assert.equal((await call(found[0]?.port ?? 0, 'server.info')).code, 200);
    assert.equal(statSync(path.join(place.folder, 'tracker.json')).mode & 0o077, 0);
  });

  it('finds the running one again', async () => {
    const first = await ensure();
    assert.deepEqual(await ensure(), first);
  });

  it('takes over after a crash, on the same port, with everything acknowledged', async () => {
    const first = await ensure();
    const task = await createTask(first.port);
    let acknowledged = 0;
    const crash = sleep(400).then(() => kill(first.pid, 'SIGKILL'));
    try {
      for (let step = 0; step < 100_000; step += 50) {
        const events = Array.from({ length: 50 }, (_, index) => scalar(task, step + index, step + index));
        const answer = await report(first.port, events);
        acknowledged = answer.code === 200 ? step + 50 : acknowledged;
      }
    } catch {
      // The connection ends with the process.
    }
    await crash;
    await untilGone(first.pid);
    const second = await ensure();
    assert.notEqual(second.pid, first.pid);
    assert.equal(second.port, first.port);
    const summary = await call(second.port, 'trackside.summary', { task });
    assert.ok(acknowledged > 0, 'something was acknowledged before the crash');
    const count = Number(at(summary.data, 'series', 0, 'count'));
    assert.ok(count >= acknowledged, `${count} of ${acknowledged} acknowledged points`);
    assert.equal(at(summary.data, 'series', 0, 'last'), count - 1);
  });

  it('is not fooled by another program on the port of a dead tracker', async () => {
    const foreign = http.createServer((_request, response) =>
      response.end('{"meta":{},"data":{"instance_id":"x"}}'),
    );
    await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
    const address = foreign.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    writeTrackerFile(place.folder, {
      instanceId: 'x',
      pid: process.pid,
      port,
      url: `http://127.0.0.1:${port}`,
      startedAt: 1,
      version: '1.0.0',
      controlSecret: 'a secret that nobody else knows',
    });
    try {
      const tracker = await ensure();
      assert.notEqual(tracker.port, port);
      assert.equal((await call(tracker.port, 'server.info')).code, 200);
    } finally {
      foreign.close();
      foreign.closeAllConnections();
    }
  });

  it('starts in spite of a file that makes no sense', async () => {
    writeFileSync(path.join(place.folder, 'tracker.json'), '{half');
    assert.equal((await call((await ensure()).port, 'server.info')).code, 200);
  });

  it('is replaced by a newer version, not by an older one', async () => {
    const first = await ensure({ version: '1.2.0' });
    assert.equal((await ensure({ version: '1.1.9' })).pid, first.pid);
    const second = await ensure({ version: '1.10.0' });
    assert.notEqual(second.pid, first.pid);
    assert.equal(second.port, first.port);
    const info = await call(second.port, 'server.info');
    assert.equal(at(info.data, 'trackside', 'version'), '1.10.0');
  });

  it('accepts the credentials of a caller that has others', async () => {
    const first = await ensure();
    const other = await ensure({ secretKey: 'another' });
    assert.equal(other.pid, first.pid);
    const authorization = basic({ ...keys, secretKey: 'another' });
    assert.equal((await send(other.port, { path: '/server.info', headers: { authorization } })).code, 200);
  });

  it('refuses control to those who cannot read the file', async () => {
    const { port } = await ensure();
    const hello = await send(port, {
      path: '/trackside.hello',
      body: JSON.stringify({ nonce: 'n'.repeat(20) }),
    });
    const command = {
      nonce: hello.data['nonce'],
      command: 'shutdown',
      access_key: '',
      key_hash: '',
      proof: 'x',
    };
    const answer = await send(port, { path: '/trackside.control', body: JSON.stringify(command) });
    assert.equal(answer.code, 401);
  });

  it('ends by itself when nobody uses it, and leaves no file behind', async () => {
    const { pid } = await ensure({ idleMs: 300 });
    await untilGone(pid);
    assert.equal(readTrackerFile(place.folder), undefined);
    assert.match(readFileSync(path.join(place.folder, 'tracker.log'), 'utf8'), /Nobody used the tracker/);
  });

  it('ends properly on SIGTERM', async () => {
    const { pid } = await ensure();
    kill(pid, 'SIGTERM');
    await untilGone(pid);
    assert.equal(readTrackerFile(place.folder), undefined);
  });

  it('says what is wrong when the data folder cannot be used', async () => {
    const file = path.join(place.folder, 'file');
    writeFileSync(file, '');
    const attempt = ensureTracker({
      dataDir: path.join(file, 'data'),
      trackerScript,
      nodePath: process.execPath,
      credentials: keys,
      version: '1.0.0',
      logger: silentLogger,
      signal: new AbortController().signal,
    });
    await assert.rejects(attempt, /cannot use the folder .*data.*Check that the folder can be written/s);
  });

  it('compares versions by number', () => {
    assert.equal(isNewer('1.10.0', '1.9.3'), true);
    assert.equal(isNewer('1.9.3', '1.10.0'), false);
    assert.equal(isNewer('1.0.0', '1.0.0'), false);
  });
});

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}

async function untilGone(pid: number): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await sleep(25);
  }
  throw new Error(`Process ${pid} does not end.`);
}
