import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { SentenceError } from './sentence-error';

const toolchainSchema = z.object({ node: z.string(), codeServer: z.string(), chromium: z.string() });

/** Absolute paths of what `node scripts/bootstrap.mjs` installed. */
export type Toolchain = z.infer<typeof toolchainSchema>;

/** The repository: the nearest folder above this bundle, else above the working directory, that is Trackside's. */
export function repositoryRoot(): string {
  const found = [__dirname, process.cwd()].map(rootAbove).find((folder) => folder !== undefined);
  if (found === undefined) {
    throw new SentenceError(
      'Run this inside the Trackside repository: no package.json of it was found above.',
    );
  }
  return found;
}

function rootAbove(start: string): string | undefined {
  for (let folder = start; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'esbuild.mjs')) && existsSync(path.join(folder, 'package.json'))) {
      return folder;
    }
    if (folder === path.dirname(folder)) {
      return undefined;
    }
  }
}

/** `TRACKSIDE_CACHE` when it is set, else `.cache` in the repository. */
export function cacheFolder(): string {
  return path.resolve(process.env['TRACKSIDE_CACHE'] ?? path.join(repositoryRoot(), '.cache'));
}

/** Reads what the bootstrap wrote; throws a sentence naming the cure when it has not run. */
export function readToolchain(): Toolchain {
  const file = path.join(cacheFolder(), 'toolchain.json');
  if (!existsSync(file)) {
    throw new SentenceError(`${file} is missing: run \`node scripts/bootstrap.mjs\` first.`);
  }
  return toolchainSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}
