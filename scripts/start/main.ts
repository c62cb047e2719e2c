import path from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { themeSchema } from '../editor/editor-settings';
import { SentenceError } from '../editor/sentence-error';
import { repositoryRoot } from '../editor/toolchain';
import { startDesktop } from './desktop';
import { startInBrowser } from './in-browser';
import type { StartOptions } from './start-options';

const toolchainSchema = z.object({ node: z.string(), codeServer: z.string().optional() });

/** Runs the editor until it ends or Ctrl-C. Resolves to the exit code; failures reject with a sentence. */
export async function start(argv: readonly string[], toolchain: unknown): Promise<number> {
  const { isDesktop, options } = readOptions(argv);
  if (isDesktop) {
    return startDesktop(options);
  }
  const { node, codeServer } = toolchainSchema.parse(toolchain);
  if (codeServer === undefined) {
    throw new SentenceError('The editor is missing: run `node scripts/bootstrap.mjs`.');
  }
  return startInBrowser(options, { node, codeServer });
}

function readOptions(argv: readonly string[]): { isDesktop: boolean; options: StartOptions } {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      open: { type: 'boolean', default: false },
      port: { type: 'string' },
      theme: { type: 'string' },
      desktop: { type: 'boolean', default: false },
    },
  });
  const port = z.coerce.number().int().min(0).max(65_535).optional().safeParse(values.port);
  if (!port.success) {
    throw new SentenceError(`--port takes a number from 0 to 65535, not "${values.port ?? ''}".`);
  }
  const theme = themeSchema.optional().safeParse(values.theme);
  if (!theme.success) {
    throw new SentenceError(`--theme takes dark, light or hc, not "${values.theme ?? ''}".`);
  }
  const workspace = path.resolve(positionals[0] ?? path.join(repositoryRoot(), 'examples'));
  return {
    isDesktop: values.desktop,
    options: { opensBrowser: values.open, port: port.data, theme: theme.data, workspace },
  };
}
