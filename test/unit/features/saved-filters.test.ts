import assert from 'node:assert/strict';
import type { TableAbility } from '../../../src/backends/contract';
import { silentLogger } from '../../../src/core/logger';
import { registerFilterCommands } from '../../../src/features/tasks/filter-commands';
import { createTaskFilterState } from '../../../src/features/tasks/task-filter-state';
import { filterQuery, type TaskFilterState } from '../../../src/features/tasks/task-filter';
import { createTasksSource } from '../../../src/features/tasks/tasks-source';
import { TreeController } from '../../../src/features/trees/tree-controller';
import { COMMANDS } from '../../../src/platform/command-ids';
import { MemoryBackend } from '../../fakes/memory-backend';
import { fixedConnections, memorySession, type MemorySession } from '../../fakes/memory-session';
import { ScriptedPlatform } from '../../fakes/scripted-platform';
import { ownedByTest } from '../../fakes/owned-by-test';

class TableBackend extends MemoryBackend {
  readonly table: TableAbility = {
    catalog: () =>
      Promise.resolve({
        metrics: [{ metric: 'loss', variant: 'val' }],
        parameters: [{ section: 'Args', name: 'lr' }],
        users: [{ id: 'u1', name: 'Ada' }],
        types: ['testing', 'training'],
        tags: [],
      }),
    can: () => true,
    rows: () => Promise.resolve([]),
    rowsById: () => Promise.resolve([]),
    count: () => Promise.resolve(0),
  };
}

describe('Filters of the Tasks view', () => {
  let platform: ScriptedPlatform;
  let lab: MemorySession;
  let state: TaskFilterState;
  const owned = ownedByTest();

  const start = async (...more: readonly MemorySession[]): Promise<void> => {
    platform = new ScriptedPlatform();
    lab = memorySession({ backend: new TableBackend(), info: { id: 'lab', label: 'Lab' } });
    await lab.session.backend(new AbortController().signal);
    state = createTaskFilterState(platform);
    const connections = fixedConnections(lab.session, ...more.map(({ session }) => session));
    owned.add(lab.session);
    owned.add(state);
    owned.add(registerFilterCommands({ platform, connections }, state));
  };
  const answer = async (...answers: ScriptedPlatform['answers']): Promise<void> => {
    platform.answers.push(...answers);
    await platform.run(COMMANDS.filterTasks);
    assert.deepEqual(platform.answers, [], 'every answer was asked for');
  };

  it('narrow by type, user, metric and parameter, and order, on one connection', async () => {
    await start();
    await answer('Type…', ['training']);
    await answer('User…', ['Ada']);
    await answer('Metric or parameter…', 'loss/val', 'Lowest value', '', '0.5');
    await answer('Metric or parameter…', 'Args/lr', '0.1', '');
    await answer('Order…', 'loss/val', 'Lowest value', 'Lowest first');
    const loss = { kind: 'metric', metric: 'loss', variant: 'val', figure: 'min' };
    assert.deepEqual(filterQuery(state.current, 'lab'), {
      order: 'newest',
      isArchived: false,
      types: ['training'],
      userIds: ['u1'],
      ranges: [
        { column: loss, min: null, max: 0.5 },
        { column: { kind: 'parameter', section: 'Args', name: 'lr' }, min: 0.1, max: null },
      ],
      sort: { column: loss, isDescending: false },
    });
    assert.deepEqual(filterQuery(state.current, 'other'), {
      order: 'newest',
      isArchived: false,
      omitsApart: true,
    });
    assert.deepEqual(createTasksSource(state).header?.(), {
      description: 'filtered',
      message:
        'Lab: type training, by Ada, loss/val (min) ≤ 0.5, Args/lr ≥ 0.1, in order of loss/val (min), lowest first.',
    });
    await answer('Metric or parameter…', 'Remove: Args/lr ≥ 0.1');
    await answer('Metric or parameter…', 'Remove: loss/val (min) ≤ 0.5');
    await answer('Order…', 'Created, newest first');
    await answer('User…', []);
    await answer('Type…', []);
    assert.equal('own' in state.current, false, 'nothing is left of it');
  });

  it('are saved under a name for a connection, picked again, told in the view and deleted', async () => {
    await start();
    await answer('Status…', ['Failed']);
    await answer('Type…', ['testing']);
    await answer('Save this filter…', 'broken tests');
    const source = createTasksSource(state);
    assert.equal(source.header?.().description, 'broken tests');
    await answer('Text…', 'net');
    assert.equal(source.header().description, 'filtered', 'a changed filter is not the saved one');
    await platform.run(COMMANDS.clearTaskFilter);
    assert.deepEqual(source.header(), {});
    await answer('Saved filters…', 'broken tests');
    assert.equal(source.header().description, 'broken tests');
    assert.deepEqual(source.header().message, 'Only failed. Lab: type testing.');
    assert.deepEqual(filterQuery(state.current, 'lab').types, ['testing']);
    await answer('Delete a saved filter…', 'broken tests');
    assert.equal(source.header().description, 'filtered');
    await platform.run(COMMANDS.clearTaskFilter);
    platform.answers.push(undefined);
    await platform.run(COMMANDS.filterTasks);
    assert.doesNotMatch(platform.asked.at(-1) ?? '', /aved filter/u);
  });

  it('ask which connection is meant only where several can', async () => {
    const other = memorySession({ info: { id: 'plain', label: 'Plain' } });
    await start(other);
    owned.add(other.session);
    await answer('Type…', ['testing']);
    const second = memorySession({ backend: new TableBackend(), info: { id: 'farm', label: 'Farm' } });
    await second.session.backend(new AbortController().signal);
    await start(second);
    owned.add(second.session);
    await answer('Type…', 'Farm', ['testing']);
    assert.equal(state.current.own?.connectionId, 'farm');
    const controller = new TreeController({
      connections: fixedConnections(lab.session, second.session),
      source: createTasksSource(state),
      clock: lab.clock,
      logger: silentLogger,
    });
    owned.add(controller);
    assert.equal(controller.header.message, 'Farm: type testing.');
  });

  it('are blamed for an empty list only where they leave something out', async () => {
    await start();
    await answer('Order…', 'Name', 'A first');
    const source = createTasksSource(state);
    const hints = async (): Promise<unknown[]> => {
      for (const need of source.needs(lab.session, undefined)) {
        const hold = lab.session.store.need(need);
        await lab.session.store.refresh(need);
        hold.dispose();
      }
      return source.children(lab.session, undefined).map((row) => row.kind === 'hint' && row.hint);
    };
    assert.deepEqual(await hints(), ['noTasksThere']);
    await answer('Type…', ['testing']);
    assert.deepEqual(await hints(), ['noMatch']);
  });

  it('do not offer what no open server keeps', async () => {
    await start();
    const plain = memorySession();
    owned.add(plain.session);
    const own = new ScriptedPlatform();
    const connections = fixedConnections(plain.session);
    owned.add(registerFilterCommands({ platform: own, connections }, createTaskFilterState(own)));
    own.answers.push(undefined);
    await own.run(COMMANDS.filterTasks);
    assert.doesNotMatch(own.asked[0] ?? '', /Type…|Order…/u);
  });
});
