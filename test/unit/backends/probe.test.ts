import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runProbe } from '../../../scripts/probe/run-probe';
import { FAKE_KEYS, FakeClearMl } from '../../fakes/clearml/fake-server';

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

describe('probe', () => {
  let fake: FakeClearMl;
  before(async () => {
    fake = await FakeClearMl.start('real');
  });
  after(() => fake.stop());

  const environment = { TRACKSIDE_KEY: FAKE_KEYS.accessKey, TRACKSIDE_SECRET: FAKE_KEYS.secretKey };
  const probe = async (
    argv: readonly string[],
    env: Record<string, string> = environment,
  ): Promise<Outcome> => {
    const [out, err]: [string[], string[]] = [[], []];
    const code = await runProbe({
      argv,
      environment: env,
      print: (text) => out.push(text),
      warn: (text) => err.push(text),
    });
    return { code, out: out.join('\n'), err: err.join('\n') };
  };

  it('prints one JSON document with the server and its entities', async () => {
    const { id } = fake.world.addTask({ name: 'probed' });
    fake.world.scalars.set(id, [{ metric: 'loss', variant: 'loss', iter: 1, value: 0.5 }]);
    for (const list of ['projects', 'tasks', 'queues', 'workers', 'series', 'log', 'dependencies']) {
      const { code, out, err } = await probe([
        '--kind',
        'clearml',
        '--url',
        fake.url,
        '--list',
        list,
        '--task',
        id,
      ]);
      assert.equal(code, 0, err);
      const report: unknown = JSON.parse(out);
      assert.ok(typeof report === 'object' && report !== null);
      assert.ok('server' in report && 'abilities' in report && list in report, list);
    }
  });

  it('acts and shows the task afterwards', async () => {
    const { id } = fake.world.addTask({ name: 'acted on' });
    const { code, out } = await probe([
      '--url',
      fake.url,
      '--task',
      id,
      '--act',
      'enqueue',
      '--queue',
      'default',
    ]);
    assert.equal(code, 0);
    assert.match(out, /"status": "queued"/);
  });

  it('never shows a secret, and warns about those in the command line', async () => {
    const wrong = 'canary-wrong-secret';
    const { code, out, err } = await probe(['--url', fake.url, '--key', 'canary-key', '--secret', wrong], {});
    assert.equal(code, 1);
    assert.match(err, /TRACKSIDE_SECRET/);
    assert.match(err, /access key/);
    assert.ok(!`${out}${err}`.includes('canary'));
  });

  it('takes address and keys from a clearml.conf', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'trackside-probe-'));
    const file = path.join(folder, 'clearml.conf');
    const keys = `access_key: ${FAKE_KEYS.accessKey}, secret_key: "${FAKE_KEYS.secretKey}"`;
    await writeFile(file, `api { api_server: ${fake.url}\n credentials { ${keys} } }`);
    const { code, out, err } = await probe(['--conf', file, '--list', 'queues'], {});
    assert.equal(code, 0, err);
    assert.match(out, /"queues"/);
    await writeFile(file, 'api { secret_key: "canary');
    const broken = await probe(['--conf', file], {});
    assert.equal(broken.code, 2);
    assert.match(broken.err, /clearml\.conf, line 1: a quote is not closed\./);
    assert.ok(!broken.err.includes('canary'));
    assert.equal((await probe(['--conf', path.join(folder, 'absent')], {})).code, 2);
    await rm(folder, { recursive: true });
  });

  it('says in one sentence what is wrong with the command line', async () => {
    const wrongs: readonly (readonly string[])[] = [
      [],
      ['--url', fake.url, '--list', 'everything'],
      ['--url', fake.url, '--act', 'stop'],
      ['--url', fake.url, '--secret=canary', '--frobnicate'],
      ['--url', fake.url, '--timeout', 'soon'],
    ];
    for (const argv of wrongs) {
      const { code, out, err } = await probe(argv);
      assert.equal(code, 2);
      assert.equal(out, '');
      assert.ok(!err.includes('canary'));
    }
    assert.equal((await probe(['--url', 'ftp://x'])).code, 1);
    assert.equal((await probe(['--help'])).code, 0);
  });
});
