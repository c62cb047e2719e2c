import importX, { createNodeResolver } from 'eslint-plugin-import-x';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import tseslint from 'typescript-eslint';

/**
 * Imports go down only: extension → features → store → backends → client → core. `target` may not import `from`;
 * `except` is relative to `from`.
 */
const layers = [
  ...forbid('./src/core', ['extension.ts', 'features', 'store', 'backends', 'client', 'platform', 'tracker']),
  ...forbid('./src/client', ['extension.ts', 'features', 'store', 'backends', 'platform', 'tracker']),
  ...forbid('./src/backends', ['extension.ts', 'features', 'store', 'platform', 'tracker']),
  ...forbid('./src/store', ['extension.ts', 'features', 'tracker']),
  ...forbid('./src/platform', ['extension.ts', 'features', 'store', 'backends', 'client', 'tracker']),
  ...forbid('./src/tracker', ['extension.ts', 'features', 'store', 'client', 'platform']),
  {
    target: './src/store',
    from: './src/platform',
    except: ['./contract.ts'],
    message: 'The store knows the editor by the interfaces of platform/contract.ts only.',
  },
  {
    target: './src/tracker',
    from: './src/backends/**/!(*-wire).ts',
    message: 'The tracker shares the ClearML wire schemas with the backend, nothing else.',
  },
  {
    target: './src/features/!(connections)/**',
    from: './src/tracker',
    message: 'Features reach the tracker through a connection.',
  },
  {
    target: './src/features/connections',
    from: './src/tracker',
    except: ['./lifecycle'],
    message: 'Starting and ending the tracker is all that the editor does with its code.',
  },
  {
    target: './src/extension.ts',
    from: './src/tracker',
    except: ['./lifecycle'],
    message: 'Starting and ending the tracker is all that the editor does with its code.',
  },
  ...forbid('./src/features', ['extension.ts']),
  ...forbid('./webview-ui', ['extension.ts', 'store', 'backends', 'client', 'platform', 'tracker']),
  ...forbid('./src', ['../webview-ui', '../test', '../scripts']),
];

function forbid(target, rooms) {
  return rooms.map((room) => ({
    target,
    from: room.startsWith('..') ? `.${room.slice(2)}` : `./src/${room}`,
    message: `Imports go down only: ${target.slice(2)} knows nothing of ${room}.`,
  }));
}

const sizeLimits = {
  // A switch counts once, but ESLint counts every ?? and ?. too: 12 is about ten real branches.
  complexity: ['error', { max: 12, variant: 'modified' }],
  'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
  'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
  'max-depth': ['error', 4],
  'max-params': ['error', 5],
};

const vscodeImport = {
  name: 'vscode',
  message: 'Only extension.ts, platform/ and features/ know the editor.',
};
const toolkitImport = {
  name: '@vscode/webview-ui-toolkit',
  message:
    'The archived toolkit is imported by webview-ui/kit/controls.ts alone, so that it can be replaced there.',
};
const restrictImports = (...paths) => [
  'error',
  { paths, patterns: [{ group: ['@vscode/webview-ui-toolkit/*'] }] },
];

export default tseslint.config(
  {
    ignores: ['dist/**', 'out/**', 'node_modules/**', '.cache/**', 'examples/**', '**/*.d.ts'],
  },
  {
    files: ['**/*.{ts,mjs,cjs}'],
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [
        createTypeScriptImportResolver({ project: './tsconfig.json' }),
        createNodeResolver(),
      ],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
    },
    rules: {
      ...sizeLimits,
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones: layers }],
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/consistent-type-assertions': [
        'error',
        { assertionStyle: 'as', objectLiteralTypeAssertions: 'never' },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['src/**/*.ts', 'webview-ui/**/*.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-imports': restrictImports(vscodeImport, toolkitImport),
    },
  },
  {
    files: ['src/extension.ts', 'src/platform/**/*.ts', 'src/features/**/*.ts'],
    rules: { 'no-restricted-imports': restrictImports(toolkitImport) },
  },
  {
    files: ['webview-ui/kit/controls.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: [vscodeImport] }] },
  },
  {
    // A suite is one long function by nature; a test's own parts stay readable by other means.
    files: ['test/**/*.ts'],
    rules: { 'max-lines-per-function': 'off', 'max-lines': ['error', 700] },
  },
  {
    files: ['**/*.{mjs,cjs}'],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { 'no-undef': 'off' },
  },
);
