import assert from 'node:assert/strict';
import { WIRE_STATUSES, type WireStatus } from '../../../src/tracker/tasks/task-words';
import { at, call, createTask, startTracker, type RunningTracker } from './tracker-fixture';

/** The real server's table: what each command makes of a task in each status. `x` is a refusal with 400/110. */
const COLUMNS = [
  'created',
  'queued',
  'in_progress',
  'stopped',
  'closed',
  'failed',
  'completed',
  'publishing',
  'published',
] as const;
const TABLE: Readonly<Record<string, readonly string[]>> = {
  enqueue: ['queued', '706', 'x', 'queued', 'x', 'queued', 'x', 'x', 'x'],
  dequeue: ['same', 'stopped', 'created', 'same', 'same', 'same', 'same', 'same', 'same'],
  started: ['in_progress', 'in_progress', 'in_progress', 'in_progress', 'x', 'x', 'in_progress', 'x', 'x'],
  stop: ['x', 'stopped', 'stopped', 'stopped', 'stopped', 'stopped', 'x', 'x', 'x'],
  stopped: ['x', 'stopped', 'stopped', 'stopped', 'stopped', 'stopped', 'x', 'x', 'x'],
  completed: ['x', 'x', 'completed', 'completed', 'x', 'x', 'completed', 'x', 'x'],
  failed: ['x', 'x', 'failed', 'failed', 'failed', 'failed', 'x', 'x', 'x'],
  close: ['x', 'x', 'x', 'closed', 'closed', 'x', 'x', 'x', 'x'],
  publish: ['x', 'x', 'x', 'published', 'published', 'published', 'published', 'published', 'x'],
  reset: ['created', 'created', 'created', 'created', 'created', 'created', 'created', 'x', 'x'],
  delete: ['deleted', '123', '123', '123', '123', '123', '123', '123', '123'],
};

describe('tracker: status commands', () => {
  let running: RunningTracker;
  before(async () => {
    running = await startTracker();
  });
  after(() => running.end());

  /** A task put into a status behind the API's back; a queued one was stopped before it was enqueued. */
  async function taskIn(status: WireStatus): Promise<string> {
    const id = await createTask(running.port);
    const { tasks } = running.tracker.context.storage;
    const key = tasks.find(id)?.key ?? 0;
    if (status === 'queued') {
      tasks.change(key, { status: 'stopped' });
      await call(running.port, 'tasks.enqueue', { task: id });
    } else {
      tasks.change(key, { status });
    }
    return id;
  }

  for (const [command, outcomes] of Object.entries(TABLE)) {
    for (const [index, status] of COLUMNS.entries()) {
      const expected = outcomes[index] ?? '';
      it(`${command} from ${status}: ${expected}`, async () => {
        const id = await taskIn(status);
        const answer = await call(running.port, `tasks.${command}`, { task: id });
        const now = running.tracker.context.storage.tasks.find(id)?.status;
        if (expected === 'x' || /^\d+$/.test(expected)) {
          assert.equal(answer.code, 400, answer.message);
          assert.equal(answer.subcode, expected === 'x' ? 110 : Number(expected), answer.message);
          assert.equal(now, status);
        } else {
          assert.equal(answer.code, 200, answer.message);
          assert.equal(now, expected === 'deleted' ? undefined : expected === 'same' ? status : expected);
        }
      });
    }
  }

  for (const command of ['started', 'stop', 'reset', 'enqueue'] as const) {
    it(`${command} with force works from every status`, async () => {
      for (const status of WIRE_STATUSES.filter((each) => each !== 'queued' || command !== 'enqueue')) {
        const id = await taskIn(status);
        const answer = await call(running.port, `tasks.${command}`, { task: id, force: true });
        assert.equal(answer.code, 200, `${status}: ${answer.message}`);
      }
    });
  }

  it('marks a task that a worker runs as stopping and tells the worker', async () => {
    const id = await createTask(running.port);
    const told: string[] = [];
    const listening = running.tracker.context.stopRequests.event((task) => told.push(task));
    await call(running.port, 'tasks.started', { task: id });
    await call(running.port, 'workers.status_report', { worker: 'w', task: id, timestamp: 1 });
    const answer = await call(running.port, 'tasks.stop', { task: id });
    listening.dispose();
    assert.deepEqual(
      [at(answer.data, 'fields', 'status'), at(answer.data, 'fields', 'status_message')],
      ['in_progress', 'stopping'],
    );
    assert.deepEqual(told, [id]);
  });

  it('does not offer to delete anything but drafts, unless archived or forced', async () => {
    const archived = await taskIn('completed');
    await call(running.port, 'tasks.archive', { tasks: [archived] });
    assert.equal((await call(running.port, 'tasks.delete', { task: archived })).code, 200);
    const forced = await taskIn('published');
    assert.equal((await call(running.port, 'tasks.delete', { task: forced, force: true })).code, 200);
  });

  it('answers 200 to a bulk command and says per task what happened', async () => {
    const [draft, done] = [await taskIn('created'), await taskIn('completed')];
    const answer = await call(running.port, 'tasks.enqueue_many', { ids: [draft, done, 'missing'] });
    assert.equal(answer.code, 200);
    assert.equal(at(answer.data, 'succeeded', 0, 'id'), draft);
    assert.equal(at(answer.data, 'succeeded', 0, 'queued'), true);
    assert.deepEqual(at(answer.data, 'failed', 0, 'error', 'codes'), [400, 110]);
    assert.deepEqual(at(answer.data, 'failed', 1, 'error', 'codes'), [400, 101]);
  });

  it('empties everything a run reported on reset', async () => {
    const { storage } = running.tracker.context;
    const id = await createTask(running.port);
    await call(running.port, 'tasks.started', { task: id });
    await call(running.port, 'events.add', { type: 'log', task: id, msg: 'x' });
    await call(running.port, 'events.add', {
      type: 'training_stats_scalar',
      task: id,
      metric: 'm',
      variant: 'v',
      iter: 7,
      value: 1,
    });
    const key = storage.tasks.find(id)?.key ?? 0;
    assert.equal(storage.tasks.find(id)?.lastIteration, 7);
    await call(running.port, 'tasks.reset', { task: id });
    assert.equal(storage.series.list(key).length, 0);
    assert.equal(storage.logs.count(key), 0);
    assert.equal(storage.tasks.find(id)?.lastIteration, 0);
    assert.equal(storage.tasks.find(id)?.started, undefined);
  });
});
