import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { fakeServers } from '../../scripts/fake/fake-servers';
import { BACKEND_KINDS, type Backend, type BackendKind } from '../../src/backends/contract';
import { backendRegistry } from '../../src/backends/registry';
import type { FailureKind } from '../../src/core/errors';
import { silentLogger } from '../../src/core/logger';
import { addressOf, listenLocally, stopServer } from '../fakes/local-http';
import { refusal } from './refusal';

interface Refusal {
  readonly status: number;
  readonly text: string;
  readonly kinds: readonly FailureKind[];
}

/** Plain text, as web servers and proxies answer, and no word of JSON. */
const REFUSALS: readonly Refusal[] = [
  { status: 401, text: 'Unauthorized', kinds: ['unauthorized'] },
  { status: 403, text: 'Forbidden', kinds: ['forbidden', 'unauthorized'] },
  { status: 429, text: 'Slow down', kinds: ['rateLimited'] },
  { status: 500, text: 'Internal Server Error', kinds: ['server'] },
];

const never = new AbortController().signal;

/** Something that looks like what the kind asks for. */
function anyCredentials(kind: BackendKind): Readonly<Record<string, string>> {
  return Object.fromEntries(
    backendRegistry[kind].fields.map(({ key, validate }) => [
      key,
      validate?.('canary-value') === undefined ? 'canary-value' : 'X-Canary: canary-value',
    ]),
  );
}

function open(
  kind: BackendKind,
  url: string,
  credentials: Readonly<Record<string, string>>,
): Promise<Backend> {
  return backendRegistry[kind].create({
    url,
    credentials: () => Promise.resolve(credentials),
    logger: silentLogger,
    userAgent: 'Trackside-test',
  });
}

for (const kind of BACKEND_KINDS) {
  describe(`${backendRegistry[kind].label}, where the server`, () => {
    for (const { status, text, kinds } of REFUSALS) {
      it(`answers ${status} in plain text: is told as such, with what to do`, async () => {
        // Longer than anybody waits, so that 429 is told at once.
        const head = { 'content-type': 'text/plain', ...(status === 429 ? { 'retry-after': '600' } : {}) };
        const server = createServer((_request, response) => response.writeHead(status, head).end(text));
        await listenLocally(server, 0);
        const backend = await open(kind, addressOf(server), anyCredentials(kind));
        try {
          for (const asked of [backend.describe(never), backend.listProjects(never)]) {
            const error = await refusal(asked);
            assert.ok(kinds.includes(error.kind), `${error.kind}: ${error.message}`);
            assert.notEqual(error.nextStep, '');
            assert.doesNotMatch(`${error.message} ${error.nextStep}`, /canary|JSON|<|undefined/);
          }
        } finally {
          backend.dispose();
          await stopServer(server);
        }
      });
    }

    it('goes down in the middle and comes back: is told, and works again', async () => {
      const fake = await fakeServers[kind]({ isReal: true, port: 0, size: 0 });
      const { url, credentials } = fake;
      const backend = await open(kind, url, credentials);
      try {
        const before = await backend.listProjects(never);
        await fake.stop();
        const { kind: failure, message, nextStep } = await refusal(backend.listProjects(never));
        assert.equal(failure, 'unreachable', message);
        assert.notEqual(nextStep, '');
        const again = await fakeServers[kind]({ isReal: true, port: Number(new URL(url).port), size: 0 });
        try {
          assert.equal((await backend.listProjects(never)).length, before.length);
        } finally {
          await again.stop();
        }
      } finally {
        backend.dispose();
      }
    });
  });
}
