import assert from 'node:assert/strict';
import { prefillOf } from '../../../src/features/templates/document-prefill';
import { TemplateRunner, type JsonDocument } from '../../../src/features/templates/run-template';
import { gridOf, valuesOf } from '../../../src/features/templates/value-grid';
import { registerActionCommands } from '../../../src/features/tasks/action-commands';
import { projectNode } from '../../../src/features/trees/tree-nodes';
import { COMMANDS } from '../../../src/platform/command-ids';
import type { RunTemplate, TemplateRun } from '../../../src/core/run-template';
import type { ActionPlan, TemplateAbility } from '../../../src/backends/contract';
import { fakeTask, MemoryBackend } from '../../fakes/memory-backend';
import { fixedConnections, memorySession, type MemorySession } from '../../fakes/memory-session';
import { ScriptedPlatform } from '../../fakes/scripted-platform';

const TRAIN: RunTemplate = {
  id: 't',
  name: 'train',
  projectId: 'p1',
  command: 'train --lr {lr} --n {n}',
  inputs: ['lr', 'n'].map((name) => ({ name, isRequired: true })),
  takesDocument: false,
};
const PIPELINE: RunTemplate = {
  ...TRAIN,
  id: 'd',
  name: 'pipeline',
  inputs: [],
  takesDocument: true,
  documentSchema: { type: 'object', properties: { text: { type: 'string' }, top: { default: 3 } } },
};

class TemplateBackend extends MemoryBackend {
  readonly sent: TemplateRun[][] = [];
  plan: ActionPlan | undefined;
  offered = [TRAIN, PIPELINE];
  makesTasks = true;
  readonly templates: TemplateAbility = {
    noun: 'template',
    caution: 'A worker runs this.',
    takesDependencies: true,
    takesPriority: true,
    list: () => Promise.resolve(this.offered),
    run: (_template, runs) => {
      this.sent.push([...runs]);
      return Promise.resolve({
        createdTaskIds: this.makesTasks ? runs.map((_, index) => `new${index}`) : [],
        note: 'Noted.',
      });
    },
  };
}

describe('Values for templates', () => {
  it('are one value, a list or a range', () => {
    assert.deepEqual(valuesOf(' 0.1 '), ['0.1']);
    assert.deepEqual(valuesOf('a, b,,c'), ['a', 'b', 'c']);
    assert.deepEqual(valuesOf('"a, b"'), ['a, b']);
    assert.deepEqual(valuesOf('3..1'), ['3', '2', '1']);
    assert.equal(valuesOf('1..999999999').length, 1_001);
    assert.deepEqual(valuesOf('../data'), ['../data']);
  });

  it('make a grid of every combination', () => {
    const grid = gridOf([
      ['a', ['1', '2']],
      ['b', ['x', 'y']],
    ]);
    assert.deepEqual(
      grid.map(({ a, b }) => `${a ?? ''}${b ?? ''}`),
      ['1x', '1y', '2x', '2y'],
    );
  });

  it('begin with the defaults of a schema', () => {
    assert.deepEqual(JSON.parse(prefillOf(PIPELINE.documentSchema)), { text: '', top: 3 });
    assert.deepEqual(JSON.parse(prefillOf('nonsense')), {});
  });
});

