import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { ClearMlBackend } from '../../../src/backends/clearml/clearml-backend';
import type { TaskQuery } from '../../../src/backends/contract';
import type { SeriesDelta } from '../../../src/core/series';
import { columnKey } from '../../../src/core/task-table';
import { NO_TABLE_FILTER, NEWEST_FIRST } from '../../../src/core/task-table';
import { backendOf } from '../../fakes/clearml/fake-connection';
import { FakeClearMl } from '../../fakes/clearml/fake-server';
import { noSignal, refusal } from './contract-server';
import { ODD_NAMES } from './name-contract';

/** Ways of the real server that nothing but a test reminds one of. */
describe('Awkward ways of a ClearML server', () => {
  let fake: FakeClearMl;
  let backend: ClearMlBackend;

  beforeEach(async () => {
    fake = await FakeClearMl.start('real');
    backend = backendOf(fake, {
      retry: { maxRetries: 1, firstPauseMs: 5, maxPauseMs: 20, maxRetryAfterMs: 2_000 },
    });
  });
  afterEach(async () => {
    backend.dispose();
    await fake.stop();
  });

  const allTasks = async (query: TaskQuery, size: number): Promise<string[]> => {
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await backend.listTasks(
        query,
        { size, ...(cursor === undefined ? {} : { cursor }) },
        noSignal(),
      );
      ids.push(...page.items.map(({ id }) => id));
      cursor = page.next;
    } while (cursor !== undefined && ids.length < 5_000);
    return ids;
  };
  const readSeries = async (
    taskId: string,
    cursor?: string,
  ): Promise<{ deltas: SeriesDelta[]; cursor: string }> => {
    const deltas: SeriesDelta[] = [];
    const reading = backend.series.read(taskId, cursor, noSignal());
    for (;;) {
      const next = await reading.next();
      if (next.done === true) {
        return { deltas, cursor: next.value };
      }
      deltas.push(next.value);
    }
  };

  it('tags of models are written back whole where the server knows no single ones', async () => {
    const model = fake.world.addModel({ name: 'net', tags: ['kept', 'old'] });
    fake.fault = (call) =>
      call === 'models.update_tags'
        ? { kind: 'envelope', code: 404, subcode: 0, text: 'Unable to find endpoint' }
        : undefined;
    const request = { action: 'tag', add: ['new'], remove: ['old'] } as const;
    assert.deepEqual(await backend.models.act([model.id], request, noSignal()), [{ id: model.id }]);
    assert.deepEqual(model.tags, ['kept', 'new']);
  });

  it('a report is a task with a text, which opens like its other texts', async () => {
    const report = '# What we saw\n\nThe loss went down.';
    const { id } = fake.world.addTask({
      name: 'findings',
      type: 'report',
      systemTags: ['reports', 'hidden'],
      report,
    });
    const { configurations } = await backend.details.read(id, noSignal());
    assert.deepEqual(configurations, [{ name: 'Report.md', text: report }]);
  });

  it('lists are cut at 500 without a sign: everything is read all the same, and without scroll ids', async () => {
    const { world } = fake;
    for (let index = 0; index < 520; index += 1) {
      world.addQueue(`queue ${index}`);
      world.project(`project ${index}`);
      world.project(`hidden ${index}`, ['hidden']);
      world.addModel({ name: `model ${index}` });
      world.addTask({ name: `task ${index}` });
    }
    assert.equal((await backend.queues.list(noSignal())).length, 521);
    assert.equal((await backend.listProjects(noSignal())).length, 520);
    const hidden = (await backend.groups.list(noSignal())).find(({ id }) => id === 'hidden');
    assert.equal(hidden?.places.length, 520);
    const models = await backend.models.list({ isArchived: false }, 510, noSignal());
    assert.deepEqual([models.items.length, models.hasMore], [510, true]);
    assert.equal(new Set(await allTasks({}, 2_000)).size, 520);
    assert.equal(new Set(await allTasks({ order: 'name' }, 100)).size, 520);
    const scrolling = fake.requests.filter(
      ({ call, body }) => call.includes('get_all') && ('scroll_id' in body || 'refresh_scroll' in body),
    );
    assert.deepEqual(scrolling, [], 'a scroll id that expired would begin again without a word');
  });

  it('an empty list of ids means everything: it is never sent', async () => {
    fake.world.addTask({ name: 'precious' });
    const before = fake.requests.length;
    assert.deepEqual(await backend.getTasks(['', ''], noSignal()), []);
    assert.deepEqual(await backend.table.rowsById([], [], noSignal()), []);
    assert.deepEqual(await backend.models.act([], { action: 'archive' }, noSignal()), []);
    assert.equal(backend.actions.actOnMany?.([], { action: 'delete' }, noSignal()), undefined);
    assert.equal(fake.requests.length, before);
  });

  it('archiving takes ids in its form for many and tasks in the other: only the first is used', async () => {
    const { id } = fake.world.addTask({ name: 'old', status: 'completed' });
    await backend.actions.act(id, { action: 'archive' }, noSignal());
    assert.deepEqual(fake.requests.find(({ call }) => call === 'tasks.archive_many')?.body['ids'], [id]);
    assert.equal(fake.countOf('tasks.archive'), 0);
  });

  it('what does not exist is a 400, not a 404, and is told as gone', async () => {
    const gone = 'f'.repeat(32);
    const refusals = await Promise.all([
      refusal(backend.actions.act(gone, { action: 'stop' }, noSignal())),
      refusal(
        backend.queues.change?.({ change: 'rename', queueId: gone, name: 'other' }, noSignal()) ??
          Promise.resolve(),
      ),
      refusal(
        backend.projects.change?.({ change: 'delete', projectId: gone }, noSignal()) ?? Promise.resolve(),
      ),
    ]);
    assert.deepEqual(
      refusals.map(({ kind, detail }) => [kind, detail.serverCode]),
      [
        ['notFound', '400/101'],
        ['notFound', '400/701'],
        ['notFound', '400/401'],
      ],
    );
    const [model] = await backend.models.act([gone], { action: 'archive' }, noSignal());
    assert.equal(model?.error?.message, 'The model no longer exists on the server.');
    assert.deepEqual(await allTasks({ projectId: gone }, 10), [], 'in a filter it is no error at all');
  });

  it('a public example is refused with the reason, whatever is tried', async () => {
    const { id } = fake.world.addTask({ name: 'example', status: 'completed', isPublicExample: true });
    const error = await refusal(backend.actions.act(id, { action: 'rename', name: 'mine now' }, noSignal()));
    assert.equal(error.kind, 'forbidden');
    assert.match(error.message, /public example on the server; it can be cloned/u);
    const [outcome] = (await backend.actions.actOnMany?.([id], { action: 'reset' }, noSignal())) ?? [];
    assert.ok(outcome && !outcome.ok);
    assert.match(outcome.error.message, /public example/u);
    assert.deepEqual([outcome.error.kind, outcome.error.nextStep], [error.kind, error.nextStep]);
  });

  it('versions may be numbers, and errors plain text or a page', async () => {
    const meta = {
      result_code: 200,
      result_msg: 'OK',
      endpoint: { name: 'tasks.get_all_ex', requested_version: 2.0, actual_version: 1.0 },
    };
    const answers = (contentType: string, status: number, body: string): void => {
      fake.fault = (call) =>
        call === 'tasks.get_all_ex' ? { kind: 'raw', status, contentType, body } : undefined;
    };
    answers('application/json', 200, JSON.stringify({ meta, data: { tasks: [{ id: 'a', name: 'b' }] } }));
    assert.deepEqual(await allTasks({}, 5), ['a']);
    answers('text/plain', 415, 'Content encoding is not supported');
    const plain = await refusal(allTasks({}, 5));
    assert.deepEqual([plain.kind, plain.detail.status], ['invalid', 415]);
    answers('text/html', 500, '<html>Failed processing request</html>');
    const page = await refusal(allTasks({}, 5));
    assert.deepEqual([page.kind, page.detail.status], ['server', 500]);
    answers('text/html', 502, '<html><center>nginx</center></html>');
    const before = fake.countOf('tasks.get_all_ex');
    const gateway = await refusal(allTasks({}, 5));
    assert.deepEqual([gateway.kind, gateway.detail.status], ['server', 502]);
    assert.equal(fake.countOf('tasks.get_all_ex'), before + 2, 'it may be gone in a moment');
    for (const error of [plain, page, gateway]) {
      assert.doesNotMatch(error.message, /<html>/u);
      assert.notEqual(error.nextStep, '');
    }
  });

  it('points have 32 bits and totals 64: what did not change is not read again', async () => {
    const { world } = fake;
    world.hasShortFloats = true;
    const { id } = world.addTask({ name: 'short' });
    world.scalars.set(id, [{ metric: 'loss', variant: 'a', iter: 1, value: 0.1 }]);
    const first = await readSeries(id);
    assert.equal(first.deltas[0]?.values[0], Math.fround(0.1));
    const [summary] = await backend.series.list(id, noSignal());
    assert.equal(summary?.last, 0.1);
    const second = await readSeries(id, first.cursor);
    assert.deepEqual(second.deltas, []);
  });

  it('logs come in windows of 10,000 lines: the rest follows', async () => {
    const { id } = fake.world.addTask({ name: 'chatty' });
    const lines = Array.from({ length: 10_500 }, (_, index) => ({
      timestamp: 1_760_000_000_000 + index,
      worker: 'w',
      msg: `line ${index}`,
      level: 'INFO',
    }));
    fake.world.logs.set(id, lines);
    const seen: string[] = [];
    let cursor: string | undefined;
    let hasMore = true;
    for (let page = 0; hasMore && page < 10; page += 1) {
      const read = await backend.console.read(id, cursor, 50_000, noSignal());
      seen.push(...read.chunks.map(({ text }) => text));
      ({ cursor, hasMore } = read);
    }
    assert.deepEqual(
      seen,
      lines.map(({ msg }) => msg),
    );
    const sizes = fake.requests
      .filter(({ call }) => call === 'events.get_task_log')
      .map(({ body }) => Number(body['batch_size']));
    assert.ok(Math.max(...sizes) <= 10_000);
  });

  it('metrics are kept under hashes of their names, parameters under escaped ones: any name survives', async () => {
    const { world } = fake;
    const { id } = world.addTask({ name: ODD_NAMES.at(-1) ?? '' });
    world.scalars.set(
      id,
      ODD_NAMES.map((name, index) => ({ metric: name, variant: name, iter: 1, value: index })),
    );
    world.task(id).hyperparams = {
      Args: Object.fromEntries(
        ODD_NAMES.map((name, index) => [name, { section: 'Args', name, value: String(index) }]),
      ),
    };
    const summaries = await backend.series.list(id, noSignal());
    assert.deepEqual(summaries.map(({ name }) => name.metric).sort(), [...ODD_NAMES].sort());
    const columns = ODD_NAMES.flatMap((name) => [
      { kind: 'metric', metric: name, variant: name, figure: 'last' } as const,
      { kind: 'parameter', section: 'Args', name } as const,
    ]);
    const [row] = await backend.table.rows(
      { includeSubprojects: false, filter: NO_TABLE_FILTER, sort: NEWEST_FIRST, columns },
      0,
      5,
      noSignal(),
    );
    ODD_NAMES.forEach((name, index) => {
      const [metric, parameter] = columns.slice(2 * index, 2 * index + 2);
      assert.ok(metric && parameter);
      assert.equal(row?.values[columnKey(metric)], index, name);
      assert.equal(row.values[columnKey(parameter)], String(index), name);
    });
    const asked = fake.requests.findLast(({ call }) => call === 'tasks.get_all_ex')?.body['only_fields'];
    const hash = createHash('md5').update('naïve 🚀').digest('hex');
    assert.ok(Array.isArray(asked) && asked.includes(`last_metrics.${hash}.${hash}.value`));
  });

  it('some times are seconds, some milliseconds, some dates', async () => {
    const { world } = fake;
    const at = 1_760_000_000_000;
    const { id } = world.addTask({
      name: 'timed',
      created: at,
      artifacts: [{ key: 'model', mode: 'output', type: 'custom', timestamp: at / 1000 }],
    });
    world.workers.set('w', { id: 'w', queues: [], task: id, figures: {}, lastReport: at });
    world.logs.set(id, [{ timestamp: at, worker: 'w', msg: 'x', level: 'INFO' }]);
    const [task] = await backend.getTasks([id], noSignal());
    const { artifacts } = await backend.details.read(id, noSignal());
    const [worker] = await backend.workers.list(noSignal());
    const { chunks } = await backend.console.read(id, undefined, 5, noSignal());
    assert.deepEqual(
      [task?.createdAt, artifacts[0]?.addedAt, worker?.lastSeenAt, chunks[0]?.at],
      [at, at, at, at],
    );
    assert.equal(worker?.task?.runningForMs, 5_000);
  });
});
