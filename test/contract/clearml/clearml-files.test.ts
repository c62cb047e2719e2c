import assert from 'node:assert/strict';
import { open as openOnDisk, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import type { ClearMlBackend } from '../../../src/backends/clearml/clearml-backend';
import { maySeeToken } from '../../../src/backends/clearml/web-url';
import { Redactor } from '../../../src/client/redaction';
import { FilesHostKeys } from '../../../src/features/connections/files-host-keys';
import { writeDownload, type Transferred } from '../../../src/features/metrics/file-transfer';
import { Emitter } from '../../../src/core/emitter';
import { backendOf } from '../../fakes/clearml/fake-connection';
import { FakeClearMl } from '../../fakes/clearml/fake-server';
import { heldBytes } from '../../fakes/held-memory';
import { ScriptedPlatform } from '../../fakes/scripted-platform';
import { noSignal, refusal } from './contract-server';

const MEGABYTE = 1_048_576;
/** By hand: `TRACKSIDE_FILE_MB=2048`. */
const LARGE_MB = Number(process.env['TRACKSIDE_FILE_MB'] ?? 192);
/** What a transfer may add to the memory of the process, whatever the size of the file. */
const MOST_MEMORY_MB = 96;
const LOOK_BYTES = 16 * MEGABYTE;
const RIGHT = `Basic ${Buffer.from('files:other').toString('base64')}`;

describe('Files of a ClearML server', function () {
  this.timeout(120_000 + LARGE_MB * 300);
  let fake: FakeClearMl;
  let backend: ClearMlBackend;
  let platform: ScriptedPlatform;
  let folder: string;
  let host: string;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  const secrets = new Map<string, string>();
  const authorizations: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization);
    answer(request, response);
  });

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    host = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
  });
  after(() => {
    server.close();
  });

  beforeEach(async () => {
    fake = await FakeClearMl.start('real');
    folder = await mkdtemp(path.join(os.tmpdir(), 'trackside-files-'));
    platform = new ScriptedPlatform();
    authorizations.length = 0;
    secrets.clear();
    backend = backendOf(fake, { hostKeys: keysOfHosts(new Redactor()) });
    answer = (request, response) => {
      const isRight = request.headers.authorization === RIGHT;
      response.writeHead(isRight ? 200 : 401).end(isRight ? 'weights' : 'who are you?');
    };
  });
  afterEach(async () => {
    backend.dispose();
    await fake.stop();
    await rm(folder, { recursive: true, force: true });
  });

  function keysOfHosts(redactor: Redactor): FilesHostKeys {
    const kept = {
      onDidChange: new Emitter<string>().event,
      get: (key: string) => Promise.resolve(secrets.get(key)),
      set: (key: string, value: string) => Promise.resolve(void secrets.set(key, value)),
      delete: (key: string) => Promise.resolve(void secrets.delete(key)),
    };
    return new FilesHostKeys(kept, platform.dialogs, redactor);
  }

  async function save(uri: string, mayAsk = true): Promise<Transferred> {
    return writeDownload(await backend.files.download(uri, noSignal(), { mayAsk }), {
      path: path.join(folder, 'file.bin'),
      signal: noSignal(),
      onProgress: () => undefined,
    });
  }

  it('asks for the keys of a host that does not take the server’s, and keeps them for that host', async () => {
    platform.answers.push('files', 'other');
    assert.equal((await save(`${host}/a`)).sizeBytes, 7);
    assert.deepEqual(authorizations, [undefined, RIGHT], 'the server’s own keys go nowhere else');
    assert.deepEqual([...secrets], [[`trackside.filesHost.${host}`, '{"user":"files","password":"other"}']]);
    assert.match(platform.asked.join(' '), /127\.0\.0\.1:\d+: user name or access key/u);
    await save(`${host}/b`, false);
    assert.deepEqual(authorizations.slice(2), [RIGHT], 'once given, they are used without a question');
    const elsewhere = `${fake.url}/debug.ping`;
    await save(elsewhere);
    assert.ok(
      !fake.requests.some(({ body }) => JSON.stringify(body).includes('other')),
      'and they go to no other host',
    );
  });

  it('says clearly what is wrong when nobody is asked, gives none, or gives wrong ones', async () => {
    const unasked = await refusal(save(`${host}/a`, false));
    assert.equal(unasked.kind, 'unauthorized');
    assert.equal(unasked.message, `${host} does not give this file: it wants other keys than the server's.`);
    assert.match(unasked.nextStep, /^Save the file: Trackside asks/u);
    platform.answers.push(undefined);
    assert.equal((await refusal(save(`${host}/a`))).kind, 'unauthorized');
    platform.answers.push('files', 'wrong');
    const wrong = await refusal(save(`${host}/a`));
    assert.match(wrong.nextStep, /^Try again with the keys of this host/u);
    answer = (_request, response) => response.writeHead(403).end();
    assert.match((await refusal(save(`${host}/a`, false))).message, /wants other keys/u);
    assert.deepEqual([...secrets], [], 'what did not work is not kept');
    assert.deepEqual(await readdir(folder), []);
  });

  it('shows the token to the files host that a person gave, and to no other', async () => {
    answer = (_request, response) => response.end('weights');
    backend.dispose();
    let filesUrl = `${host}/files`;
    backend = backendOf(fake, { hosts: () => Promise.resolve({ filesUrl }) });
    for (const place of ['files/a', 'filesandmore/a', 'files/../a']) {
      await save(`${host}/${place}`);
    }
    assert.match(authorizations[0] ?? '', /^Bearer /u);
    assert.deepEqual(authorizations.slice(1), [undefined, undefined], 'also not elsewhere on that host');
    filesUrl = 's3://bucket/files';
    await save(`${host}/files/a`);
    assert.equal(authorizations[3], undefined, 'a bucket is no host');
    assert.deepEqual(
      (await backend.describe(noSignal())).abilities.filter(({ name }) => name === 'files'),
      [
        {
          name: 'files',
          isAvailable: false,
          reason: 's3://bucket/files is no address of the web; the usual one is taken.',
        },
      ],
    );
    const secure = new URL('https://api.company.com');
    assert.deepEqual(
      ['https://files.company.com', 'http://files.company.com'].map((given) => maySeeToken(secure, given)),
      [true, false],
    );
  });

  it('asks nothing when the server itself refuses a file', async () => {
    fake.fault = (call) => (call === 'debug.ping' ? { kind: 'status', status: 403 } : undefined);
    assert.equal((await refusal(save(`${fake.url}/debug.ping`))).kind, 'forbidden');
    assert.deepEqual(platform.asked, []);
  });

  it(`streams a file of ${LARGE_MB} MB without holding it, and one of none`, async () => {
    const source = path.join(folder, 'sparse');
    const sparse = await openOnDisk(source, 'w');
    await sparse.truncate(LARGE_MB * MEGABYTE);
    await sparse.close();
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': LARGE_MB * MEGABYTE });
      createReadStream(source).pipe(response);
    };
    const before = heldBytes();
    let [highest, looked] = [before, 0];
    const file = await backend.files.download(`${host}/large`, noSignal());
    const target = path.join(folder, 'large.bin');
    const { sizeBytes } = await writeDownload(file, {
      path: target,
      signal: noSignal(),
      onProgress: (transferred) => {
        // Collecting garbage takes time, and what is held grows with what has come.
        if (transferred - looked > LOOK_BYTES) {
          looked = transferred;
          highest = Math.max(highest, heldBytes());
        }
      },
    });
    assert.equal(sizeBytes, LARGE_MB * MEGABYTE);
    assert.equal((await stat(target)).size, LARGE_MB * MEGABYTE);
    const addedMb = (highest - before) / MEGABYTE;
    assert.ok(addedMb < MOST_MEMORY_MB, `${Math.round(addedMb)} MB of memory were added`);
    answer = (_request, response) => response.end();
    assert.deepEqual(await save(`${host}/empty`), { sizeBytes: 0, isVerified: false });
  });
});
