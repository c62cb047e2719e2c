import assert from 'node:assert/strict';
import type { TaskCode } from '../../../src/core/entities';
import { documentsOf } from '../../../src/features/metrics/details-view';

describe('the texts of a task', () => {
  const told = (code: TaskCode): (readonly [kind: string, label: string, fileName: string])[] =>
    documentsOf({ code, parameters: [], configurations: [], artifacts: [], models: [] }).map(
      ({ ref, label, fileName }) => [ref.kind, label, fileName],
    );

  it('call changes what are changes, however the tool that made them begins', () => {
    for (const uncommittedDiff of [
      'diff --git a/x b/x\n--- a/x\n+++ b/x\n',
      '\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n',
      'Submodule lib 1234567..89abcde:\n  > fix\n',
    ]) {
      assert.deepEqual(told({ entryPoint: 'x', uncommittedDiff }), [
        ['diff', 'Uncommitted changes', 'uncommitted.diff'],
      ]);
    }
  });

  it('call a script that was in no repository a script, by its own name', () => {
    const uncommittedDiff = 'import clearml\n# diff of two\nprint(1)\n';
    assert.deepEqual(told({ entryPoint: 'src/seed.py', uncommittedDiff }), [['script', 'Script', 'seed.py']]);
    assert.deepEqual(told({ uncommittedDiff }), [['script', 'Script', 'script.py']]);
  });
});
