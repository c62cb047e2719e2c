import assert from 'node:assert/strict';
import type { ManyOutcome } from '../../../src/backends/contract';
import type { TaskActionRequest } from '../../../src/core/actions';
import { TracksideError } from '../../../src/core/errors';
import { fakeTask, MemoryBackend } from '../../fakes/memory-backend';
import { memorySession } from '../../fakes/memory-session';

class ManyBackend extends MemoryBackend {
  readonly parts: number[] = [];
  problem: TracksideError | undefined;
  override readonly actions = {
    act: (id: string, request: TaskActionRequest) => {
      this.calls.push(`act ${request.action} ${id}`);
      return Promise.resolve({});
    },
    actOnMany: (
      ids: readonly string[],
      request: TaskActionRequest,
    ): Promise<readonly ManyOutcome[]> | undefined => {
      if (request.action !== 'reset') {
        return undefined;
      }
      this.parts.push(ids.length);
      return this.problem
        ? Promise.reject(this.problem)
        : Promise.resolve(
            ids.map((id): ManyOutcome => {
              if (id === 't1') {
                const error = new TracksideError('conflict', 'It is published.', '');
                return { ok: false, error };
              }
              this.change(id, { status: 'draft' });
              return { ok: true, outcome: {} };
            }),
          );
    },
  };
}

describe('Actions on many tasks', () => {
  const backend = new ManyBackend();
  const { session } = memorySession({ backend });
  const tasks = Array.from({ length: 150 }, (_, index) => fakeTask(`t${index}`));

  before(() => backend.put(...tasks));
  after(() => session.dispose());

  it('go out in few requests and come back as one outcome per task', async () => {
    const outcomes = await session.store.act(tasks, { action: 'reset' });
    assert.deepEqual(backend.parts, [100, 50]);
    assert.equal(backend.count('act '), 0);
    assert.deepEqual(
      outcomes.filter(({ ok }) => !ok).map(({ task }) => task.id),
      ['t1'],
    );
    assert.equal(session.store.task('t0')?.status, 'draft');
    assert.equal(session.store.task('t1')?.status, 'completed');
  });

  it('fail each when the request fails, and are never sent again one by one', async () => {
    backend.problem = new TracksideError('server', 'The server had a problem.', '');
    const outcomes = await session.store.act(tasks.slice(0, 3), { action: 'reset' });
    assert.deepEqual(
      outcomes.map((outcome) => (outcome.ok ? '' : outcome.error.message)),
      Array.from({ length: 3 }, () => 'The server had a problem.'),
    );
    assert.equal(backend.count('act '), 0);
  });

  it('are done one by one where the server has no form for many, and when there is only one', async () => {
    backend.problem = undefined;
    await session.store.act(tasks.slice(0, 3), { action: 'archive' });
    assert.equal(backend.count('act archive'), 3);
    await session.store.act(tasks.slice(5, 6), { action: 'reset' });
    assert.equal(backend.count('act reset'), 1);
  });
});
