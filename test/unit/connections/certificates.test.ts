import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FAKE_KEYS, FakeClearMl } from '../../fakes/clearml/fake-server';
import { isTracksideError } from '../../../src/core/errors';
import { connectionRow, connectionTooltip } from '../../../src/features/trees/connection-row';
import { tlsFile, tlsPair } from '../../fakes/tls-files';
import { ConnectionBench } from './connection-bench';

const { accessKey, secretKey } = FAKE_KEYS;
const never = new AbortController().signal;

describe('certificates of servers', () => {
  let fake: FakeClearMl;
  let bench: ConnectionBench;
  beforeEach(() => {
    bench = new ConnectionBench();
  });
  afterEach(async () => {
    bench.dispose();
    await fake.stop();
  });

  const serve = async (pair: string): Promise<string> => {
    fake = await FakeClearMl.start('real', tlsPair(pair));
    return fake.url.replace('127.0.0.1', 'localhost');
  };
  const add = (url: string, ...more: (boolean | undefined)[]): Promise<void> =>
    bench.add('ClearML', url, accessKey, secretKey, ...more);

  it('refuses a self-signed one unless the person accepts it, and sends no keys before', async () => {
    const url = await serve('self-signed');
    await add(url, false);
    assert.deepEqual(bench.storage.records(), []);
    assert.deepEqual(fake.requests, []);
    const question = bench.platform.asked.at(-1) ?? '';
    assert.match(question, /Nobody vouches for the certificate of localhost:\d+\. Accept it\?/);
    assert.match(question, /Issued to: O=Trackside tests, CN=localhost/);
    assert.match(question, /SHA-256: ([0-9A-F]{2}:){31}/);
  });

  it('says where the keys come from with a wish for no check, and asks all the same', async () => {
    const url = await serve('self-signed');
    const folder = await mkdtemp(path.join(tmpdir(), 'trackside-conf-'));
    const file = path.join(folder, 'clearml.conf');
    bench.environment = { CLEARML_CONFIG_FILE: file };
    const credentials = `credentials { access_key: "${accessKey}", secret_key: "${secretKey}" }`;
    const asked = async (how: string): Promise<string> => {
      await bench.add(`ClearML: ${how}`, false);
      assert.deepEqual([bench.storage.records(), fake.requests], [[], []]);
      return bench.platform.asked.at(-1) ?? '';
    };
    try {
      for (const [setting, says] of [
        ['verify_certificate: false', true],
        ['verify_certificate: true', false],
        ['', false],
      ] as const) {
        await writeFile(file, `api { api_server: "${url}"\n${setting}\n${credentials} }`);
        const question = await asked('clearml.conf');
        assert.match(question, /Nobody vouches/);
        assert.equal(/api\.verify_certificate in clearml\.conf asks for no check/.test(question), says);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
    const variables = {
      CLEARML_CONFIG_FILE: file,
      CLEARML_API_HOST: url,
      CLEARML_API_ACCESS_KEY: accessKey,
      CLEARML_API_SECRET_KEY: secretKey,
    };
    bench.environment = { ...variables, CLEARML_API_HOST_VERIFY_CERT: '0' };
    assert.match(await asked('environment variables'), /CLEARML_API_HOST_VERIFY_CERT asks for no check/);
    bench.environment = { ...variables, CLEARML_API_HOST_VERIFY_CERT: '/etc/authorities.pem' };
    assert.doesNotMatch(await asked('environment variables'), /asks for no check/);
  });

  it('believes the accepted one, shows that for good, and no other in its place', async () => {
    const url = await serve('self-signed');
    await add(url, true);
    const [added] = bench.storage.records();
    assert.ok(added);
    const session = bench.connections.get(added.id);
    assert.ok(session);
    const backend = await session.backend(never);
    await backend.listProjects(never);
    const row = connectionRow(session.info, session.state, false);
    assert.equal(row.description, 'certificate not verified · ClearML');
    assert.equal(row.icon?.id, 'unverified');
    assert.match(row.accessibleLabel, /certificate not verified/);
    assert.match(connectionTooltip(session.info, session.state), /not verified/);

    await fake.stop();
    const later = new ConnectionBench(bench.profile);
    const port = Number(new URL(url).port);
    fake = await FakeClearMl.start('real', tlsPair('other-self-signed'), port);
    await assert.rejects(
      Promise.resolve(later.connections.get(added.id)?.backend(never)),
      (error) => isTracksideError(error) && error.kind === 'tls',
    );
    assert.deepEqual(fake.requests, []);
    later.dispose();
  });

  it('believes nothing that an accepted certificate signed', async () => {
    const url = await serve('self-signed');
    await add(url, true);
    const accepted = bench.storage.records()[0]?.certificate;
    assert.ok(accepted);
    await fake.stop();
    fake = await FakeClearMl.start('real', tlsPair('signed-by-self-signed'));
    const target = { kind: 'clearml', label: 'x', url: fake.url.replace('127.0.0.1', 'localhost') } as const;
    await assert.rejects(bench.opening.check(target, { accessKey, secretKey }, { accepted }, never), {
      kind: 'tls',
    });
    assert.deepEqual(fake.requests, []);
  });

  it('accepts one for another name, and one whose issuer is not known', async () => {
    for (const pair of ['other-name', 'certified']) {
      await add(await serve(pair), true);
      assert.match(bench.platform.said.join(), /is connected/, pair);
      await fake.stop();
    }
  });

  it('believes authorities of the file that the settings name, without a question or a badge', async () => {
    bench.platform.settings.certificateAuthorityFile = () => tlsFile('authority.pem');
    await add(await serve('certified'));
    const [added] = bench.storage.records();
    assert.ok(added);
    assert.equal(added.certificate, undefined);
    assert.equal(bench.connections.get(added.id)?.info.isCertificateUnverified, undefined);
    assert.equal(fake.requests[0]?.call, 'debug.ping', 'the server is recognized by way of the authority');
    await fake.stop();
    await add(await serve('self-signed'), false);
    assert.equal(bench.storage.records().length, 1, 'other certificates are refused as before');
  });

  it('says what is wrong with that file', async () => {
    const url = await serve('certified');
    bench.platform.settings.certificateAuthorityFile = () => tlsFile('absent.pem');
    await assert.rejects(bench.add('ClearML', url), /absent\.pem cannot be read/);
    bench.platform.settings.certificateAuthorityFile = () => tlsFile('README.md');
    await assert.rejects(bench.add('ClearML', url), /README\.md holds no certificate/);
  });
});
