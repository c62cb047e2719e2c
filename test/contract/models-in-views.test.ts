import assert from 'node:assert/strict';
import { systemClock } from '../../src/core/clock';
import { TracksideError } from '../../src/core/errors';
import { silentLogger } from '../../src/core/logger';
import { registerModelCommands } from '../../src/features/models/model-commands';
import { createProjectsSource } from '../../src/features/projects/projects-source';
import { TreeController } from '../../src/features/trees/tree-controller';
import type { TreeNode } from '../../src/features/trees/tree-nodes';
import { COMMANDS } from '../../src/platform/command-ids';
import type { OwnedConnectionSession } from '../../src/store/connection-session';
import { until } from '../editor/harness/until';
import { sessionOf } from '../fakes/clearml/fake-connection';
import { FakeClearMl } from '../fakes/clearml/fake-server';
import { fixedConnections } from '../fakes/memory-session';
import { ScriptedPlatform } from '../fakes/scripted-platform';
import { TreeScreen } from '../fakes/tree-screen';
import { ownedByTest } from '../fakes/owned-by-test';

/** Models as people meet them: from the server's answers to rows and back. */
describe('models of a ClearML server in the projects', function () {
  this.timeout(30_000);
  let fake: FakeClearMl;
  let session: OwnedConnectionSession;
  let platform: ScriptedPlatform;
  let screen: TreeScreen;
  let controller: TreeController;
  const copied: string[] = [];
  const opened: string[] = [];
  const saved: { name: string; text: string }[] = [];
  const owned = ownedByTest();

  beforeEach(async () => {
    fake = await FakeClearMl.start('real');
    session = sessionOf(fake, { id: 'lab', label: 'Lab' });
    await session.backend(new AbortController().signal);
    const connections = fixedConnections(session);
    platform = new ScriptedPlatform();
    [copied, opened, saved].forEach((list) => list.splice(0));
    const source = createProjectsSource();
    controller = new TreeController({ connections, source, clock: systemClock, logger: silentLogger });
    screen = new TreeScreen(controller);
    owned.add(session);
    owned.add(controller);
    registerModelCommands({
      platform,
      connections,
      copyText: (text) => Promise.resolve(void copied.push(text)),
      openTask: ({ taskId }) => Promise.resolve(void opened.push(taskId)),
      saveFile: async (file) => {
        const parts: Buffer[] = [];
        for await (const chunk of (await file.open(new AbortController().signal)).chunks) {
          parts.push(Buffer.from(chunk));
        }
        saved.push({ name: file.name, text: Buffer.concat(parts).toString() });
      },
    });
  });

  afterEach(async () => {
    await fake.stop();
  });

  const lines = (): string[] => screen.lines().map((line) => line.replace(/ · (just now|[\d-]{10})/, ''));
  const shows = (what: string, fits: (rows: string[]) => boolean): Promise<void> =>
    until(what, () => fits(lines()), 15_000);
  const open = async (label: string, first: string): Promise<void> => {
    await shows(`the row ${label}`, (rows) => rows.some((row) => row.trim().startsWith(label)));
    screen.expand(screen.find(label));
    await shows(first, (rows) => rows.some((row) => row.includes(first)));
  };
  const row = (label: string): TreeNode => screen.find(label);

  it('stand in a group of all, and below their own project', async () => {
    const project = fake.world.project('Vision');
    const maker = fake.world.addTask({ name: 'train', project: project.id });
    const figure = { metric: 'quality', variant: 'F1', value: 0.75, count: 2 };
    fake.world.addModel({
      name: 'net',
      project: project.id,
      task: maker.id,
      tags: ['best'],
      lastMetrics: { '9d4f': { '0c1a': figure, '0c1b': { ...figure, value: 'NaN' } } },
    });
    fake.world.addModel({ name: 'other', framework: 'Keras' });
    fake.world.addModel({ name: 'old net', systemTags: ['archived'] });
    screen.show();
    await open('Models', 'net');
    await open('Archived models', 'old net');
    await open('Vision', 'Models (1)');
    const inProject = screen.find('Models');
    screen.expand(inProject);
    await shows('the models of the project', (rows) => rows.some((line) => line.startsWith('    net')));
    assert.deepEqual(lines(), [
      'Vision (1 draft)',
      '  train (draft)',
      '  Models (1)',
      '    net (PyTorch · #best)',
      'Models',
      '  other (Keras)',
      '  net (PyTorch · #best · Vision)',
      'Archived models',
      '  old net (archived · PyTorch)',
    ]);
    const tooltip = controller.tooltip(screen.find('net')) ?? '';
    assert.match(tooltip, /Reported: quality\/F1 0\\\.75/u);
    assert.doesNotMatch(tooltip, /NaN/u, 'what is no number is not told');
  });

  it('are published with the task that made them when that is wanted, after a question', async () => {
    const maker = fake.world.addTask({ name: 'train', status: 'completed' });
    const model = fake.world.addModel({ name: 'net', task: maker.id });
    screen.show();
    await open('Models', 'net');
    platform.answers.push('Publish also the task that made it', false);
    await platform.run(COMMANDS.publishModel, row('net'));
    assert.equal(model.isReady, false, 'nothing is sent without a yes');
    platform.answers.push('Publish also the task that made it', true);
    await platform.run(COMMANDS.publishModel, row('net'));
    assert.deepEqual([model.isReady, maker.status], [true, 'published']);
    assert.match(platform.asked.at(-1) ?? '', /Publish model “net”\?[\s\S]*cannot be undone/u);
    await shows('it is published', (rows) => rows.some((line) => line.includes('net (published')));
    await assert.rejects(
      platform.run(COMMANDS.publishModel, row('net')),
      (error) => error instanceof TracksideError && /cannot be published/u.test(error.message),
    );
  });

  it('are deleted with one summary that tells what was refused and why', async () => {
    const maker = fake.world.addTask({ name: 'train', status: 'published' });
    fake.world.addModel({ name: 'kept', task: maker.id });
    fake.world.addModel({ name: 'gone' });
    screen.show();
    await open('Models', 'gone');
    platform.answers.push('Keep the files', true);
    const rows = [row('kept'), row('gone')];
    await assert.rejects(
      platform.run(COMMANDS.deleteModel, rows[0], rows),
      (error) =>
        error instanceof TracksideError &&
        /^1 of 2 models deleted\. “kept”: .*published/u.test(error.message),
    );
    const request = fake.requests.findLast(({ call }) => call === 'models.delete_many');
    assert.equal(request?.body['delete_external_artifacts'], false);
    assert.deepEqual(
      fake.world.models.map(({ name }) => name),
      ['kept'],
    );
    await shows('one is left', (shown) => !shown.some((line) => line.includes('gone')));
  });

  it('give their address, their file and their task', async () => {
    const maker = fake.world.addTask({ name: 'train' });
    fake.world.addModel({ name: 'net', task: maker.id, uri: `${fake.url}/debug.ping?file=/a%20b.pt` });
    screen.show();
    await open('Models', 'net');
    await platform.run(COMMANDS.copyModelAddress, row('net'));
    await platform.run(COMMANDS.openModelTask, row('net'));
    await platform.run(COMMANDS.saveModel, row('net'));
    assert.deepEqual(copied, [`${fake.url}/debug.ping?file=/a%20b.pt`]);
    assert.deepEqual(opened, [maker.id]);
    assert.equal(saved[0]?.name, 'debug.ping');
    assert.match(saved[0].text, /ClearML server/u);
  });
});
