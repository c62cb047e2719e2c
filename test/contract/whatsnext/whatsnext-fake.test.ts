import assert from 'node:assert/strict';
import { isWhatsNext } from '../../../src/backends/whatsnext/recognize';
import type { WhatsNextBackend } from '../../../src/backends/whatsnext/whatsnext-backend';
import type { Task } from '../../../src/core/entities';
import { connectionTooltip } from '../../../src/features/trees/connection-row';
import { momentText } from '../../../src/features/trees/relative-time';
import { until } from '../../editor/harness/until';
import { ManualClock } from '../../fakes/manual-clock';
import { memorySession } from '../../fakes/memory-session';
import { refusal } from '../refusal';
import { never, openWhatsNext, withFake } from './open-fake';
import type { FakeOptions, FakeWhatsNext } from '../../fakes/whatsnext/fake-server';
import type { Personality } from '../../fakes/whatsnext/fake-world';

interface Chain {
  readonly project: number;
  readonly template: number;
  readonly first: number;
  readonly second: number;
  readonly third: number;
}

function seedChain(fake: FakeWhatsNext): Chain {
  const { world } = fake;
  const project = world.project('vision');
  const template = world.template(project, 'train', 'python train.py --lr {lr} --out {{x}} --n {n:03d}');
  const place = { project_id: project, task_id: template };
  const first = world.job({ ...place, name: 'prepare', priority: 7, parameters: { lr: 0.1, tag: 'a' } });
  const second = world.job({ ...place, name: 'train', depends: { [first]: 'prepare' } });
  const third = world.job({ ...place, name: 'evaluate', depends: { [second]: 'train' } });
  return { project, template, first, second, third };
}

function setStatus(fake: FakeWhatsNext, id: number, status: string): void {
  Object.assign(fake.world.jobs.get(id) ?? {}, { status });
}

async function one(backend: WhatsNextBackend, id: number): Promise<Task> {
  const [task] = await backend.getTasks([String(id)], never);
  assert.ok(task, `no task ${id}`);
  return task;
}

