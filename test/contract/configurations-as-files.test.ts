import assert from 'node:assert/strict';
import { ConfigurationFile } from '../../src/features/metrics/configuration-file';
import type { OwnedConnectionSession } from '../../src/store/connection-session';
import { until } from '../editor/harness/until';
import { sessionOf } from '../fakes/clearml/fake-connection';
import { FakeClearMl } from '../fakes/clearml/fake-server';
import { Seeder } from './clearml/contract-server';
import { ManualClock } from '../fakes/manual-clock';

/** A configuration from the server to the editor and back: what is told of it, and what is never overwritten. */
describe('A configuration of a task as a file', () => {
  const NAME = 'net';
  let fake: FakeClearMl;
  let session: OwnedConnectionSession;
  let seed: Seeder;
  let taskId: string;
  let changes: number;
  let file: ConfigurationFile;

  beforeEach(async () => {
    fake = await FakeClearMl.start('real');
    session = sessionOf(fake, { id: 'lab', label: 'Lab' });
    const { url, keys } = fake;
    seed = new Seeder({ url, keys });
    const configuration = { [NAME]: { name: NAME, type: 'json', value: '{"depth": 3}' } };
    taskId = await seed.task({ name: 'configured', configuration });
    changes = 0;
    file = open(NAME);
  });

  afterEach(async () => {
    file.dispose();
    session.dispose();
    await fake.stop();
  });

  const open = (name: string): ConfigurationFile =>
    new ConfigurationFile({
      session,
      ref: { connectionId: 'lab', taskId },
      name,
      clock: new ManualClock(),
      changed: () => (changes += 1),
    });
  const setElsewhere = (value: string): Promise<unknown> =>
    seed.call('tasks.edit_configuration', {
      task: taskId,
      configuration: [{ name: NAME, type: 'json', value }],
      force: true,
    });
  const kept = (): unknown => fake.world.task(taskId).configuration[NAME];

  it('is read, saved with what the server keeps beside it, and then stands as it was saved', async () => {
    const first = await file.look();
    assert.deepEqual([first.text, first.size, first.isEditable], ['{"depth": 3}', 12, true]);
    assert.deepEqual(await file.look(), first, 'the same text is the same file');
    await file.save('{"depth": 30}');
    assert.deepEqual(kept(), { name: NAME, type: 'json', value: '{"depth": 30}' });
    const after = await file.look();
    assert.equal(after.text, '{"depth": 30}');
    assert.ok(after.modifiedAt > first.modifiedAt);
    const { length } = fake.requests;
    await file.save('{"depth": 30}');
    assert.equal(fake.requests.length, length, 'nothing is sent when nothing changed');
  });

  it('stands as newer and with another size when it was changed elsewhere, as long as it is or not', async () => {
    const seen = [await file.look()];
    for (const text of ['{"depth": 4}', '{"depth":4}', '{"depth": 5}']) {
      await setElsewhere(text);
      seen.push(await file.look());
    }
    assert.equal(new Set(seen.map(({ size }) => size)).size, 4);
    const times = seen.map(({ modifiedAt }) => modifiedAt);
    assert.deepEqual(
      times,
      [...new Set(times)].sort((a, b) => a - b),
    );
  });

  it('does not overwrite what came between the last look and the saving', async () => {
    await file.look();
    await setElsewhere('theirs');
    await assert.rejects(file.save('mine'), { kind: 'conflict', message: /changed on the server/u });
    assert.deepEqual(kept(), { name: NAME, type: 'json', value: 'theirs' });
    await file.look();
    await file.save('mine');
    assert.deepEqual(kept(), { name: NAME, type: 'json', value: 'mine' });
  });

  it('is looked at again when its task changes, and is for reading only once that has started', async () => {
    await session.store.refresh({ kind: 'task', id: taskId });
    assert.equal((await file.look()).isEditable, true);
    await seed.call('tasks.started', { task: taskId });
    await session.store.refresh({ kind: 'task', id: taskId });
    await until('the editor is told', () => changes > 0);
    assert.equal((await file.look()).isEditable, false);
    await seed.call('tasks.stopped', { task: taskId });
    await assert.rejects(file.save('late'), { kind: 'conflict' });
    assert.deepEqual(kept(), { name: NAME, type: 'json', value: '{"depth": 3}' });
  });

  it('says what is gone', async () => {
    const other = open('never was');
    await assert.rejects(other.look(), { kind: 'notFound', message: /“never was”/u });
    other.dispose();
    await seed.call('tasks.delete', { task: taskId });
    await assert.rejects(file.look(), { kind: 'notFound' });
  });
});
