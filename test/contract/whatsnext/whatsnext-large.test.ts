import assert from 'node:assert/strict';
import { systemClock } from '../../../src/core/clock';
import type { Queue } from '../../../src/core/entities';
import type { DependencyGraph } from '../../../src/core/dependency-graph';
import { isCancelled } from '../../../src/core/errors';
import { silentLogger } from '../../../src/core/logger';
import type { GraphHostMessage } from '../../../src/features/graph/graph-contract';
import { GraphSession } from '../../../src/features/graph/graph-session';
import { createConnectionSession } from '../../../src/store/connection-session';
import { ALWAYS_FOCUSED } from '../../fakes/memory-session';
import type { FakeWhatsNext } from '../../fakes/whatsnext/fake-server';
import { seedManyJobs } from '../../fakes/whatsnext/seed-jobs';
import { until } from '../../editor/harness/until';
import { never, withFake } from './open-fake';

const JOBS = 2_000;
const FEWER = 400;
/** A chain of 500, and 1,000 that wait for one. */
const EDGES = 499 + 1_000;
const REAL = { personality: 'real', isDefective: false } as const;
const LINKS = /\/dependencies/;
const WIDTH = 8;

function seeded(fake: FakeWhatsNext, count = JOBS): string {
  seedManyJobs(fake.world, count);
  const [project] = fake.world.projects.keys();
  return String(project);
}

describe('a WhatsNext project of 2,000 jobs', () => {
  it('is drawn before any dependency is read, grows in few parts, and is not asked for again', () =>
    withFake(REAL, async (fake, backend) => {
      const scope = { kind: 'project', projectId: seeded(fake) } as const;
      const parts: { readonly graph: DependencyGraph; readonly asked: number }[] = [];
      const graph = await backend.dependencies.read(scope, never, (part) =>
        parts.push({ graph: part, asked: fake.countOf(LINKS) }),
      );
      const [first] = parts;
      assert.equal(first?.asked, 0);
      assert.equal(first.graph.nodes.length, JOBS);
      assert.ok(
        first.graph.nodes.every(({ status, word }) => status === 'unknown' && word === 'Not read yet'),
      );
      assert.ok(parts.every((part) => part.graph.isPartial === true));
      assert.match(parts[1]?.graph.notes.join() ?? '', /^[1-9]\d* of 2000 tasks are still being read/);
      const edges = parts.map((part) => part.graph.edges.length);
      assert.deepEqual(
        edges,
        [...edges].sort((a, b) => a - b),
      );
      assert.equal(graph.isPartial, undefined);
      assert.equal(graph.nodes.length, JOBS);
      assert.equal(graph.edges.length, EDGES);
      assert.ok(graph.nodes.every(({ status }) => status !== 'unknown'));
      assert.ok(fake.mostAtOnce <= WIDTH, `${fake.mostAtOnce} at once`);
      const asked = fake.requests.filter((request) => LINKS.test(request));
      assert.equal(new Set(asked).size, asked.length, 'a job was read twice');
      await backend.dependencies.read(scope, never, () => assert.fail('nothing is missing'));
      assert.equal(fake.countOf(LINKS), asked.length);
    }));

  it('is not read on when nobody looks, and goes on where it was left', () =>
    withFake(REAL, async (fake, backend) => {
      const scope = { kind: 'project', projectId: seeded(fake, FEWER) } as const;
      const stop = new AbortController();
      let partCount = 0;
      const reading = backend.dependencies.read(scope, stop.signal, () => {
        partCount += 1;
        if (partCount === 2) {
          stop.abort();
        }
      });
      await assert.rejects(reading, isCancelled);
      const asked = fake.countOf(LINKS);
      assert.ok(asked < FEWER / 2, `${asked} were read`);
      await backend.listProjects(never);
      assert.ok(fake.countOf(LINKS) <= asked + WIDTH, 'only what was on its way may come');
      const graph = await backend.dependencies.read(scope, never);
      assert.ok(graph.isPartial === undefined && graph.nodes.every(({ status }) => status !== 'unknown'));
      assert.ok(fake.countOf(LINKS) <= FEWER + 2 * WIDTH, `${fake.countOf(LINKS)} in all`);
    }));

  it('shows the parts in its panel, and asks for nothing while that is hidden', () =>
    withFake(REAL, async (fake, backend) => {
      const session = createConnectionSession({
        info: { id: 'w', kind: 'whatsnext', label: 'WhatsNext', isLocal: false },
        open: () => Promise.resolve(backend),
        budgetPerMinute: () => 10_000,
        attention: ALWAYS_FOCUSED,
        clock: systemClock,
        logger: silentLogger,
      });
      const scope = { kind: 'project', projectId: seeded(fake) } as const;
      const panel = await new Promise<GraphSession>((resolve) => {
        const opened = new GraphSession({
          ref: { connectionId: 'w', scope },
          session,
          logger: silentLogger,
          post: (message: GraphHostMessage) => {
            if (message.type === 'graph' && message.graph.isPartial === true) {
              opened.setVisible(false);
              resolve(opened);
            }
          },
          setTitle: () => undefined,
          openTask: () => undefined,
        });
        opened.setVisible(true);
        opened.receive({ type: 'ready' });
      });
      await backend.listProjects(never);
      await backend.listProjects(never);
      assert.ok(fake.countOf(LINKS) <= WIDTH, `${fake.countOf(LINKS)} were read`);
      panel.dispose();
      session.dispose();
    }));

  it('lists a page of tasks before its queue, which grows in parts', () =>
    withFake(REAL, async (fake, backend) => {
      const projectId = seeded(fake);
      const parts: Queue[] = [];
      const reading = backend.queues.list(never, (queues) => {
        parts.push(...queues.filter(({ id }) => id === projectId));
      });
      await until('the queue is being read', () => fake.countOf(LINKS) > 0);
      const size = 100;
      const { items } = await backend.listTasks({ projectId }, { size }, never);
      assert.equal(items.length, size);
      assert.ok(fake.countOf(LINKS) < JOBS / 2, `${fake.countOf(LINKS)} were read first`);
      const unread = parts.map((part) => part.unreadCount ?? 0);
      const [queue] = (await reading).filter(({ id }) => id === projectId);
      assert.equal(unread[0], JOBS);
      assert.deepEqual(
        unread,
        [...unread].sort((a, b) => b - a),
      );
      assert.ok(parts.length < 12, `${parts.length} parts`);
      assert.equal(queue?.unreadCount, undefined);
      const pending = [...fake.world.jobs.values()].filter(({ status }) => status === 'PENDING');
      assert.equal(queue?.entries.length, pending.length);
    }));

  it('reads no more than a page and a few above it to list a long blocked chain', () =>
    withFake(REAL, async (fake, backend) => {
      const projectId = seeded(fake, 2 * FEWER);
      const chain = [...fake.world.jobs.values()].filter(({ name }) => name.startsWith('chain'));
      chain.forEach((job, place) => (job.status = place === 0 ? 'FAILED' : 'BLOCKED'));
      const size = 100;
      const query = { projectId, text: 'chain' };
      const { items } = await backend.listTasks(query, { size }, never);
      assert.equal(items.length, size);
      assert.ok(fake.countOf(LINKS) <= size + 64, `${fake.countOf(LINKS)} were read`);
      assert.equal(items[0]?.statusReason, 'blocked by a failed task further up');
      await backend.dependencies.read({ kind: 'project', projectId }, never);
      const again = await backend.listTasks(query, { size }, never);
      assert.match(again.items[0]?.statusReason ?? '', /^blocked by \d+ “chain 0”, which failed$/);
    }));
});
