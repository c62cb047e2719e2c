import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ESLint } from 'eslint';
import { repositoryRoot } from '../../../scripts/editor/toolchain';

/** Rules that see one import need no program of types; the rules of types are the compiler's own affair. */
const WITHOUT_TYPES = {
  files: ['**/*.ts'],
  languageOptions: { parserOptions: { projectService: false, project: null } },
};

describe('the lint rules', function () {
  const root = repositoryRoot();
  const eslint = new ESLint({
    cwd: root,
    ignore: false,
    overrideConfig: [WITHOUT_TYPES],
    ruleFilter: ({ ruleId }) => isOurs(ruleId),
  });
  const folders: string[] = [];

  after(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

  /** Lints text as if it stood in `file`; ids of the rules that fire. */
  async function rulesFiredBy(file: string, text: string): Promise<readonly (string | null)[]> {
    const [result] = await eslint.lintText(text, { filePath: path.join(root, file) });
    return (result?.messages ?? []).map((message) => message.ruleId ?? message.message);
  }

  const refused: readonly (readonly [string, string, string])[] = [
    ['src/core/bad.ts', "import '../client/transport';", 'import-x/no-restricted-paths'],
    ['src/core/bad.ts', "import '../platform/contract';", 'import-x/no-restricted-paths'],
    ['src/client/bad.ts', "import '../backends/contract';", 'import-x/no-restricted-paths'],
    ['src/backends/clearml/bad.ts', "import '../../store/contract';", 'import-x/no-restricted-paths'],
    ['src/store/bad.ts', "import '../features/tasks/node-commands';", 'import-x/no-restricted-paths'],
    ['src/store/bad.ts', "import '../platform/secrets';", 'import-x/no-restricted-paths'],
    ['src/platform/bad.ts', "import '../store/contract';", 'import-x/no-restricted-paths'],
    ['src/features/tasks/bad.ts', "import '../../extension';", 'import-x/no-restricted-paths'],
    [
      'src/features/tasks/bad.ts',
      "import '../../tracker/lifecycle/ensure-tracker';",
      'import-x/no-restricted-paths',
    ],
    ['src/features/connections/bad.ts', "import '../../tracker/main';", 'import-x/no-restricted-paths'],
    ['src/tracker/bad.ts', "import '../backends/clearml/map';", 'import-x/no-restricted-paths'],
    ['src/tracker/bad.ts', "import '../client/transport';", 'import-x/no-restricted-paths'],
    ['src/core/bad.ts', "import '../../test/editor/harness/until';", 'import-x/no-restricted-paths'],
    ['webview-ui/metrics/bad.ts', "import '../../src/store/contract';", 'import-x/no-restricted-paths'],
    [
      'src/store/bad.ts',
      "import * as vscode from 'vscode'; export const x = vscode;",
      'no-restricted-imports',
    ],
    ['src/tracker/bad.ts', "import 'vscode';", 'no-restricted-imports'],
    ['webview-ui/metrics/bad.ts', "import '@vscode/webview-ui-toolkit';", 'no-restricted-imports'],
    ['src/features/tasks/bad.ts', "import '@vscode/webview-ui-toolkit';", 'no-restricted-imports'],
    ['src/core/bad.ts', "console.log('x');", 'no-console'],
  ];
  for (const [file, text, rule] of refused) {
    it(`refuse ${text.replace(/;.*/, '')} in ${path.posix.dirname(file)}`, async () => {
      assert.deepEqual(await rulesFiredBy(file, text), [rule]);
    });
  }

  const allowed: readonly (readonly [string, string])[] = [
    ['src/client/good.ts', "import '../core/errors';"],
    ['src/backends/clearml/good.ts', "import '../../client/transport';"],
    ['src/store/good.ts', "import '../platform/contract';"],
    ['src/features/tasks/good.ts', "import * as vscode from 'vscode'; export const x = vscode;"],
    ['src/tracker/good.ts', "import '../backends/clearml/trackside-wire';"],
    ['webview-ui/kit/controls.ts', "import '@vscode/webview-ui-toolkit';"],
  ];
  for (const [file, text] of allowed) {
    it(`allow ${text.replace(/;.*/, '')} in ${file}`, async () => {
      assert.deepEqual(await rulesFiredBy(file, text), []);
    });
  }

  it('refuse an import cycle', async () => {
    // Below out/, where no other check looks meanwhile.
    mkdirSync(path.join(root, 'out'), { recursive: true });
    const folder = mkdtempSync(path.join(root, 'out', 'cycle-'));
    folders.push(folder);
    writeFileSync(
      path.join(folder, 'a.ts'),
      "import { b } from './b';\nexport const a = (): number => b();\n",
    );
    writeFileSync(
      path.join(folder, 'b.ts'),
      "import { a } from './a';\nexport const b = (): number => a();\n",
    );
    const [result] = await eslint.lintFiles([path.join(folder, 'a.ts')]);
    assert.deepEqual(
      result?.messages.map((message) => message.ruleId),
      ['import-x/no-cycle'],
    );
  });
});

function isOurs(ruleId: string): boolean {
  return [
    'import-x/no-restricted-paths',
    'import-x/no-cycle',
    'no-restricted-imports',
    'no-console',
  ].includes(ruleId);
}
