import assert from 'node:assert/strict';
import { editConfigurations } from '../../src/features/metrics/edit-configurations';
import type { OwnedConnectionSession } from '../../src/store/connection-session';
import { sessionOf } from '../fakes/clearml/fake-connection';
import { FakeClearMl } from '../fakes/clearml/fake-server';
import { fixedConnections } from '../fakes/memory-session';
import { ScriptedPlatform } from '../fakes/scripted-platform';
import { Seeder } from './clearml/contract-server';

describe('Editing the configurations of a task on a ClearML server', () => {
  let fake: FakeClearMl;
  let session: OwnedConnectionSession;
  let seed: Seeder;
  let platform: ScriptedPlatform;
  let opened: string[];
  let taskId: string;

  beforeEach(async () => {
    fake = await FakeClearMl.start('real');
    session = sessionOf(fake, { id: 'lab', label: 'Lab' });
    const { url, keys } = fake;
    seed = new Seeder({ url, keys });
    platform = new ScriptedPlatform();
    opened = [];
    const configuration = { net: { name: 'net', type: 'json', value: '{\n}' } };
    taskId = await seed.task({ name: 'configured', configuration });
  });

  afterEach(async () => {
    session.dispose();
    await fake.stop();
  });

  const edit = (): Promise<void> =>
    editConfigurations(
      {
        platform,
        connections: fixedConnections(session),
        openConfiguration: (_ref, name) => Promise.resolve(void opened.push(name)),
      },
      { connectionId: 'lab', taskId },
    );

  it('opens one that is there, and a new one under its name', async () => {
    platform.answers.push('net');
    await edit();
    assert.deepEqual(platform.asked[0]?.split('\n').slice(1), [
      'net | 2 lines',
      'Add a configuration…',
      'Delete a configuration…',
    ]);
    platform.answers.push('Add a configuration…', ' data.yaml ');
    await edit();
    assert.deepEqual(opened, ['net', 'data.yaml']);
    const { configuration } = fake.world.task(taskId);
    assert.deepEqual(configuration['data.yaml'], { name: 'data.yaml', value: '', type: 'yaml' });
  });

  it('deletes one after a question, and nothing of a task that has started meanwhile', async () => {
    platform.answers.push('Delete a configuration…', 'net', false);
    await edit();
    assert.match(platform.asked.at(-1) ?? '', /Delete the configuration “net” of “configured”\?/u);
    assert.deepEqual(Object.keys(fake.world.task(taskId).configuration), ['net']);
    platform.answers.push('Delete a configuration…', 'net', true);
    await edit();
    assert.deepEqual(fake.world.task(taskId).configuration, {});
    await seed.call('tasks.started', { task: taskId });
    await session.store.refresh({ kind: 'task', id: taskId });
    await assert.rejects(edit(), { kind: 'conflict', message: /“configured” cannot be edited/u });
  });
});
