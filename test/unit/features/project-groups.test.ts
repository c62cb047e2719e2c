import assert from 'node:assert/strict';
import type { GroupAbility } from '../../../src/backends/contract';
import { TracksideError } from '../../../src/core/errors';
import { silentLogger } from '../../../src/core/logger';
import type { ProjectGroup } from '../../../src/core/project-groups';
import { createProjectsSource } from '../../../src/features/projects/projects-source';
import { TreeController } from '../../../src/features/trees/tree-controller';
import { fakeTask, MemoryBackend } from '../../fakes/memory-backend';
import { fixedConnections, memorySession } from '../../fakes/memory-session';
import { TreeScreen } from '../../fakes/tree-screen';
import { ownedByTest } from '../../fakes/owned-by-test';

class GroupedBackend extends MemoryBackend {
  groupList: ProjectGroup[] = [];
  problem: TracksideError | undefined;
  readonly groups: GroupAbility = {
    list: () => (this.problem ? Promise.reject(this.problem) : Promise.resolve([...this.groupList])),
  };
}

describe('Groups at the end of the projects', () => {
  const owned = ownedByTest();
  async function shown(
    backend: GroupedBackend,
  ): Promise<{ screen: TreeScreen; settle: () => Promise<void>; refresh: () => Promise<void> }> {
    const { session, clock } = memorySession({ backend });
    await session.backend(new AbortController().signal);
    const controller = new TreeController({
      connections: fixedConnections(session),
      source: createProjectsSource(),
      clock,
      logger: silentLogger,
    });
    owned.add(session);
    owned.add(controller);
    const screen = new TreeScreen(controller);
    screen.show();
    const settle = (): Promise<void> => clock.advance(1_000);
    await settle();
    return { screen, settle, refresh: () => session.store.refreshHeld() };
  }

  const nightly = {
    id: 'n',
    name: 'Vision/.pipelines/nightly',
    label: 'nightly',
    home: 'Vision',
    taskCounts: { running: 1, completed: 2 },
  };
  const digits = {
    id: 'd',
    name: 'Vision/.datasets/digits',
    label: 'digits',
    home: 'Vision',
    taskCounts: { completed: 2, published: 1 },
    fileCount: 70_000,
    sizeBytes: 12_000_000,
  };

  it('stand after the projects, each with what is in it, and only when they hold something', async () => {
    const backend = new GroupedBackend();
    backend.projectList.push({ id: 'p1', name: 'Vision' });
    backend.groupList = [
      { id: 'pipelines', places: [nightly] },
      { id: 'datasets', places: [digits] },
      { id: 'archived', places: [] },
    ];
    backend.put(
      fakeTask('run', { projectId: 'n', name: 'nightly #1' }),
      fakeTask('old', { isArchived: true, name: 'put away', projectId: 'p1' }),
    );
    const { screen, settle } = await shown(backend);
    assert.deepEqual(screen.lines(), ['Vision', 'Pipelines (1)', 'Datasets (1)', 'Archived tasks']);
    for (const label of ['Pipelines', 'Datasets', 'Archived tasks']) {
      screen.expand(screen.find(label));
    }
    screen.expand(screen.find('nightly'));
    await settle();
    assert.deepEqual(
      screen.lines().map((line) => line.replace(/ · (just now|\d{4}-\d\d-\d\d)/, '')),
      [
        'Vision',
        'Pipelines (1)',
        '  nightly (1 running · 2 completed · Vision)',
        '    nightly #1 (completed)',
        'Datasets (1)',
        '  digits (3 versions · 1 published · 70,000 files · 12 MB · Vision)',
        'Archived tasks',
        '  put away (completed · archived · Vision)',
      ],
    );
  });

  it('and projects vanish with their tasks when somebody else deletes them, without an error', async () => {
    const backend = new GroupedBackend();
    backend.projectList.push({ id: 'p1', name: 'Vision' }, { id: 'p2', name: 'Audio' });
    backend.put(fakeTask('inside', { projectId: 'p1', name: 'inside' }));
    const { screen, settle, refresh } = await shown(backend);
    screen.expand(screen.find('Vision'));
    await settle();
    assert.ok(screen.lines().some((line) => line.startsWith('  inside')));
    backend.projectList.shift();
    backend.tasks.clear();
    await refresh();
    await settle();
    assert.deepEqual(screen.lines(), ['Audio']);
  });

  it('leave the projects alone when they cannot be read, and say why', async () => {
    const backend = new GroupedBackend();
    backend.projectList.push({ id: 'p1', name: 'Vision' });
    backend.problem = new TracksideError('server', 'The server had a problem.', 'Try again later.');
    const { screen } = await shown(backend);
    assert.deepEqual(screen.lines(), ['Vision', 'The server had a problem. (Select to try again)']);
  });
});