function describeContract(personality: Personality): void {
  const options: FakeOptions = { personality, isDefective: false };

  describe(`WhatsNext backend against a server that behaves like the ${personality}`, () => {
    it('is recognised, and says what it cannot do', () =>
      withFake(options, async (fake, backend) => {
        assert.equal(await isWhatsNext(fake.url, never), true);
        const { product, abilities } = await backend.describe(never);
        assert.match(product, /^WhatsNext/);
        assert.ok(abilities.every(({ isAvailable, reason }) => isAvailable || (reason ?? '') !== ''));
      }));

    it('lists active and archived projects, each under a name of its own', () =>
      withFake(options, async (fake, backend) => {
        const active = fake.world.project('vision');
        const twin = fake.world.project('vision');
        const archived = fake.world.project('old', 'ARCHIVED');
        const projects = await backend.listProjects(never);
        assert.deepEqual(
          projects.map(({ id, name, isArchived }) => [Number(id), name, isArchived]).sort(),
          [
            [active, `vision (${active})`, undefined],
            [twin, `vision (${twin})`, undefined],
            [archived, 'old', true],
          ].sort(),
        );
      }));

    it('maps jobs to tasks with the status that only their dependencies tell', () =>
      withFake(options, async (fake, backend) => {
        const { project, first, second } = seedChain(fake);
        setStatus(fake, first, 'RUNNING');
        const { items } = await backend.listTasks({ projectId: String(project) }, { size: 10 }, never);
        assert.deepEqual(
          items.map(({ name, status }) => [name, status]),
          [
            ['evaluate', 'queued'],
            ['train', 'queued'],
            ['prepare', 'running'],
          ],
        );
        const task = await one(backend, second);
        assert.equal(task.projectName, 'vision');
        assert.equal(task.queueId, String(project));
        assert.ok(task.createdAt !== undefined && !('updatedAt' in task) && !('endedAt' in task));
        assert.deepEqual(task.can, ['clone', 'fail', 'delete']);
      }));

    it('pages through tasks and finds them by text and status', () =>
      withFake(options, async (fake, backend) => {
        const { project } = seedChain(fake);
        const seen: string[] = [];
        let cursor: string | undefined;
        do {
          const page = { size: 2, ...(cursor === undefined ? {} : { cursor }) };
          const { items, next } = await backend.listTasks({ projectId: String(project) }, page, never);
          seen.push(...items.map(({ name }) => name));
          cursor = next;
        } while (cursor !== undefined);
        assert.deepEqual(seen, ['evaluate', 'train', 'prepare']);
        const found = await backend.listTasks({ text: 'EVAL', statuses: ['queued'] }, { size: 5 }, never);
        assert.deepEqual(
          found.items.map(({ name }) => name),
          ['evaluate'],
        );
        assert.deepEqual((await backend.listTasks({ statuses: ['failed'] }, { size: 5 }, never)).items, []);
      }));

    it('takes words that it does not know, and nothing where text belongs', () =>
      withFake(options, async (fake, backend) => {
        const { project, first, second } = seedChain(fake);
        setStatus(fake, first, 'PAUSED');
        Object.assign(fake.world.jobs.get(second) ?? {}, { name: null, parameters: null });
        Object.assign(fake.world.projects.get(project) ?? {}, { description: null });
        const { items } = await backend.listTasks({ projectId: String(project) }, { size: 10 }, never);
        assert.equal(items.length, 3);
        const paused = items.find(({ id }) => id === String(first));
        assert.deepEqual([paused?.status, paused?.serverStatus.toLowerCase()], ['unknown', 'paused']);
        assert.equal((await backend.listProjects(never)).length, 1);
        const { parameters } = await backend.details.read(String(second), never);
        assert.deepEqual(parameters, []);
      }));

    it('knows nothing of a job from the one that had its id before', () =>
      withFake(options, async (fake, backend) => {
        const { project, third } = seedChain(fake);
        setStatus(fake, third, 'COMPLETED');
        assert.equal((await one(backend, third)).status, 'completed');
        const before = fake.world.jobs.get(third);
        assert.ok(before);
        fake.world.jobs.set(third, { ...before, status: 'PENDING', createdAt: '2026-11-20T09:00:00' });
        const { items } = await backend.listTasks({ projectId: String(project) }, { size: 10 }, never);
        assert.equal(items.find(({ id }) => id === String(third))?.status, 'queued');
      }));

    it('marks as failed, tells what that blocks, and frees all of it again', () =>
      withFake(options, async (fake, backend) => {
        const { first, second, third } = seedChain(fake);
        const ids = [String(first)];
        const plan = await backend.actions.plan(ids, 'fail', never);
        assert.match(plan?.says ?? '', /no process is ended.*2 tasks that wait for it/u);
        assert.equal(plan?.asksPriority, personality === 'real');
        const failed = await backend.actions.act(ids[0] ?? '', { action: 'fail', priority: 7 }, never);
        assert.deepEqual(failed.touchedTaskIds, [String(second), String(third)]);
        const blocked = await one(backend, third);
        assert.equal(blocked.status, 'blocked');
        assert.equal(blocked.statusReason, `blocked by ${first} “prepare”, which failed`);
        const again = await backend.actions.plan(ids, 'enqueue', never);
        assert.equal(again?.blockedCount, 2);
        const request = { action: 'enqueue', queueId: '1', priority: 4, freesBlocked: true } as const;
        const freed = await backend.actions.act(String(first), request, never);
        assert.deepEqual(freed.touchedTaskIds, [String(second), String(third)]);
        const { jobs } = fake.world;
        assert.deepEqual(
          [first, second, third].map((id) => [jobs.get(id)?.status, jobs.get(id)?.priority]),
          Array.from({ length: 3 }, () => ['PENDING', 4]),
        );
        assert.deepEqual(jobs.get(second)?.depends, { [first]: 'prepare' });
        assert.equal((await one(backend, third)).status, 'queued');
      }));

    it('clones through the batch, with changed parameters and the same dependencies', () =>
      withFake(options, async (fake, backend) => {
        const { first, second } = seedChain(fake);
        const parameters = [{ section: 'Parameters', name: 'lr', value: '0.5' }];
        const { createdTaskId } = await backend.actions.act(
          String(first),
          { action: 'clone', inputs: { parameters } },
          never,
        );
        assert.deepEqual(fake.world.jobs.get(Number(createdTaskId))?.parameters, { lr: 0.5, tag: 'a' });
        const copy = await backend.actions.act(String(second), { action: 'clone', name: 'again' }, never);
        const made = fake.world.jobs.get(Number(copy.createdTaskId));
        assert.deepEqual([made?.name, made?.depends], ['again', { [first]: 'prepare' }]);
      }));

    it('says that what a job still waits for has failed, where the server blocks it later', () =>
      withFake(options, async (fake, backend) => {
        const { project, first, second } = seedChain(fake);
        const failed = fake.world.jobs.get(first);
        assert.ok(failed);
        failed.status = 'FAILED';
        const scope = { kind: 'project', projectId: String(project) } as const;
        const { nodes } = await backend.dependencies.read(scope, never);
        const node = nodes.find(({ id }) => id === String(second));
        assert.equal(node?.status, 'queued');
        assert.equal(node.reason, `waits for ${first} “prepare”, which failed`);
      }));

    it('deletes with a warning, and finds what can never run then', () =>
      withFake(options, async (fake, backend) => {
        const { project, first, second, third } = seedChain(fake);
        const plan = await backend.actions.plan([String(first)], 'delete', never);
        assert.match(plan?.says ?? '', /2 tasks that wait for it .*can never run/u);
        await backend.actions.act(String(first), { action: 'delete' }, never);
        assert.deepEqual(await backend.getTasks([String(first)], never), []);
        const scope = { kind: 'project', projectId: String(project) } as const;
        const graph = await backend.dependencies.read(scope, never);
        const reasons = new Map(graph.nodes.map(({ id, reason }) => [id, reason]));
        assert.equal(reasons.get(String(second)), 'can never run: a task that it waits for was deleted');
        assert.match(reasons.get(String(third)) ?? '', /^can never run: it waits for/);
        assert.equal(graph.nodes.filter(({ isMissing }) => isMissing).length, 1);
        assert.match(graph.notes.join(' '), /2 tasks can never run/);
      }));

    it('finds circles, and refuses new tasks that would wait for one', () =>
      withFake(options, async (fake, backend) => {
        const { project, template } = seedChain(fake);
        const place = { project_id: project, task_id: template };
        const a = fake.world.job({ ...place, name: 'a' });
        const b = fake.world.job({ ...place, name: 'b', depends: { [a]: 'a' } });
        Object.assign(fake.world.jobs.get(a) ?? {}, { depends: { [b]: 'b' } });
        const graph = await backend.dependencies.read({ kind: 'task', taskId: String(a) }, never);
        assert.deepEqual(graph.nodes.map(({ label }) => label).sort(), ['a', 'b']);
        assert.ok(graph.nodes.every(({ reason }) => reason?.includes('in a circle') === true));
        const [found] = await backend.templates.list(String(project), never);
        assert.ok(found);
        const run = { name: 'late', inputs: { lr: '1', n: '2' }, dependsOn: [String(b)] };
        const error = await refusal(backend.templates.run(found, [run], never));
        assert.equal(error.kind, 'conflict');
        assert.match(error.message, /circle/);
      }));

    it('runs templates many at once, with numbers where the text is exactly one', () =>
      withFake(options, async (fake, backend) => {
        const { project, template, first } = seedChain(fake);
        const [found] = await backend.templates.list(String(project), never);
        assert.deepEqual(
          found?.inputs.map(({ name }) => name),
          ['lr', 'n'],
        );
        const runs = ['0.1', '1e-3'].map((lr) => ({
          name: `lr ${lr}`,
          inputs: { lr, n: '007' },
          priority: 2,
          dependsOn: [String(first)],
        }));
        const { createdTaskIds } = await backend.templates.run(found, runs, never);
        assert.deepEqual(
          createdTaskIds.map((id) => fake.world.jobs.get(Number(id))?.parameters),
          [
            { lr: 0.1, n: '007' },
            { lr: '1e-3', n: '007' },
          ],
        );
        assert.equal(fake.countOf(/POST .*batch/), 1);
        assert.deepEqual(fake.world.jobs.get(Number(createdTaskIds[0]))?.depends, { [first]: 'prepare' });
        fake.world.templates.delete(template);
        const error = await refusal(backend.templates.run(found, runs, never));
        assert.equal(error.kind, 'notFound');
      }));

    it('has a queue per active project that can only be cleared, and workers that can be taken out', () =>
      withFake(options, async (fake, backend) => {
        const { project, first, second, third } = seedChain(fake);
        fake.world.project('old', 'ARCHIVED');
        setStatus(fake, first, 'COMPLETED');
        const queues = await backend.queues.list(never);
        assert.deepEqual(
          queues.map(({ name, entries }) => [name, entries.map(({ taskId }) => Number(taskId))]),
          [['vision', [second, third]]],
        );
        await backend.queues.change({ change: 'clear', queueId: String(project) }, never);
        assert.deepEqual([...fake.world.jobs.keys()], [first]);
        fake.world.clients.set('gpu', { id: 'gpu', name: 'GPU', is_active: 1 });
        assert.deepEqual(
          (await backend.workers.list(never)).map(({ name }) => name),
          ['GPU'],
        );
        await backend.workers.deactivate('gpu', never);
        assert.deepEqual(await backend.workers.list(never), []);
      }));

    it('archives a project', () =>
      withFake(options, async (fake, backend) => {
        const { project } = seedChain(fake);
        await backend.projects.setArchived(String(project), true, never);
        assert.equal(fake.world.projects.get(project)?.status, 'ARCHIVED');
      }));

    it('gives parameters and the command as details', () =>
      withFake(options, async (fake, backend) => {
        const { first } = seedChain(fake);
        const { parameters, configurations } = await backend.details.read(String(first), never);
        assert.deepEqual(
          parameters.map(({ name, value }) => [name, value]),
          [
            ['lr', '0.1'],
            ['tag', 'a'],
          ],
        );
        assert.match(configurations[0]?.text ?? '', /^python train\.py/);
      }));
  });
}

