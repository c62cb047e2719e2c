import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { SentenceError } from '../../../scripts/editor/sentence-error';
import { repositoryRoot } from '../../../scripts/editor/toolchain';

/** The package that `npm run package` made of this version; throws a sentence when there is none. */
export function newestVsix(): string {
  const root = repositoryRoot();
  const manifest = z
    .object({ name: z.string(), version: z.string() })
    .parse(JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')));
  const vsix = path.join(root, `${manifest.name}-${manifest.version}.vsix`);
  if (!existsSync(vsix)) {
    throw new SentenceError(`${vsix} is missing: run \`npm run package\` first.`);
  }
  return vsix;
}