describe('Running a template', () => {
  let platform: ScriptedPlatform;
  let backend: TemplateBackend;
  let held: MemorySession;
  let runner: TemplateRunner;
  let document: JsonDocument | undefined;
  const row = projectNode('local', 'Vision');

  beforeEach(async () => {
    platform = new ScriptedPlatform();
    backend = new TemplateBackend();
    backend.projectList.push({ id: 'p1', name: 'Vision' });
    backend.put(fakeTask('a', { name: 'prepare' }));
    held = memorySession({ backend });
    document = undefined;
    await held.session.backend(new AbortController().signal);
    runner = new TemplateRunner({
      platform,
      connections: fixedConnections(held.session),
      state: platform.state,
      openJson: (text) => {
        document = { uri: 'untitled:1', text };
        return Promise.resolve('untitled:1');
      },
      activeJson: () => document,
    });
  });

  afterEach(() => held.session.dispose());

  it('sends a grid once it was shown, with dependencies and priority', async () => {
    const after = 'After other tasks have completed…';
    platform.answers.push('train', '0.1, 0.2', '1..2', 'sweep', after, ['prepare'], '5', true);
    await runner.start(row);
    assert.equal(backend.sent.length, 1);
    assert.deepEqual(backend.sent[0]?.[1], {
      name: 'sweep lr=0.1, n=2',
      inputs: { lr: '0.1', n: '2' },
      dependsOn: ['a'],
      priority: 5,
    });
    const shown = platform.asked.at(-1) ?? '';
    assert.match(shown, /4 tasks\?/u);
    assert.match(shown, /A worker runs this\..*train --lr \{lr\}.*• sweep lr=0\.1, n=1/su);
    assert.match(shown, /After 1 task\.\nPriority 5\./u);
    assert.deepEqual(platform.said, ['4 tasks created of “train”. Noted.']);
  });

  it('takes a sentence as it is, and counts no tasks where none are made', async () => {
    const inputs = [{ name: 'reason', isRequired: true, isSingle: true }];
    backend.offered = [{ ...TRAIN, name: 'Reject', inputs, isUnnamed: true }];
    backend.makesTasks = false;
    platform.answers.push('Reject', 'no, 1..5 is too early', 'As soon as a worker is free', '0', true);
    await runner.start(row);
    assert.deepEqual(
      backend.sent.map((runs) => runs.map(({ inputs: given }) => given)),
      [[{ reason: 'no, 1..5 is too early' }]],
    );
    assert.match(platform.asked.at(-1) ?? '', /^Run “Reject” on Local\?\n/);
    assert.deepEqual(platform.said, ['Noted.']);
  });

  it('says the caution once per connection, and sends nothing without a yes', async () => {
    const answers = ['train', '1', '2', 'one', 'As soon as a worker is free', '0'];
    platform.answers.push(...answers, false, ...answers, true, ...answers, true);
    await runner.start(row);
    assert.equal(backend.sent.length, 0);
    await runner.start(row);
    await runner.start(row);
    const cautions = platform.asked.filter((text) => text.includes('A worker runs this.'));
    assert.equal(backend.sent.length, 2);
    assert.equal(cautions.length, 2);
  });

  it('refuses grids that are too large before anything is asked further', async () => {
    platform.answers.push('train', '1..100', '1..100');
    await assert.rejects(runner.start(row), /more than 1,000 tasks/u);
  });

  it('opens a document for templates that take one, and runs it as it is then', async () => {
    await assert.rejects(runner.startDocument(), /not a document that was opened/u);
    platform.answers.push('pipeline');
    await runner.start(row);
    assert.deepEqual(JSON.parse(document?.text ?? ''), { text: '', top: 3 });
    document = { uri: 'untitled:1', text: '{ "text": ' };
    await assert.rejects(runner.startDocument(), /not valid JSON/u);
    document = { uri: 'untitled:1', text: '{ "text": "hello" }' };
    platform.answers.push('As soon as a worker is free', '0', true);
    await runner.startDocument();
    assert.equal(backend.sent[0]?.[0]?.document, '{ "text": "hello" }');
  });

  it('tells what an action does where the server says so, and asks for the priority it forgets', async () => {
    const plan: ActionPlan = { verb: 'Enqueue', says: 'It runs again.', asksPriority: true, blockedCount: 2 };
    Object.assign(backend.actions, { plan: () => Promise.resolve(plan) });
    backend.put(fakeTask('f', { status: 'failed' }));
    registerActionCommands({ platform, connections: fixedConnections(held.session) });
    await held.session.store.refresh({ kind: 'task', id: 'f' });
    platform.answers.push(true, 'Also free 2 blocked tasks', '9');
    await platform.run(COMMANDS.enqueueTask, { connectionId: 'local', taskId: 'f' });
    assert.equal(platform.asked[0], 'Enqueue “task f”?\nIt runs again.');
    assert.deepEqual(backend.requests, [
      { action: 'enqueue', queueId: 'p1', freesBlocked: true, priority: 9 },
    ]);
  });
});
