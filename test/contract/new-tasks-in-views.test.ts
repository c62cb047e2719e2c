import assert from 'node:assert/strict';
import { systemClock } from '../../src/core/clock';
import { TracksideError } from '../../src/core/errors';
import { silentLogger } from '../../src/core/logger';
import type { TaskRef } from '../../src/core/task-ref';
import { createProjectsSource } from '../../src/features/projects/projects-source';
import { askDraft } from '../../src/features/tasks/draft-questions';
import { newTask } from '../../src/features/tasks/new-task';
import { NO_FILTER, TaskFilterState } from '../../src/features/tasks/task-filter';
import { createTasksSource } from '../../src/features/tasks/tasks-source';
import { TreeController } from '../../src/features/trees/tree-controller';
import { projectNode } from '../../src/features/trees/tree-nodes';
import type { OwnedConnectionSession } from '../../src/store/connection-session';
import { until } from '../editor/harness/until';
import { sessionOf } from '../fakes/clearml/fake-connection';
import { FakeClearMl } from '../fakes/clearml/fake-server';
import { fixedConnections, memorySession } from '../fakes/memory-session';
import { ScriptedPlatform } from '../fakes/scripted-platform';
import { TreeScreen } from '../fakes/tree-screen';
import { ownedByTest } from '../fakes/owned-by-test';

