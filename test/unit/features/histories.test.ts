import assert from 'node:assert/strict';
import type { ClearMlBackend } from '../../../src/backends/clearml/clearml-backend';
import { silentLogger } from '../../../src/core/logger';
import { createQueuesSource } from '../../../src/features/queues/queues-source';
import { coarser, highestIn, sparkline } from '../../../src/features/trees/sparkline';
import { TreeController } from '../../../src/features/trees/tree-controller';
import { queueNode } from '../../../src/features/trees/tree-nodes';
import { createWorkersSource, loadRow, workerTooltip } from '../../../src/features/workers/workers-source';
import { backendOf } from '../../fakes/clearml/fake-connection';
import { FakeClearMl } from '../../fakes/clearml/fake-server';
import { refusal } from '../../contract/clearml/contract-server';
import { fixedConnections, memorySession } from '../../fakes/memory-session';
import { TreeScreen } from '../../fakes/tree-screen';

const signal = new AbortController().signal;

describe('What workers and queues were like', () => {
  let fake: FakeClearMl;
  let backend: ClearMlBackend;

  beforeEach(async () => {
    fake = await FakeClearMl.start('real');
    backend = backendOf(fake);
  });
  afterEach(async () => {
    backend.dispose();
    await fake.stop();
  });

  it('is drawn from nothing to the top, with gaps where nobody measured', () => {
    const history = { from: 0, stepMs: 60_000, values: [null, 0, 50, 100, null] };
    assert.equal(sparkline(history, 100), '·▁▅█·');
    assert.equal(sparkline({ ...history, values: [1, 2] }), '▅█');
    assert.equal(sparkline({ ...history, values: [0, 0] }), '▁▁');
    assert.equal(highestIn(history), 100);
    const coarse = coarser({ ...history, values: [1, 9, null, null, 3] }, 3);
    assert.deepEqual(coarse, { from: 0, stepMs: 120_000, values: [9, null, 3] }, 'no peak is lost');
    assert.equal(coarser(history, 12), history);
    assert.equal(highestIn({ ...history, values: [null] }), undefined);
  });

  it('stands in the tooltip of a worker, and its load is of now', async () => {
    fake.world.workers.set('gpu-1', {
      id: 'gpu-1',
      queues: [],
      figures: { cpu_usage: 80, memory_used: 2_048, memory_free: 6_144, network_rx: 12.34 },
      lastReport: fake.world.now(),
    });
    const [worker] = await backend.workers.list(signal);
    assert.ok(worker);
    assert.deepEqual(worker.load, { cpuPercent: 80, memoryUsedMb: 2_048, memoryTotalMb: 8_192 });
    assert.deepEqual(worker.history?.cpu?.values, [null, 40, 80, null]);
    const tooltip = workerTooltip(worker, worker.lastSeenAt ?? 0).replaceAll('\\', '');
    assert.match(tooltip, /CPU: 80 %, last 4 min ·▄▇·, up to 80 %/u);
    assert.match(tooltip, /Memory: 2\.0 of 8\.0 GB, last 4 min ·▂▃·, up to 2\.0 GB/u);
    assert.match(tooltip, /Received: last 4 min ·▅█·, up to 12\.3 MB\/s/u);
    assert.doesNotMatch(tooltip, /GPU|Sent/u);
    const row = loadRow('cpu', worker);
    assert.equal(row?.description, '80 % ·▄▇· up to 80 % in 4 min');
    assert.equal(row.accessibleLabel, 'CPU, 80 %, up to 80 % in 4 min');
    assert.equal(loadRow('gpu', worker), undefined);
  });

  it('stands below a worker, one row a figure', async () => {
    fake.world.workers.set('gpu-1', {
      id: 'gpu-1',
      queues: [],
      figures: { cpu_usage: 80, memory_used: 2_048, gpu_usage: 40 },
      lastReport: fake.world.now(),
    });
    const { session, backend: memory, clock } = memorySession();
    memory.workerList.push(...(await backend.workers.list(signal)));
    const controller = new TreeController({
      connections: fixedConnections(session),
      source: createWorkersSource(),
      clock,
      logger: silentLogger,
    });
    const screen = new TreeScreen(controller);
    screen.show();
    await clock.advance(1_000);
    screen.expand(screen.find('gpu-1'));
    assert.deepEqual(screen.lines().slice(1), [
      '  Waits for tasks',
      '  CPU (80 % ·▄▇· up to 80 % in 4 min)',
      '  Memory (2.0 GB ·▅█· up to 2.0 GB in 4 min)',
      '  GPU (40 % ·▂▄· up to 40 % in 4 min)',
    ]);
    controller.dispose();
    session.dispose();
  });

  it('stands in the tooltip of a queue, is asked for now and then, and never again where it is unknown', async () => {
    const [queue] = await backend.queues.list(signal);
    assert.deepEqual(queue?.waits?.values, [60_000, null, 720_000]);
    await backend.queues.list(signal);
    assert.equal(fake.countOf('queues.get_queue_metrics'), 1);
    const { session, backend: memory } = memorySession();
    memory.queueList.push(queue);
    await session.store.refresh({ kind: 'queues' });
    const tooltip = createQueuesSource().tooltip(session, queueNode('local', queue.id), 0);
    assert.match(tooltip?.replaceAll('\\', '') ?? '', /Average wait by hour: last 3 h ▂·█, up to 12 min/u);
    session.dispose();
    let now = Date.now();
    const old = await FakeClearMl.start('document');
    const other = backendOf(old, { clock: { now: () => now, after: () => ({ dispose: () => undefined }) } });
    try {
      await other.queues.list(signal);
      now += 3_600_000;
      const [plain] = await other.queues.list(signal);
      assert.equal(plain?.waits, undefined);
      assert.equal(old.countOf('queues.get_queue_metrics'), 1);
      const span = { from: now - 3_600_000, to: now, stepMs: 60_000 };
      const refused = await refusal(other.workers.history?.('gpu-1', span, signal) ?? Promise.resolve());
      assert.deepEqual(
        [refused.kind, refused.message],
        ['invalid', 'This server does not keep what its workers were like.'],
      );
    } finally {
      other.dispose();
      await old.stop();
    }
  });
});
