import assert from 'node:assert/strict';
import net from 'node:net';
import { basic, call, startTracker, type RunningTracker } from '../tracker/tracker-fixture';

/** Bytes on the wire that no client of ours would send; another program on this machine may. */
describe('faults: HTTP at its edges', () => {
  let running: RunningTracker;
  before(async () => {
    running = await startTracker();
  });
  after(() => running.end());

  afterEach(async () => {
    assert.equal((await call(running.port, 'debug.ping')).code, 200, 'the tracker is well');
  });

  /** Sends bytes, ends the connection as told, and returns what came back. */
  function exchange(bytes: string | Buffer, end: 'wait' | 'reset' = 'wait'): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = net.connect(running.port, '127.0.0.1');
      const received: Buffer[] = [];
      socket.setTimeout(5_000, () => socket.destroy());
      socket.on('data', (chunk: Buffer) => received.push(chunk));
      socket.on('error', (error) => (end === 'reset' ? undefined : reject(error)));
      socket.on('close', () => resolve(Buffer.concat(received).toString('latin1')));
      socket.on('connect', () => {
        socket.write(bytes);
        if (end === 'reset') {
          setTimeout(() => socket.resetAndDestroy(), 20);
        }
      });
    });
  }

  const upgrade = (more: { path?: string; host?: string; credentials?: string } = {}): string =>
    [
      `GET ${more.path ?? '/trackside.live'} HTTP/1.1`,
      `host: ${more.host ?? '127.0.0.1'}`,
      'connection: Upgrade',
      'upgrade: websocket',
      'sec-websocket-version: 13',
      'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
      `authorization: ${more.credentials ?? basic()}`,
      '\r\n',
    ].join('\r\n');

  it('refuses a socket for a foreign host, wrong credentials or a path that is none', async () => {
    assert.match(await exchange(upgrade({ host: 'evil.example' })), /^HTTP\/1\.1 403/);
    assert.match(await exchange(upgrade({ credentials: 'Basic eDp5' })), /^HTTP\/1\.1 401/);
    assert.match(await exchange(upgrade({ path: '/elsewhere' })), /^HTTP\/1\.1 404/);
    assert.match(await exchange(upgrade({ path: '//[' })), /^HTTP\/1\.1 40[04]/);
  });

  it('takes a path that is no address for what it is', async () => {
    for (const path of ['//[', '/%zz', '/\u00ff', `/${'x'.repeat(9_000)}`]) {
      const answer = await exchange(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n`);
      assert.match(answer, /^HTTP\/1\.1 4\d\d/, path.slice(0, 20));
    }
  });

  it('lives on when a connection is reset, whatever it was about to become', async () => {
    await exchange(upgrade({ credentials: 'Basic eDp5' }), 'reset');
    await exchange(upgrade(), 'reset');
    await exchange(
      'POST /debug.ping HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 100\r\n\r\n{"a"',
      'reset',
    );
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const socket = net.connect(running.port, '127.0.0.1');
      socket.on('error', () => undefined);
      await new Promise((resolve) => socket.once('connect', resolve));
      socket.write(upgrade({ credentials: 'Basic eDp5' }));
      setImmediate(() => socket.resetAndDestroy());
      await new Promise((resolve) => socket.once('close', resolve));
    }
  });

  it('refuses 50 MB that come in pieces without saying how much they are', async () => {
    const head = `POST /events.add_batch HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: ${basic()}\r\ntransfer-encoding: chunked\r\n\r\n`;
    const piece = Buffer.alloc(1_000_000, 0x20);
    const pieces = Array.from({ length: 50 }, () => [Buffer.from('f4240\r\n'), piece, Buffer.from('\r\n')]);
    const body = Buffer.concat([Buffer.from(head), ...pieces.flat(), Buffer.from('0\r\n\r\n')]);
    assert.match(await exchange(body), /^HTTP\/1\.1 413/);
  });

  it('refuses what is no HTTP', async () => {
    assert.match(await exchange('\u0016\u0003\u0001\u0002 hello\r\n\r\n'), /^HTTP\/1\.1 400/);
  });
});
