import assert from 'node:assert/strict';
import type { DraftRequest } from '../../../src/backends/launch-contract';
import type { Task } from '../../../src/core/entities';
import type { ContractState } from './backend-contract';
import { noSignal } from './contract-server';

/** Tasks that people describe by hand, whoever answers. */
export function describeDraftContract(state: () => ContractState): void {
  const create = async (request: DraftRequest): Promise<Task> => {
    const { backend } = state();
    const id = await backend.drafts.create(request, noSignal());
    const [task] = await backend.getTasks([id], noSignal());
    assert.ok(task, `no task ${id}`);
    return task;
  };

  it('makes a draft of every type in a known project, with the code that a worker checks out', async () => {
    const { backend, seed } = state();
    const id = await seed.project('Drafted/By hand');
    const project = { id, name: 'Drafted/By hand' };
    const code = { repository: 'https://example.com/r.git', branch: 'next', entryPoint: '-m pkg.train' };
    const made = await create({ name: 'with code', project, type: 'inference', code });
    assert.deepEqual(
      [made.name, made.status, made.type, made.projectName],
      ['with code', 'draft', 'inference', 'Drafted/By hand'],
    );
    assert.ok(made.can.includes('enqueue') && made.can.includes('edit'));
    assert.equal(made.lastIteration, undefined, 'it has not run');
    const details = await backend.details.read(made.id, noSignal());
    assert.deepEqual(details.code, { ...code, workingDirectory: '.' });
    const plain = await create({
      name: 'default branch',
      project,
      type: 'custom',
      code: { repository: 'git@example.com:r.git', entryPoint: 'train.py' },
    });
    const { code: read } = await backend.details.read(plain.id, noSignal());
    assert.deepEqual(read, {
      repository: 'git@example.com:r.git',
      entryPoint: 'train.py',
      workingDirectory: '.',
    });
    for (const type of backend.drafts.types) {
      assert.equal((await create({ name: `a task: ${type}`, project, type })).type, type);
    }
  });

  it('makes the project of a draft where it is new, and no second one of its name', async () => {
    const { backend } = state();
    const request = { name: 'without code', project: { newName: 'Drafted/Anew' }, type: 'training' };
    const [first, second] = [await create(request), await create(request)];
    assert.equal(first.projectName, 'Drafted/Anew');
    assert.equal(first.projectId, second.projectId);
    assert.notEqual(first.id, second.id);
    const { code, parameters } = await backend.details.read(first.id, noSignal());
    assert.deepEqual([code, parameters], [{}, []]);
  });

  it('makes nothing of a name that is too short, or in a project that is gone', async () => {
    const { backend } = state();
    const refused = (over: Partial<DraftRequest>): Promise<string> =>
      backend.drafts.create(
        { name: 'refused', project: { newName: 'Drafted/Refused' }, type: 'training', ...over },
        noSignal(),
      );
    await assert.rejects(refused({ name: ' ab ' }), { kind: 'invalid' });
    await assert.rejects(refused({ project: { newName: 'Drafted/x' } }), { kind: 'invalid' });
    await assert.rejects(refused({ project: { id: '0123456789abcdef', name: 'Gone' } }));
    const projects = (await backend.listProjects(noSignal())).map(({ name }) => name);
    assert.ok(!projects.includes('Drafted/Refused'));
  });
}
