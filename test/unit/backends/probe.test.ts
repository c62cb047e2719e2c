import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import { BACKEND_KINDS } from '../../../src/backends/contract';
import { fakeServers } from '../../../scripts/fake/fake-servers';
import { runProbe } from '../../../scripts/probe/run-probe';
import { FAKE_KEYS, FakeClearMl } from '../../fakes/clearml/fake-server';
import { FakeWhatsNext } from '../../fakes/whatsnext/fake-server';

const taskList = z.object({ tasks: z.array(z.object({ id: z.string() })) });
const groupList = z.object({
  groups: z.array(z.object({ places: z.array(z.object({ id: z.string() })) })),
});
const projectList = z.object({ projects: z.array(z.object({ id: z.string() })) });

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
    for (const list of [
      'projects',
      'tasks',
      'queues',
      'workers',
      'series',
      'log',
      'plots',
      'images',
      'dependencies',
    ]) {
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

  it('changes queues, projects and models, and shows them afterwards', async () => {
    const changed = (what: string, request: object, ...more: readonly string[]) =>
      probe(['--url', fake.url, '--change', what, '--value', JSON.stringify(request), ...more]);
    const queue = await changed('queue', { change: 'create', name: 'fast' });
    assert.match(queue.out, /"name": "fast"/, queue.err);
    const project = await changed('project', { change: 'create', name: 'Vision/Small' });
    assert.match(project.out, /"name": "Vision\/Small"/, project.err);
    const { id } = fake.world.addModel({ name: 'net', isReady: false });
    const model = await changed('model', { action: 'publish' }, '--task', id);
    assert.equal(model.code, 0, model.err);
    assert.equal(fake.world.models.find((each) => each.id === id)?.isReady, true);
    assert.match(
      (await changed('queue', { change: 'paint', name: 'red' })).err,
      /cannot be read\. See --help/,
    );
    assert.match((await changed('model', { action: 'publish' })).err, /needs its id/);
  });

  it('runs a template with inputs, and shows what came of it', async () => {
    const server = await FakeWhatsNext.start({ personality: 'real', isDefective: false });
    try {
      const project = server.world.project('vision');
      server.world.template(project, 'train', 'train --lr {lr}');
      const common = ['--kind', 'whatsnext', '--url', server.url, '--project', String(project)];
      const { out } = await probe([...common, '--list', 'templates'], {});
      assert.match(out, /"command": "train --lr \{lr\}"/);
      const run = await probe(
        [...common, '--run', 'train', '--name', 'mine', '--value', '{"lr": "0.1"}'],
        {},
      );
      assert.equal(run.code, 0, run.err);
      assert.match(run.out, /"name": "mine"/);
      assert.deepEqual([...server.world.jobs.values()].at(-1)?.parameters, { lr: 0.1 });
      const graph = await probe([...common, '--list', 'dependencies'], {});
      assert.match(graph.out, /"label": "mine"/);
      assert.match((await probe([...common, '--run', 'other'], {})).err, /one of: train/);
    } finally {
      await server.stop();
    }
  });

  for (const kind of BACKEND_KINDS) {
    it(`lists projects and tasks of ${kind}, and shows one`, async () => {
      const server = await fakeServers[kind]({ isReal: true, port: 0, size: 0 });
      try {
        const [key = '', secret = ''] = Object.values(server.credentials);
        const keys = { TRACKSIDE_KEY: key, TRACKSIDE_SECRET: secret };
        const at = ['--kind', kind, '--url', server.url];
        const projects = await probe([...at, '--list', 'projects'], keys);
        assert.equal(projects.code, 0, projects.err);
        assert.match(projects.out, /"kind": "[\w-]+"[^]*"projects": \[\s*\{/);
        const { tasks } = taskList.parse(JSON.parse((await probe([...at, '--list', 'tasks'], keys)).out));
        const [first] = tasks;
        assert.ok(first);
        const shown = await probe([...at, '--task', first.id, '--list', 'details'], keys);
        assert.match(shown.out, /"details": \{/, shown.err);
        const groups = await probe([...at, '--list', 'groups'], keys);
        const places = groups.code === 0 ? groupList.parse(JSON.parse(groups.out)).groups : [];
        const found: string[] = [];
        for (const { id } of [
          ...projectList.parse(JSON.parse(projects.out)).projects,
          ...places.flatMap((group) => group.places),
        ]) {
          const own = await probe([...at, '--list', 'tasks', '--project', id], keys);
          found.push(
            ...(own.code === 0 ? taskList.parse(JSON.parse(own.out)).tasks : []).map((row) => row.id),
          );
        }
        // Each in one place; places of groups may hold more than the list of all tasks.
        assert.deepEqual(
          tasks.map((row) => [row.id, found.filter((id) => id === row.id).length]),
          tasks.map((row) => [row.id, 1]),
        );
        assert.ok(secret === '' || !`${shown.out}${projects.out}`.includes(secret));
      } finally {
        await server.stop();
      }
    });
  }

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
