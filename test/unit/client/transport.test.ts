import assert from 'node:assert/strict';
import { getEventListeners, once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { gzipSync } from 'node:zlib';
import { HttpTransport, type RawRequest } from '../../../src/client/transport';
import { refusal } from '../../contract/refusal';
import { addressOf, bodyOf, listenLocally, stopServer } from '../../fakes/local-http';

const never = new AbortController().signal;

async function withServer(
  answer: RequestListener,
  run: (
    send: (asked?: Partial<RawRequest>) => ReturnType<HttpTransport['send']>,
    server: Server,
  ) => Promise<void>,
): Promise<void> {
  // Nothing but the client closes a connection, however busy the machine is.
  const server = createServer({ keepAliveTimeout: 60_000 }, answer);
  const transport = new HttpTransport();
  await listenLocally(server, 0);
  const usual: RawRequest = {
    call: 'things.get',
    method: 'GET',
    url: `${addressOf(server)}/base/things?of=a%20b`,
    headers: { accept: 'application/json', 'user-agent': 'Trackside-test', 'x-api-key': 'key' },
    signal: never,
    timeouts: { connectMs: 5_000, wholeMs: 5_000 },
    maxResponseBytes: 1_000,
  };
  try {
    await run((asked = {}) => transport.send({ ...usual, ...asked }), server);
  } finally {
    transport.dispose();
    await stopServer(server);
  }
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

describe('HttpTransport', () => {
  it('sends what was asked and nothing of its own making but how the body may be packed', async () => {
    const seen: (Pick<IncomingMessage, 'method' | 'url' | 'headers'> & { body: string })[] = [];
    await withServer(
      (request, response) => {
        const { method, url, headers } = request;
        void bodyOf(request).then((body) => {
          seen.push({ method, url, headers, body });
          response.end();
        });
      },
      async (send, server) => {
        const typed = { 'content-type': 'application/json' };
        await send();
        await send({ method: 'PUT', headers: typed, body: '{"ä":1}' });
        await send({ method: 'POST', headers: {} });
        await send({ method: 'DELETE', headers: {} });
        const always = {
          'accept-encoding': 'gzip, compress, deflate, br',
          connection: 'keep-alive',
          host: new URL(addressOf(server)).host,
        };
        const agent = String(seen[2]?.headers['user-agent']);
        assert.match(agent, /^axios\//);
        const url = '/base/things?of=a%20b';
        assert.deepEqual(seen, [
          {
            method: 'GET',
            url,
            headers: {
              ...always,
              accept: 'application/json',
              'user-agent': 'Trackside-test',
              'x-api-key': 'key',
            },
            body: '',
          },
          {
            method: 'PUT',
            url,
            headers: { ...always, ...typed, 'user-agent': agent, 'content-length': '8' },
            body: '{"ä":1}',
          },
          {
            method: 'POST',
            url,
            headers: {
              ...always,
              'content-type': 'application/x-www-form-urlencoded',
              'user-agent': agent,
              'content-length': '0',
            },
            body: '',
          },
          { method: 'DELETE', url, headers: { ...always, 'user-agent': agent }, body: '' },
        ]);
      },
    );
  });

  it('gives the answer as it is: any status, packed or not, and never goes where it is sent', () =>
    withServer(
      (request, response) => {
        if (request.method === 'DELETE') {
          response.writeHead(302, { Location: '/elsewhere', 'set-cookie': ['a', 'b'] }).end();
        } else {
          response.writeHead(503, { 'content-encoding': 'gzip', 'Retry-After': '7' }).end(gzipSync('später'));
        }
      },
      async (send) => {
        const busy = await send();
        assert.deepEqual([busy.status, text(busy.bytes), busy.header('retry-AFTER')], [503, 'später', '7']);
        const moved = await send({ method: 'DELETE' });
        assert.deepEqual([moved.status, moved.header('location')], [302, '/elsewhere']);
        assert.deepEqual(
          ['set-cookie', 'constructor', 'get', 'absent'].map((name) => moved.header(name)),
          [undefined, undefined, undefined, undefined],
        );
      },
    ));

  it('uses eight connections for eight requests at a time, however many in all', () =>
    withServer(
      (_request, response) => void setImmediate(() => response.end('{}')),
      async (send, server) => {
        let connectionCount = 0;
        server.on('connection', () => (connectionCount += 1));
        for (let round = 0; round < 25; round += 1) {
          await Promise.all(Array.from({ length: 8 }, () => send()));
        }
        assert.equal(connectionCount, 8);
      },
    ));

  it('sends nothing over a connection whose server has failed, since it closes that without a word', () =>
    withServer(
      (request, response) => {
        if (request.method === 'GET') {
          response.once('finish', () => request.socket.destroy());
          response.writeHead(500).end('Internal Server Error');
        } else {
          response.end();
        }
      },
      async (send) => {
        for (let round = 0; round < 10; round += 1) {
          assert.equal((await send()).status, 500);
          assert.equal((await send({ method: 'DELETE' })).status, 200);
        }
      },
    ));

  it('gives what is sent once a connection of its own, since a kept one may just have been closed', () =>
    withServer(
      (request, response) => {
        // As servers do with connections that nobody used for some seconds.
        response.once('finish', () => void setImmediate(() => request.socket.destroy()));
        response.end();
      },
      async (send) => {
        for (let round = 0; round < 10; round += 1) {
          await send({ isSentOnce: true });
          assert.equal((await send({ method: 'POST', isSentOnce: true })).status, 200);
        }
      },
    ));

  it('tells plain from secure at one address, whatever it was asked for before', () =>
    withServer(
      (_request, response) => void response.end('{}'),
      async (send, server) => {
        const secure = { url: addressOf(server).replace('http:', 'https:') };
        assert.equal((await send()).status, 200);
        assert.equal((await refusal(send(secure))).kind, 'tls');
        assert.equal((await send({ url: addressOf(server) })).status, 200);
      },
    ));

  it('gives up when the whole takes too long, even while bytes still come', () =>
    withServer(
      (request, response) => {
        const timer = setInterval(() => response.write('.'), 10);
        request.once('close', () => clearInterval(timer));
      },
      async (send) => {
        const error = await refusal(send({ timeouts: { connectMs: 5_000, wholeMs: 150 } }));
        assert.equal(error.kind, 'unreachable');
        assert.match(error.message, /did not answer things\.get within 0\.2 s\.$/);
      },
    ));

  it('ends a request that nobody wants any more, and lets go of who asked', async () => {
    const heads: IncomingMessage[] = [];
    await withServer(
      (request, response) => {
        heads.push(request.on('error', () => undefined));
        if (heads.length === 2) {
          response.write('half');
        }
      },
      async (send, server) => {
        for (const moment of ['before the answer', 'in its middle']) {
          const stop = new AbortController();
          const arrived = once(server, 'request');
          const failure = refusal(send({ signal: stop.signal }));
          await arrived;
          const closed = new Promise((resolve) => heads.at(-1)?.once('close', resolve));
          setTimeout(() => stop.abort(), 20);
          assert.equal((await failure).kind, 'cancelled', moment);
          await closed;
          assert.equal(getEventListeners(stop.signal, 'abort').length, 0, moment);
          assert.equal((await refusal(send({ signal: stop.signal }))).kind, 'cancelled');
        }
        assert.equal(heads.length, 2, 'asked for what nobody wants');
      },
    );
  });

  it('lets go of who asked also after answers and failures', () =>
    withServer(
      (request, response) => {
        if (request.method === 'GET') {
          response.end('{}');
        } else {
          request.destroy();
        }
      },
      async (send) => {
        const { signal } = new AbortController();
        await send({ signal });
        const error = await refusal(send({ signal, method: 'POST' }));
        assert.match(error.message, /cannot be reached: the connection was cut\.$/);
        assert.equal(getEventListeners(signal, 'abort').length, 0);
      },
    ));

  it('takes no more than it may, whether the length was told or not', () =>
    withServer(
      (request, response) => {
        const body = 'x'.repeat(1_001);
        response.writeHead(200, request.method === 'GET' ? { 'content-length': body.length } : {});
        response.write(body.slice(0, 500));
        response.end(body.slice(500));
      },
      async (send) => {
        for (const method of ['GET', 'POST'] as const) {
          const { kind, message } = await refusal(send({ method }));
          assert.equal(kind, 'malformed', message);
          assert.match(message, /answered things\.get with more than 0 MiB/);
        }
      },
    ));

  it('says that an answer was cut, and keeps what it sent out of the cause', () =>
    withServer(
      (request, response) => {
        response.writeHead(200, { 'content-length': 100 });
        response.write('half', () => request.socket.destroy());
      },
      async (send) => {
        const { kind, message, detail } = await refusal(send());
        assert.equal(kind, 'unreachable');
        assert.match(message, /the connection was cut\.$/);
        assert.ok(detail.cause instanceof Error);
        assert.deepEqual(Object.entries(detail.cause), [['code', 'ECONNRESET']]);
      },
    ));
});
