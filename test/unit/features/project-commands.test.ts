import assert from 'node:assert/strict';
import type { ProjectAbility } from '../../../src/backends/contract';
import type { ProjectRequest } from '../../../src/core/actions';
import { TracksideError } from '../../../src/core/errors';
import { registerProjectCommands } from '../../../src/features/projects/project-commands';
import { projectNode } from '../../../src/features/trees/tree-nodes';
import { COMMANDS } from '../../../src/platform/command-ids';
import { MemoryBackend } from '../../fakes/memory-backend';
import { fixedConnections, memorySession, type MemorySession } from '../../fakes/memory-session';
import { ScriptedPlatform } from '../../fakes/scripted-platform';
import { ownedByTest } from '../../fakes/owned-by-test';

class ChangeableBackend extends MemoryBackend {
  readonly changes: ProjectRequest[] = [];
  readonly projects: ProjectAbility = {
    change: (request) => {
      this.changes.push(request);
      return Promise.resolve();
    },
  };
}

describe('Project commands', () => {
  let platform: ScriptedPlatform;
  let backend: ChangeableBackend;
  let memory: MemorySession;
  const owned = ownedByTest();

  beforeEach(async () => {
    platform = new ScriptedPlatform();
    backend = new ChangeableBackend();
    memory = memorySession({ backend });
    ['Vision', 'Vision/Detection', 'Vision/Detection/Small', 'Audio'].forEach((name, index) =>
      backend.projectList.push({ id: `p${index}`, name }),
    );
    await memory.session.store.refresh({ kind: 'projects' });
    const connections = fixedConnections(memory.session);
    owned.add(memory.session);
    owned.add(registerProjectCommands({ platform, connections }));
  });
  const detection = projectNode('local', 'Vision/Detection');

  it('make a project inside another or at the top, and read the list again', async () => {
    const before = backend.count('listProjects');
    platform.answers.push(' New/Inner ', 'Top');
    await platform.run(COMMANDS.createProject, detection);
    await platform.run(COMMANDS.createProject);
    assert.deepEqual(backend.changes, [
      { change: 'create', name: 'Vision/Detection/New/Inner' },
      { change: 'create', name: 'Top' },
    ]);
    assert.equal(backend.count('listProjects'), before + 2);
  });

  it('rename in place', async () => {
    platform.answers.push('Found');
    await platform.run(COMMANDS.renameProject, detection);
    platform.answers.push('Detection');
    await platform.run(COMMANDS.renameProject, detection);
    assert.deepEqual(backend.changes, [{ change: 'rename', projectId: 'p1', name: 'Vision/Found' }]);
  });

  it('move to where it is not, and not into itself', async () => {
    platform.answers.push('Audio', 'The top');
    await platform.run(COMMANDS.moveProject, detection);
    await platform.run(COMMANDS.moveProject, detection);
    assert.deepEqual(backend.changes, [
      { change: 'move', projectId: 'p1', parentName: 'Audio' },
      { change: 'move', projectId: 'p1', parentName: '' },
    ]);
    assert.deepEqual(platform.asked[0]?.split('\n'), [
      'Move project “Vision/Detection” into',
      'The top',
      'Audio',
    ]);
  });

  it('delete after a question that names what goes along', async () => {
    platform.answers.push(false, true);
    await platform.run(COMMANDS.deleteProject, detection);
    assert.deepEqual(backend.changes, []);
    await platform.run(COMMANDS.deleteProject, detection);
    assert.deepEqual(backend.changes, [{ change: 'delete', projectId: 'p1' }]);
    assert.match(platform.asked[1] ?? '', /“Vision\/Detection”\?[\s\S]*1 project below it/u);
  });

  it('say so when the server cannot, or the project is gone', async () => {
    const plain = memorySession({ info: { id: 'plain' } });
    const own = new ScriptedPlatform();
    const connections = fixedConnections(plain.session);
    owned.add(plain.session);
    owned.add(registerProjectCommands({ platform: own, connections }));
    await assert.rejects(
      own.run(COMMANDS.createProject),
      (error) => error instanceof TracksideError && /cannot be changed/u.test(error.message),
    );
    await assert.rejects(
      platform.run(COMMANDS.renameProject, projectNode('local', 'Gone')),
      /does not exist any more/u,
    );
  });
});
