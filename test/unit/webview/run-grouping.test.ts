import assert from 'node:assert/strict';
import type { RunView } from '../../../src/features/metrics/runs-contract';
import type { GroupBy } from '../../../src/features/metrics/view-contract';
import { groupRuns, parameterChoices, type Parameters } from '../../../webview-ui/runs/run-grouping';

function run(key: string, change: Partial<RunView> = {}): RunView {
  return {
    key,
    ref: { connectionId: 'local', taskId: key },
    name: key,
    projectName: null,
    connectionLabel: 'Local',
    tags: [],
    status: 'completed',
    look: 0,
    phase: 'read',
    failure: null,
    stepNoun: null,
    menu: null,
    ...change,
  };
}

function parametersOf(values: Readonly<Record<string, string | null>>): Parameters {
  return new Map(
    Object.entries(values).map(([key, lr]) => [
      key,
      lr === null ? null : lr === '' ? [] : [{ section: 'Args', name: 'lr', value: lr }],
    ]),
  );
}

function groups(runs: readonly RunView[], by: GroupBy, parameters: Parameters = new Map()): unknown {
  return groupRuns(runs, parameters, by).map(({ label, runs: keys }) => [label, keys]);
}

describe('groups of runs', () => {
  it('are of a project, and of a tag, where a run with two tags is in both', () => {
    const runs = [
      run('a', { tags: ['new', 'best'], projectName: 'digits' }),
      run('b', { tags: ['new', 'new'], projectName: 'digits' }),
      run('c'),
    ];
    assert.deepEqual(groups(runs, { kind: 'tag' }), [
      ['best', ['a']],
      ['new', ['a', 'b']],
      ['no tag', ['c']],
    ]);
    assert.deepEqual(groups(runs, { kind: 'project' }), [
      ['digits', ['a', 'b']],
      ['no project', ['c']],
    ]);
  });

  it('are of a parameter, in the order of numbers, with runs apart of which it is not known', () => {
    const parameters = parametersOf({ a: '10', b: '9', c: '9', d: '', e: null });
    const runs = ['a', 'b', 'c', 'd', 'e', 'f'].map((key) => run(key));
    const by = { kind: 'parameter', section: 'Args', name: 'lr' } as const;
    assert.deepEqual(groups(runs, by, parameters), [
      ['lr = 9', ['b', 'c']],
      ['lr = 10', ['a']],
      ['lr = not set', ['d']],
      ['parameters not read yet', ['f']],
      ['parameters unknown', ['e']],
    ]);
    assert.deepEqual(parameterChoices(parameters), [{ section: 'Args', name: 'lr', valueCount: 3 }]);
  });
});