/** New tasks as people make them: from the questions to the server, and back to a row. */
describe('New Task on a ClearML server', () => {
  let fake: FakeClearMl;
  let session: OwnedConnectionSession;
  let platform: ScriptedPlatform;
  let screen: TreeScreen;
  let shown: TaskRef[];
  let refusal: TracksideError | undefined;
  const owned = ownedByTest();

  beforeEach(async () => {
    fake = await FakeClearMl.start('real');
    fake.world.project('Audio');
    fake.world.project('Vision');
    session = sessionOf(fake, { id: 'lab', label: 'Lab' });
    platform = new ScriptedPlatform();
    shown = [];
    refusal = undefined;
    await session.store.refresh({ kind: 'projects' });
    const controller = new TreeController({
      connections: fixedConnections(session),
      source: createTasksSource(new TaskFilterState(NO_FILTER)),
      clock: systemClock,
      logger: silentLogger,
    });
    screen = new TreeScreen(controller);
    screen.show();
    owned.add(session);
    owned.add(controller);
  });

  afterEach(async () => {
    await fake.stop();
  });

  const run = (node?: unknown, on = session): Promise<void> =>
    newTask(
      {
        platform,
        connections: fixedConnections(on),
        reveal: (ref) => {
          shown.push(ref);
          return refusal ? Promise.reject(refusal) : Promise.resolve();
        },
      },
      node,
    );
  const vision = projectNode('lab', 'Vision');

  it('asks what it is to be, with the project at hand first, and selects its row', async () => {
    platform.answers.push(
      ' night run ',
      'Vision',
      'inference',
      'Code in a git repository…',
      ' https://example.com/r.git ',
      ' next ',
      ' src/infer.py ',
    );
    await run(vision);
    assert.deepEqual(platform.answers, [], 'every question was asked');
    const [task] = fake.world.tasks;
    assert.ok(task && fake.world.tasks.length === 1);
    assert.deepEqual(
      [task.name, task.type, task.status, task.project],
      ['night run', 'inference', 'created', fake.world.project('Vision').id],
    );
    assert.deepEqual(task.script, {
      binary: 'python3',
      repository: 'https://example.com/r.git',
      branch: 'next',
      entry_point: 'src/infer.py',
      working_dir: '.',
    });
    assert.equal(platform.asked[0], 'New task on Lab: name []');
    assert.deepEqual(platform.asked[1]?.split('\n'), [
      'New task “night run”: project',
      'Vision | where you are',
      'Audio',
      'New project…',
    ]);
    assert.equal(platform.asked[2]?.split('\n')[1], 'training', 'the usual type comes first');
    assert.deepEqual(shown, [{ connectionId: 'lab', taskId: task.id }]);
    assert.deepEqual(platform.said, []);
    await until('the row is there', () => screen.lines().some((line) => line.startsWith('night run')));
  });

  it('makes one without code in a new project, from the palette', async () => {
    owned.add(session.store.need({ kind: 'projects' }));
    platform.answers.push('empty one', 'New project…', 'Later/Ideas', 'training', 'Without code');
    await run();
    const [task] = fake.world.tasks;
    assert.equal(task?.project, fake.world.project('Later/Ideas').id);
    assert.deepEqual(task.script, {});
    await until('the project is known', () =>
      session.store.projects().items.some(({ name }) => name === 'Later/Ideas'),
    );
  });

  it('says that it is made when the view leaves it out', async () => {
    refusal = new TracksideError('notFound', 'Not listed.', 'Clear the view’s filter.');
    platform.answers.push('hidden one', 'Audio', 'training', 'Without code');
    await run();
    assert.deepEqual(platform.said, [
      '“hidden one” is a draft in Audio. The Tasks view does not list it now. Clear the view’s filter.',
    ]);
  });

  it('sends nothing when the person turns away, at any question', async () => {
    const given = ['a task', 'Audio', 'training', 'Code in a git repository…', 'x:r.git', '', 'train.py'];
    for (let answered = 0; answered < given.length; answered += 1) {
      platform.answers.push(...given.slice(0, answered), undefined);
      await run();
      assert.deepEqual(platform.answers, []);
    }
    assert.equal(fake.countOf('tasks.create') + fake.countOf('projects.create'), 0);
    assert.deepEqual(shown, []);
  });

  it('tells the server’s reason, and selects nothing', async () => {
    const text = 'Project is read-only';
    fake.fault = (call) =>
      call === 'tasks.create' ? { kind: 'envelope', code: 403, subcode: 20, text } : undefined;
    platform.answers.push('a task', 'Audio', 'training', 'Without code');
    await assert.rejects(run(), { kind: 'forbidden' });
    assert.equal(fake.countOf('tasks.create'), 1);
    assert.deepEqual(shown, []);
  });

  it('takes no short names, and no repository that holds a password', async () => {
    const problems = new Map<string, string | undefined>();
    const typed = ['ab', 'https://ada:secret@example.com/r.git', '', ' '];
    platform.answers.push('a task', 'Audio', 'training', 'Code in a git repository…', 'x:r.git', '', 'a.py');
    const { drafts } = await session.backend(new AbortController().signal);
    assert.ok(drafts);
    const { dialogs } = platform;
    const request = await askDraft(
      {
        ...dialogs,
        ask: (options) => {
          const text = typed.shift() ?? '';
          problems.set(options.title, options.validate?.(text));
          return dialogs.ask(options);
        },
      },
      session,
      drafts,
      undefined,
    );
    assert.deepEqual(request?.code, { repository: 'x:r.git', entryPoint: 'a.py' });
    assert.deepEqual(
      [...problems.values()].map((problem) => problem?.split(/[.:]/u)[0]),
      [
        "A task's name needs at least 3 characters",
        'Leave out user and password',
        undefined,
        'Without it nothing can be run',
      ],
    );
  });

  it('is offered on ordinary projects, where the server can', async () => {
    const source = createProjectsSource();
    const contextOf = (on: OwnedConnectionSession): string =>
      source.row(on, projectNode(on.info.id, 'Vision'), 0)?.contextValue ?? '';
    assert.match(contextOf(session), /;has=taskCreate;/u);
    const plain = memorySession({ info: { id: 'plain', label: 'Plain' } });
    owned.add(plain.session);
    plain.backend.projectList.push({ id: 'p1', name: 'Vision' });
    await plain.session.store.refresh({ kind: 'projects' });
    assert.match(contextOf(plain.session), /;kind=project;/u);
    assert.doesNotMatch(contextOf(plain.session), /taskCreate/u);
    await assert.rejects(run(undefined, plain.session), /cannot be made on Plain/u);
    assert.deepEqual(platform.asked, []);
  });
});
