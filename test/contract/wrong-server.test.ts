import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { fakeServers, type RunningFake } from '../../scripts/fake/fake-servers';
import { BACKEND_KINDS, type BackendKind } from '../../src/backends/contract';
import { backendRegistry } from '../../src/backends/registry';
import { silentLogger } from '../../src/core/logger';
import { findMeant, findServers } from '../../src/features/connections/find-server';
import { addressOf, listenLocally, stopServer } from '../fakes/local-http';
import { refusal } from './refusal';

/** What stands at the address; `kind` is absent where it is nothing that Trackside knows. */
interface Stranger {
  readonly name: string;
  readonly kind?: BackendKind;
  /** What the verdict of every kind says. */
  readonly says?: RegExp;
  readonly start: () => Promise<Pick<RunningFake, 'url' | 'stop'>>;
}

const never = new AbortController().signal;
const ELSEWHERE = 'http://plain.invalid/';

function site(answer: RequestListener): Stranger['start'] {
  return async () => {
    const server = createServer(answer);
    await listenLocally(server, 0);
    return { url: addressOf(server), stop: () => stopServer(server) };
  };
}

const STRANGERS: readonly Stranger[] = [
  ...BACKEND_KINDS.flatMap((kind) =>
    [false, true].map((isReal) => ({
      name: `${backendRegistry[kind].label}, as ${isReal ? 'it is' : 'its document says'}`,
      kind,
      start: () => fakeServers[kind]({ isReal, port: 0, size: 0 }),
    })),
  ),
  {
    name: 'a web site',
    says: /answered with a web page instead of data/,
    start: site((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Hello</title>'),
    ),
  },
  {
    name: 'a server of something else',
    start: site((_request, response) =>
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"detail":"Not Found"}'),
    ),
  },
  {
    name: 'a server that sends on to plain http',
    says: /sends requests on to http:\/\/plain\.invalid/,
    start: site((_request, response) => response.writeHead(308, { location: ELSEWHERE }).end()),
  },
];

/** Something for every field, so that no kind stops before it asks. */
function credentialsOf(kind: BackendKind): Readonly<Record<string, string>> {
  return Object.fromEntries(
    backendRegistry[kind].fields.map(({ key, validate }) => [
      key,
      validate?.('canary-value') === undefined ? 'canary-value' : 'X-Canary: canary-value',
    ]),
  );
}

for (const { name, kind: own, says, start } of STRANGERS) {
  describe(`the address of ${name}`, () => {
    let stranger: Pick<RunningFake, 'url' | 'stop'>;
    before(async () => {
      stranger = await start();
    });
    after(() => stranger.stop());

    it(own === undefined ? 'is taken for no kind of server' : 'is taken for nothing else', async () => {
      const found = await findServers(BACKEND_KINDS, backendRegistry, { url: stranger.url }, never, {});
      assert.deepEqual(
        found.map(({ kind }) => kind),
        own === undefined ? [] : [own],
      );
    });

    for (const kind of BACKEND_KINDS.filter((each) => each !== own)) {
      it(`is refused as ${backendRegistry[kind].label}, with what to do`, async () => {
        const backend = await backendRegistry[kind].create({
          url: stranger.url,
          credentials: () => Promise.resolve(credentialsOf(kind)),
          logger: silentLogger,
          userAgent: 'Trackside-test',
        });
        try {
          const verdict = await refusal(backend.describe(never));
          assert.match(verdict.message, says ?? /\S/);
          assert.notEqual(verdict.nextStep, '');
          assert.doesNotMatch(verdict.message, /canary-value/);
          await refusal(backend.listProjects(never));
          const there = await findMeant(kind, backendRegistry, { url: stranger.url }, never, {});
          assert.deepEqual(
            there.map((server) => server.kind),
            own === undefined ? [] : [own],
          );
        } finally {
          backend.dispose();
        }
      });
    }
  });
}
