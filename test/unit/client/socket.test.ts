import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { Redactor } from '../../../src/client/redaction';
import { ReconnectingSocket, type SocketOptions } from '../../../src/client/socket';
import { systemClock } from '../../../src/core/clock';
import { silentLogger } from '../../../src/core/logger';

describe('ReconnectingSocket', () => {
  let server: WebSocketServer;
  let accepted: WebSocket[];
  let refusals: number;
  let socket: ReconnectingSocket | undefined;
  let states: boolean[];
  let messages: string[];

  beforeEach(async () => {
    [accepted, states, messages, refusals] = [[], [], [], 0];
    server = new WebSocketServer({
      port: 0,
      host: '127.0.0.1',
      autoPong: false,
      verifyClient: ({ req }, done) => {
        const isKnown = req.headers.authorization === 'Bearer right';
        refusals += isKnown ? 0 : 1;
        done(isKnown, 401);
      },
    });
    server.on('connection', (client) => accepted.push(client));
    await new Promise((resolve) => server.once('listening', resolve));
  });
  afterEach(async () => {
    socket?.dispose();
    server.clients.forEach((client) => client.terminate());
    await new Promise((resolve) => server.close(resolve));
  });

  const open = (more: Partial<SocketOptions> = {}): void => {
    const address = server.address();
    assert.ok(isAddress(address));
    socket = new ReconnectingSocket({
      url: () => `ws://127.0.0.1:${address.port}/live`,
      headers: () => Promise.resolve({ authorization: 'Bearer right' }),
      onMessage: (text) => messages.push(text),
      onState: (isConnected) => states.push(isConnected),
      logger: silentLogger,
      redactor: new Redactor(),
      clock: systemClock,
      userAgent: 'Trackside-test',
      firstPauseMs: 10,
      maxPauseMs: 20,
      ...more,
    });
  };

  it('connects, hears, and connects again when it is cut', async () => {
    open();
    await until(() => accepted.length === 1 && states.length === 1);
    accepted[0]?.send('one');
    await until(() => messages.length === 1);
    accepted[0]?.terminate();
    await until(() => accepted.length === 2 && states.length === 3);
    accepted[1]?.send('two');
    await until(() => messages.length === 2);
    assert.deepEqual(
      [messages, states],
      [
        ['one', 'two'],
        [true, false, true],
      ],
    );
  });

  it('tells when it is refused and uses new headers', async () => {
    let isRight = false;
    open({
      headers: () => Promise.resolve({ authorization: isRight ? 'Bearer right' : 'Bearer old' }),
      onRefused: () => {
        isRight = true;
      },
    });
    await until(() => states.at(-1) === true);
    assert.equal(refusals, 1);
  });

  it('gives up at once where a server may have no sockets, and only when it never had', async () => {
    const reasons: string[] = [];
    const onNeverOpened = (reason: string): number => reasons.push(reason);
    open({ headers: () => Promise.resolve({}), onNeverOpened });
    await until(() => reasons.length === 1);
    assert.match(reasons[0] ?? '', /401/);
    open({ onNeverOpened });
    await until(() => accepted.length === 1 && states.length === 1);
    accepted[0]?.terminate();
    await until(() => accepted.length === 2);
    assert.deepEqual([reasons.length, refusals], [1, 1]);
  });

  it('notices a peer that no longer answers', async () => {
    open({ heartbeatMs: 30 });
    await until(() => accepted.length >= 2);
    assert.deepEqual(states.slice(0, 2), [true, false]);
  });

  it('is silent after it was disposed', async () => {
    open();
    await until(() => states.length === 1);
    socket?.dispose();
    assert.deepEqual(states, [true, false]);
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.equal(accepted.length, 1);
  });
});

function isAddress(value: AddressInfo | string | null): value is AddressInfo {
  return typeof value === 'object' && value !== null;
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
