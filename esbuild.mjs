// Builds every bundle. `node esbuild.mjs [--production] [--watch] [--tests] [--tools]`
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { hostBundle } from './scripts/setup/host-bundle.mjs';
import { thirdPartyText } from './scripts/setup/third-party.mjs';

const root = path.dirname(fileURLToPath(import.meta.url));
const flags = new Set(process.argv.slice(2));
const production = flags.has('--production');

const shared = {
  absWorkingDir: root,
  bundle: true,
  logLevel: 'warning',
  metafile: true,
  minify: production,
  // Maps are made but not packaged, so a packaged bundle names none.
  sourcemap: production ? 'external' : 'linked',
  define: { 'process.env.NODE_ENV': JSON.stringify(production ? 'production' : 'development') },
};

const node = {
  ...shared,
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  // axios needs it for uploads only, and it brings 170 kB.
  alias: { 'form-data': './src/client/form-data.ts' },
};
const browser = {
  ...shared,
  platform: 'browser',
  format: 'iife',
  target: 'chrome128',
  loader: { '.svg': 'text' },
};

/** Bundles that ship in the extension. */
const shipped = [
  {
    ...node,
    format: 'esm',
    splitting: true,
    // Held in comments from here to the second step, which decides where they go.
    sourcemap: 'inline',
    entryPoints: ['src/extension.ts'],
    outdir: 'dist',
    chunkNames: 'chunks/[name]-[hash]',
    external: ['vscode'],
    // zod and axios look whether they are in a browser; the extension host writes an error into its log when they do.
    define: { ...shared.define, navigator: 'undefined' },
    write: false,
    plugins: [hostBundle(root, { production, target: node.target })],
  },
  { ...node, entryPoints: ['src/tracker/main.ts'], outfile: 'dist/tracker.js' },
  { ...node, entryPoints: ['src/tracker/runner/main.ts'], outfile: 'dist/runner.js' },
  {
    ...node,
    entryPoints: ['src/features/metrics/series-worker.ts'],
    outfile: 'dist/series-worker.js',
  },
  {
    ...node,
    entryPoints: ['src/features/console/search-worker.ts'],
    outfile: 'dist/search-worker.js',
  },
  ...panels().map((panel) => ({
    ...browser,
    entryPoints: [`webview-ui/${panel}/main.ts`],
    outfile: `dist/webview/${panel}.js`,
  })),
];

/** Command-line tools for people who work on or debug Trackside; never packaged. */
const tools = ['demo', 'fake', 'probe', 'start'].map((name) => ({
  ...node,
  minify: false,
  packages: 'external',
  entryPoints: [`scripts/${name}/main.ts`],
  outfile: `out/tools/${name}.js`,
}));

/** Bundles of pages and of what pages load later: each folder of webview-ui/ that has a main.ts. */
function panels() {
  const folder = path.join(root, 'webview-ui');
  return readdirSync(folder).filter((name) => existsSync(path.join(folder, name, 'main.ts')));
}

/** Each `*.test.ts` and each file named `main.ts` in test/ becomes one CommonJS bundle below out/. */
function tests() {
  const found = readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') || path.basename(name) === 'main.ts')
    .map((name) => path.posix.join('test', name.split(path.sep).join('/')));
  return found.length === 0
    ? []
    : [
        {
          ...node,
          minify: false,
          entryPoints: found,
          outdir: 'out/test',
          outbase: 'test',
          packages: 'external',
          external: ['vscode'],
        },
      ];
}

/** Removes bundles of tests that are gone, which would run for ever. */
function removeStaleTests() {
  const folder = path.join(root, 'out', 'test');
  const built = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
  for (const bundle of built.filter((name) => name.endsWith('.js'))) {
    if (!existsSync(path.join(root, 'test', bundle.replace(/\.js$/, '.ts')))) {
      rmSync(path.join(folder, bundle));
    }
  }
}

const present = (build) => build.entryPoints.every((file) => existsSync(path.join(root, file)));
const builds = [
  ...shipped,
  ...(flags.has('--tools') ? tools : []),
  ...(flags.has('--tests') ? tests() : []),
].filter(present);

if (flags.has('--tests')) {
  removeStaleTests();
}
if (production) {
  // Bundles of pages that are gone would be packaged.
  rmSync(path.join(root, 'dist', 'webview'), { recursive: true, force: true });
}
if (flags.has('--watch')) {
  const contexts = await Promise.all(builds.map((build) => esbuild.context(build)));
  await Promise.all(contexts.map((context) => context.watch()));
} else {
  const results = await Promise.allSettled(builds.map((build) => esbuild.build(build)));
  // esbuild has printed what is wrong.
  process.exitCode = results.some((result) => result.status === 'rejected') ? 1 : 0;
  const ships = results.slice(0, shipped.filter(present).length);
  const inputs = ships.flatMap(({ value }) => Object.keys(value?.metafile.inputs ?? {}));
  writeFileSync(path.join(root, 'dist', 'THIRD-PARTY.txt'), thirdPartyText(root, inputs));
}