describeContract('real');
describeContract('document');

describe('WhatsNext backend against the real server’s faults', () => {
  const real: FakeOptions = { personality: 'real', isDefective: false };

  it('explains what a defective version cannot do, sends it once, and uses the batch instead', () =>
    withFake({ personality: 'real', isDefective: true }, async (fake, backend) => {
      const { project, first } = seedChain(fake);
      const error = await refusal(backend.actions.act(String(first), { action: 'fail' }, never));
      assert.equal(error.kind, 'server');
      assert.match(error.message, /known defect/);
      assert.match(error.nextStep, /Clone/);
      assert.equal(fake.countOf(/^PUT /), 1);
      assert.deepEqual((await one(backend, first)).can, ['clone', 'delete']);
      const archiving = await refusal(backend.projects.setArchived(String(project), true, never));
      assert.match(archiving.message, /known defect/);
      const { abilities } = await backend.describe(never);
      assert.equal(abilities.find(({ name }) => name === 'status changes')?.isAvailable, false);
      const { createdTaskId } = await backend.actions.act(String(first), { action: 'clone' }, never);
      assert.ok(fake.world.jobs.has(Number(createdTaskId)));
    }));

  it('says in the tooltip of the connection what it finds out later', () =>
    withFake({ personality: 'real', isDefective: true }, async (fake, backend) => {
      const { first } = seedChain(fake);
      const clock = new ManualClock();
      const info = { kind: 'whatsnext', label: 'Jobs', isLocal: false } as const;
      const { session } = memorySession({ info, clock, open: () => Promise.resolve(backend) });
      const tooltip = (): string => connectionTooltip(session.info, session.state).replaceAll('\\', '');
      await session.backend(never);
      assert.match(tooltip(), /Status changes: Priorities/);
      await clock.advance(90_000);
      await refusal(backend.actions.act(String(first), { action: 'fail' }, never));
      await until('the tooltip says so', () => /No status changes: This version/.test(tooltip()));
      assert.match(tooltip(), new RegExp(`Found out: ${momentText(clock.now())}`));
      session.dispose();
    }));

  it('tells a missing key from a wrong one, though both are plain text', () =>
    withFake({ ...real, apiKey: 'canary-key-83f' }, async (fake, backend) => {
      await backend.describe(never);
      const missing = openWhatsNext(fake);
      const wrong = openWhatsNext(fake, 'canary-key-wrong');
      try {
        assert.equal(await isWhatsNext(fake.url, never), true);
        const none = await refusal(missing.describe(never));
        assert.deepEqual([none.kind, none.message], ['unauthorized', 'The server wants an API key.']);
        const bad = await refusal(wrong.describe(never));
        assert.deepEqual([bad.kind, bad.message], ['unauthorized', 'The server does not know this API key.']);
      } finally {
        missing.dispose();
        wrong.dispose();
      }
    }));

  it('reads at most eight statuses at a time, none twice, and none that another reading told', () =>
    withFake(real, async (fake, backend) => {
      const { project, template } = seedChain(fake);
      const place = { project_id: project, task_id: template };
      const root = fake.world.job({ ...place, name: 'root', status: 'COMPLETED' });
      for (let index = 0; index < 60; index += 1) {
        fake.world.job({ ...place, name: `leaf ${index}`, status: 'COMPLETED', depends: { [root]: 'root' } });
      }
      const query = { projectId: String(project) };
      await backend.listTasks(query, { size: 100 }, never);
      assert.ok(fake.mostAtOnce <= 8, `${fake.mostAtOnce} at once`);
      assert.equal(fake.countOf(new RegExp(`/jobs/${root}/dependencies`)), 0);
      const before = fake.countOf(/dependencies/);
      await backend.listTasks(query, { size: 100 }, never);
      assert.equal(fake.countOf(/dependencies/), before);
    }));

  it('waits as long as it is told after 429, and shows rows whose status it may not read yet', () =>
    withFake(real, async (fake, backend) => {
      const { project } = seedChain(fake);
      fake.refusals = { paths: /projects/, count: 1, retryAfterS: 1 };
      assert.equal((await backend.listProjects(never)).length, 1);
      const query = { projectId: String(project) };
      fake.refusals = { paths: /dependencies/, count: 100, retryAfterS: 60 };
      const { items } = await backend.listTasks(query, { size: 10 }, never);
      assert.equal(items.length, 3);
      assert.ok(items.every(({ status }) => status === 'unknown'));
      assert.ok(fake.countOf(/dependencies/) <= 8);
    }));

  it('shows a job whose dependencies the server cannot read, with the reason, and deletes it', () =>
    withFake(real, async (fake, backend) => {
      const { project, template } = seedChain(fake);
      const id = fake.world.job({
        name: 'odd',
        project_id: project,
        task_id: template,
        depends: { first: 'prepare' },
      });
      const task = await one(backend, id);
      assert.equal(task.status, 'unknown');
      assert.match(task.statusMessage ?? '', /not a number/);
      await backend.actions.act(String(id), { action: 'delete' }, never);
      assert.deepEqual(await backend.getTasks([String(id)], never), []);
    }));

  it('says that an archived project has no templates', () =>
    withFake(real, async (fake, backend) => {
      const project = fake.world.project('old', 'ARCHIVED');
      const error = await refusal(backend.templates.list(String(project), never));
      assert.match(error.message, /archived/);
    }));
});
