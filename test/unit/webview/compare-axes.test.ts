import assert from 'node:assert/strict';
import { runKey } from '../../../src/core/task-ref';
import { CompareModel } from '../../../webview-ui/compare/compare-model';
import { makeContent } from '../compare/compare-runs';

describe('axes that a comparison begins with', () => {
  it('are those in whose values runs differ, then what some runs lack, then what is alike', () => {
    const runs: readonly Record<string, string>[] = [
      { optimizer: 'sgd', epochs: '15', lr: '0.02' },
      { optimizer: 'sgd', epochs: '15', lr: '0.2' },
      { optimizer: 'sgd', epochs: '15' },
      { optimizer: 'sgd' },
    ];
    const refs = runs.map((_, index) => ({ connectionId: 'local', taskId: String(index) }));
    const model = new CompareModel(undefined);
    model.open({ type: 'open', refs, connectionLabels: refs.map(() => 'Local'), looks: refs.map(() => 0) });
    runs.forEach((run, index) => {
      const parameters = Object.entries(run).map(([name, value]) => ({ section: 'Args', name, value }));
      const ref = refs[index];
      assert.ok(ref);
      const content = { ...makeContent(), parameters, metrics: [], facts: [], texts: [] };
      model.setRun(runKey(ref), { phase: 'ready', content, staleReason: null });
    });
    assert.deepEqual(
      model.axisRows().map(({ name }) => name),
      ['lr', 'epochs', 'optimizer'],
    );
  });
});
