import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FAKE_KEYS, FakeClearMl } from '../../fakes/clearml/fake-server';
import { ConnectionBench } from './connection-bench';

const CLEARML = 'ClearML';
const { accessKey, secretKey } = FAKE_KEYS;

describe('adding a connection', () => {
  let fake: FakeClearMl;
  let bench: ConnectionBench;
  beforeEach(async () => {
    fake = await FakeClearMl.start('real');
    bench = new ConnectionBench();
  });
  afterEach(async () => {
    bench.dispose();
    await fake.stop();
  });

  const said = (): string => bench.platform.said.join('\n');
  const host = (): string => new URL(fake.url).host;

  it('asks for kind, address and keys, tries them, and stores keys as secrets only', async () => {
    await bench.add(CLEARML, fake.url, accessKey, ` ${secretKey} `);
    const [added] = bench.storage.records();
    assert.ok(added);
    assert.deepEqual({ ...added, id: '' }, { id: '', kind: 'clearml', label: host(), url: fake.url });
    assert.deepEqual(await bench.storage.credentials(added.id), { accessKey, secretKey });
    assert.equal(bench.connections.active().info.id, added.id);
    assert.match(said(), /is connected \(ClearML 2\.3\.0 \(API 2\.34\), as .+\)\. New tasks go there\.$/);
    assert.doesNotMatch(JSON.stringify([...bench.profile.state.values]), /canary/i);
  });

  it('stores nothing when the keys are refused', async () => {
    await assert.rejects(bench.add(CLEARML, fake.url, accessKey, 'wrong-secret'), (error: Error) => {
      assert.match(error.message, /was not added\. The server does not know this access key/);
      return true;
    });
    assert.deepEqual(bench.storage.records(), []);
    assert.equal(bench.profile.secrets.values.size, 0);
  });

  it('finds out the kind from the address', async () => {
    await bench.add('I do not know', fake.url, accessKey, secretKey);
    assert.match(said(), new RegExp(`${host()} is a ClearML server\\.`));
    assert.equal(bench.storage.records()[0]?.kind, 'clearml');
    assert.equal(fake.requests[0]?.call, 'debug.ping');
    assert.equal(fake.requests[0].authorization, '');
  });

  it('says what answers where another kind was meant, and connects to that only when agreed', async () => {
    await bench.add('WhatsNext', fake.url, false);
    assert.match(bench.platform.asked.at(-1) ?? '', /is a ClearML server, not WhatsNext\./);
    assert.deepEqual(bench.storage.records(), []);
    assert.ok(fake.requests.every(({ authorization }) => authorization === ''));
    await bench.add('WhatsNext', fake.url, true, accessKey, secretKey);
    assert.equal(bench.storage.records()[0]?.kind, 'clearml');
  });

  it('asks what it is when nothing known answers', async () => {
    const other = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"ok"}');
    });
    const url = await listen(other);
    await bench.add('I do not know', url, undefined);
    assert.match(bench.platform.asked.at(-1) ?? '', /Nothing that Trackside knows answers at/);
    assert.deepEqual(bench.storage.records(), []);
    other.close();
  });

  it('goes to the API beside the web page, and says so', async () => {
    const target = fake.url;
    const page = createServer((request, response) => {
      if (request.url?.startsWith('/api/') !== true) {
        response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>ClearML</title>');
        return;
      }
      // As the web server of an installation passes /api on.
      void (async () => {
        const pieces: Buffer[] = [];
        for await (const piece of request) {
          pieces.push(Buffer.from(piece as Uint8Array));
        }
        const passed = await fetch(target + (request.url ?? '').replace('/api', ''), {
          method: 'POST',
          headers: { authorization: request.headers.authorization ?? '' },
          body: Buffer.concat(pieces),
        });
        response.writeHead(passed.status, { 'content-type': 'application/json' }).end(await passed.text());
      })();
    });
    const url = await listen(page);
    await bench.add(CLEARML, url, accessKey, secretKey);
    assert.equal(bench.storage.records()[0]?.url, `${url}/api`);
    assert.match(said(), new RegExp(`Its API answers at ${url}/api, which is used instead of ${url}\\.`));
    page.closeAllConnections();
    page.close();
  });

  it('takes http where no scheme was typed and only that answers', async () => {
    await bench.add(CLEARML, host(), accessKey, secretKey);
    assert.equal(bench.storage.records()[0]?.url, fake.url);
    assert.match(said(), /Its API answers at http:/);
  });

  it('takes a pasted block, also when the kind is not known', async () => {
    const block = `api { web_server: http://127.0.0.1:1 api_server: ${fake.url} credentials { "access_key" = "${accessKey}" "secret_key" = "${secretKey}" } }`;
    await bench.add('I do not know', block);
    assert.equal(bench.storage.records()[0]?.url, fake.url);
  });

  it('keeps where pages and files are, from where the keys are; they are changed and kept afterwards', async () => {
    const [web, files] = ['http://pages.local/ml', 'http://127.0.0.1:7777/files'];
    bench.environment = {
      ...bench.environment,
      CLEARML_API_HOST: fake.url,
      CLEARML_WEB_HOST: `${web}/`,
      CLEARML_FILES_HOST: files,
      CLEARML_API_ACCESS_KEY: accessKey,
      CLEARML_API_SECRET_KEY: secretKey,
    };
    await bench.add('ClearML: environment variables');
    const kept = (): unknown => bench.storage.records()[0]?.values;
    assert.deepEqual(kept(), { webUrl: web, filesUrl: files });
    const id = bench.storage.records()[0]?.id ?? '';
    const secret = bench.profile.secrets.values.get(`connections.${id}.credentials`);
    assert.equal(secret, JSON.stringify({ accessKey, secretKey }), 'addresses are no secrets');
    const pageOf = async (): Promise<string | undefined> => {
      const backend = await bench.connections.get(id)?.backend(new AbortController().signal);
      const task = fake.world.addTask({ name: 'with a page' });
      return (await backend?.getTasks([task.id], new AbortController().signal))?.[0]?.webUrl;
    };
    assert.match((await pageOf()) ?? '', /^http:\/\/pages\.local\/ml\/projects\//u);
    await bench.signInAgain(id, accessKey, secretKey);
    assert.deepEqual(kept(), { webUrl: web, filesUrl: files }, 'other keys, the same addresses');
    await bench.editHosts(id, 'http://elsewhere.local', '');
    assert.deepEqual(kept(), { webUrl: 'http://elsewhere.local' });
    assert.match(said(), /address of the files server: worked out/u);
    assert.match(
      (await pageOf()) ?? '',
      /^http:\/\/elsewhere\.local\/projects\//u,
      'at once, in this window',
    );
    await bench.editHosts(id, undefined);
    assert.deepEqual(kept(), { webUrl: 'http://elsewhere.local' }, 'turning away changes nothing');
  });

  it('keeps accounts of one server apart', async () => {
    await bench.add(CLEARML, fake.url, accessKey, secretKey);
    fake.keys = { accessKey: 'SECONDKEY', secretKey: 'second-secret-0' };
    await bench.add(CLEARML, fake.url, 'SECONDKEY', 'second-secret-0');
    const labels = bench.storage.records().map(({ label }) => label);
    assert.equal(labels[0], host());
    assert.match(labels[1] ?? '', /^127\.0\.0\.1:\d+ \(.+\)$/);
  });

  it('offers user name and password where the server takes them, and keeps the name out of the secrets', async () => {
    fake.fixedUser = { name: 'adalovelace', password: 'pässwört:1' };
    await bench.add(CLEARML, fake.url, 'User name and password', 'adalovelace', 'pässwört:1');
    const [added] = bench.storage.records();
    assert.ok(added);
    assert.deepEqual(added.values, { userName: 'adalovelace' });
    const kept = bench.profile.secrets.values.get(`connections.${added.id}.credentials`);
    assert.equal(kept, JSON.stringify({ password: 'pässwört:1' }));
    const session = bench.connections.get(added.id);
    const backend = await session?.backend(new AbortController().signal);
    assert.equal(
      (await backend?.listProjects(new AbortController().signal))?.length,
      fake.world.projects.length,
    );
    assert.equal(bench.redactor.redact('adalovelace: pässwört:1'), 'adalovelace: ‹redacted›');
  });

  it('warns before keys go unprotected to another machine', async () => {
    await bench.add(CLEARML, 'http://tracker.invalid:8008', false);
    assert.match(bench.platform.asked.at(-1) ?? '', /without encryption/);
    assert.deepEqual(bench.storage.records(), []);
  });

  describe('from what this machine has', () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'trackside-conf-'));
      bench.environment = { CLEARML_CONFIG_FILE: path.join(folder, 'clearml.conf') };
    });
    afterEach(() => rm(folder, { recursive: true }));
    const write = (name: string, text: string): Promise<void> => writeFile(path.join(folder, name), text);

    it('offers a clearml.conf with what it includes and takes variables from', async () => {
      bench.environment['MY_KEY'] = accessKey;
      await write('keys.conf', `api.credentials { access_key: \${MY_KEY}, secret_key: "${secretKey}" }`);
      await write('clearml.conf', `# mine\napi { api_server: ${fake.url} }\ninclude "keys.conf"\n`);
      await bench.add('ClearML: clearml.conf');
      assert.match(bench.platform.asked[0] ?? '', new RegExp(`clearml\\.conf \\| ${fake.url}`));
      assert.doesNotMatch(bench.platform.asked.join('\n'), /canary/i);
      assert.equal(bench.storage.records().length, 1);
    });

    it('asks for keys that the file does not hold', async () => {
      await write('clearml.conf', `api.api_server = "${fake.url}"`);
      await bench.add('ClearML: clearml.conf', accessKey, secretKey);
      assert.equal(bench.storage.records().length, 1);
    });

    it('says which line of the file is wrong', async () => {
      await write('clearml.conf', 'api {\n  api_server: "http://x\n}');
      await assert.rejects(
        bench.add('ClearML: clearml.conf'),
        /clearml\.conf, line 2: a quote is not closed/,
      );
    });

    it('reads a file from another place', async () => {
      await write('other.conf', `api { api_server: ${fake.url}, credentials { access_key: ${accessKey} } }`);
      await bench.add('ClearML: another clearml.conf…', path.join(folder, 'other.conf'), secretKey);
      assert.equal(bench.storage.records().length, 1);
      await assert.rejects(
        bench.add('ClearML: another clearml.conf…', path.join(folder, 'absent.conf')),
        /There is no file/,
      );
    });

    it('offers the variables of the editor', async () => {
      Object.assign(bench.environment, {
        CLEARML_API_HOST: fake.url,
        CLEARML_API_ACCESS_KEY: accessKey,
        CLEARML_API_SECRET_KEY: secretKey,
      });
      await bench.add('ClearML: environment variables');
      assert.equal(bench.storage.records()[0]?.url, fake.url);
    });
  });
});

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return `http://127.0.0.1:${address.port}`;
}
