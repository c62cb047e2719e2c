import assert from 'node:assert/strict';
import type { ConfigurationEdit, InputEdits } from '../../../src/core/actions';
import type { ContractState } from './backend-contract';
import { noSignal } from './contract-server';

/** What a task that has not started can be given instead of what it has: parameters, configurations, code, container. */
export function describeCodeContract(state: () => ContractState): void {
  const queueOf = async (name: string): Promise<string> => {
    const { queues } = state().backend;
    await queues.change?.({ change: 'create', name }, noSignal());
    const queue = (await queues.list(noSignal())).find((each) => each.name === name);
    assert.ok(queue, `no queue ${name}`);
    return queue.id;
  };

  const edit = (id: string, inputs: Partial<InputEdits>): Promise<unknown> =>
    state().backend.actions.act(id, { action: 'edit', inputs: { parameters: [], ...inputs } }, noSignal());

  it('adds a parameter, in a section of its own too, and takes one out', async () => {
    const { backend, seed } = state();
    const entry = (name: string, value: string): object => ({ section: 'Args', name, value });
    const hyperparams = { Args: { lr: entry('lr', '0.1'), depth: entry('depth', '3') } };
    const id = await seed.task({ name: 'other parameters', hyperparams });
    await edit(id, {
      parameters: [
        { section: 'Args', name: 'seed.a', value: '7' },
        { section: 'Data', name: 'path', value: '/data' },
      ],
      removedParameters: [{ section: 'Args', name: 'depth' }],
    });
    const { parameters } = await backend.details.read(id, noSignal());
    assert.deepEqual(
      parameters.map(({ section, name, value }) => `${section}/${name}=${value}`),
      ['Args/lr=0.1', 'Args/seed.a=7', 'Data/path=/data'],
    );
  });

  it('gives a draft other code and another container, and leaves what is beside them', async () => {
    const { backend, seed } = state();
    const id = await seed.task({
      name: 'other code',
      script: {
        repository: 'https://git.example/a.git',
        branch: 'main',
        version_num: 'c0ffee',
        entry_point: 'train.py',
        working_dir: '.',
        diff: 'diff --git a/x b/x\n',
      },
      container: { image: 'python:3.11', setup_shell_script: 'apt update' },
    });
    await edit(id, {
      code: {
        branch: 'tuned',
        commit: '',
        uncommittedDiff: '',
        image: 'python:3.12',
        outputDestination: 's3://b/out',
      },
    });
    const after = await backend.details.read(id, noSignal());
    assert.deepEqual(after.code, {
      repository: 'https://git.example/a.git',
      branch: 'tuned',
      entryPoint: 'train.py',
      workingDirectory: '.',
    });
    assert.equal(after.outputDestination, 's3://b/out');
    assert.deepEqual(after.container, { image: 'python:3.12', setupScript: 'apt update' });
    await edit(id, { code: { containerArguments: '--ipc=host' } });
    const { container, code } = await backend.details.read(id, noSignal());
    assert.deepEqual([container?.arguments, container?.image], ['--ipc=host', 'python:3.12']);
    assert.equal(code.branch, 'tuned');
  });

  it('gives a waiting task other code, and none to one that has ended', async () => {
    const { backend, seed } = state();
    const id = await seed.task({ name: 'late code', script: { branch: 'main', entry_point: 'a.py' } });
    await backend.actions.act(id, { action: 'enqueue', queueId: await queueOf('late code') }, noSignal());
    await edit(id, { code: { branch: 'tuned' } });
    await seed.call('tasks.started', { task: id });
    await seed.call('tasks.stopped', { task: id });
    await assert.rejects(edit(id, { code: { branch: 'later' } }), { kind: 'conflict' });
    const { code } = await backend.details.read(id, noSignal());
    assert.deepEqual([code.branch, code.entryPoint], ['tuned', 'a.py']);
  });

  it('adds a configuration and deletes one, and neither where somebody else did meanwhile', async () => {
    const { backend, seed } = state();
    const net = { name: 'net (v1.0)', type: 'json', value: '{"depth": 3}' };
    const configuration = { [net.name]: net, other: { name: 'other', type: 'yaml', value: 'a: 1' } };
    const id = await seed.task({ name: 'reconfigured', configuration });
    const change = (each: ConfigurationEdit): Promise<unknown> => edit(id, { configurations: [each] });
    await change({ name: 'new.yaml', text: 'b: 2\n' });
    await assert.rejects(change({ name: 'other', text: 'mine' }), { kind: 'conflict', message: /already/u });
    await assert.rejects(change({ name: net.name, before: 'else' }), { kind: 'conflict' });
    await change({ name: net.name, before: net.value });
    const { configurations } = await backend.details.read(id, noSignal());
    const kept = configurations.map(({ name, text, type, isEditable }) => [name, text, type, isEditable]);
    assert.deepEqual(
      kept.sort(([a], [b]) => String(a).localeCompare(String(b))),
      [
        ['new.yaml', 'b: 2\n', 'yaml', true],
        ['other', 'a: 1', 'yaml', true],
      ],
    );
    await assert.rejects(change({ name: net.name, before: net.value }), { kind: 'conflict' });
  });
}
