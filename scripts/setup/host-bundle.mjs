// The second step of the extension's own bundle: the pieces that esbuild split become CommonJS files.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as esbuild from 'esbuild';

const SPLIT = 'split';
const EAGER = 'eager';

/**
 * Writes split ES modules as CommonJS, which the extension host loads; esbuild itself splits ES modules only. All that
 * activation needs becomes one file, since opening a file costs the host more than the code in it; what stands behind an
 * `import()` becomes files that are read and compiled only then. Modules that both use exist once, in the first.
 */
export function hostBundle(rootFolder, options) {
  const dist = path.join(rootFolder, 'dist');
  return {
    name: 'host-bundle',
    setup(build) {
      build.onEnd(async ({ outputFiles = [], metafile }) => {
        if (outputFiles.length === 0 || metafile === undefined) {
          return;
        }
        // While developing, an editor may still run the build before and load pieces of it.
        if (options.production) {
          rmSync(path.join(dist, 'chunks'), { recursive: true, force: true });
        }
        mkdirSync(path.join(dist, 'chunks'), { recursive: true });
        const texts = new Map(outputFiles.map(({ path: file, text }) => [file, withPlainEditor(text)]));
        const entry = path.join(dist, 'extension.js');
        const eager = new Map(
          [...loadedAtOnce(metafile.outputs, 'dist/extension.js')].map((file, at) => [
            path.join(rootFolder, file),
            `piece${at}`,
          ]),
        );
        const pieces = { entry, eager, texts, options };
        await Promise.all([writeEager(pieces), writeLate(pieces)]);
      });
    },
  };
}

/**
 * An import of all of `vscode` as the object itself. esbuild would copy its several hundred properties for each module
 * that imports it, which takes longer than all else that a module does when it is loaded.
 */
function withPlainEditor(text) {
  const plain = text.replace(
    /\bimport\s*\*\s*as\s+([\w$]+)\s+from\s*"vscode";/gu,
    'const $1 = require("vscode");',
  );
  if (/\bfrom\s*"vscode"/u.test(plain)) {
    throw new Error("Import vscode as a whole: import * as vscode from 'vscode'.");
  }
  return plain;
}

/** The file and everything it imports before it runs, by paths below the root. */
function loadedAtOnce(outputs, file, found = new Set()) {
  if (!found.has(file)) {
    found.add(file);
    const imports = outputs[file].imports.filter(
      ({ kind, external }) => kind === 'import-statement' && !external,
    );
    imports.forEach((each) => loadedAtOnce(outputs, each.path, found));
  }
  return found;
}

/** Exports what the entry exports, and each piece under the name that late files ask for. */
async function writeEager({ entry, eager, texts, options }) {
  const contents = [...eager]
    .map(([file, name]) => `export * ${file === entry ? '' : `as ${name} `}from ${JSON.stringify(file)};`)
    .join('\n');
  await write(options, {
    stdin: { contents, resolveDir: path.dirname(entry) },
    outfile: entry,
    plugins: [splitTexts(path.dirname(entry), texts, (file) => (eager.has(file) ? SPLIT : undefined))],
  });
}

/** Files that an `import()` reads; what the first file has is taken from there. */
async function writeLate({ entry, eager, texts, options }) {
  const outdir = path.join(path.dirname(entry), 'chunks');
  const own = JSON.stringify(relativePath(outdir, entry));
  const eagerPieces = {
    name: 'eager-pieces',
    setup(build) {
      build.onLoad({ filter: /.*/, namespace: EAGER }, ({ path: piece }) => ({
        contents: `module.exports = require(${own}).${eager.get(piece)};`,
      }));
    },
  };
  await write(options, {
    entryPoints: [...texts.keys()].filter((file) => !eager.has(file)),
    outdir,
    plugins: [splitTexts(outdir, texts, (file) => (eager.has(file) ? EAGER : undefined)), eagerPieces],
  });
}

/** Reads pieces from memory. `placeOf` says where an imported piece is; without a place it stays a `require`. */
function splitTexts(outdir, texts, placeOf) {
  return {
    name: 'split-texts',
    setup(build) {
      build.onResolve({ filter: /.*/ }, ({ path: wanted, kind, resolveDir, namespace }) => {
        const file = path.resolve(resolveDir, wanted);
        if (kind === 'entry-point') {
          return { path: file, namespace: SPLIT };
        }
        if (namespace === EAGER || !texts.has(file)) {
          return { path: wanted, external: true };
        }
        const place = kind === 'dynamic-import' ? undefined : placeOf(file);
        return place === undefined
          ? { path: relativePath(outdir, file), external: true }
          : { path: file, namespace: place };
      });
      build.onLoad({ filter: /.*/, namespace: SPLIT }, ({ path: file }) => ({
        contents: texts.get(file),
        resolveDir: path.dirname(file),
      }));
    },
  };
}

function relativePath(folder, file) {
  return `./${path.relative(folder, file).split(path.sep).join('/')}`;
}

async function write({ production, target }, build) {
  const { outputFiles } = await esbuild.build({
    ...build,
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target,
    supported: { 'dynamic-import': false },
    minify: production,
    sourcemap: production ? 'external' : 'linked',
    logLevel: 'warning',
  });
  outputFiles.forEach(({ path: file, contents }) => writeFileSync(file, contents));
}
