import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';

/** How a tracker process is to run. */
export const processOptions = z.object({
  dataDir: z.string().min(1),
  /** 0: the port of the last time if it is free, else any. */
  port: z.number().int().min(0).max(65_535).default(0),
  accessKey: z.string().min(1),
  secretKey: z.string().min(1),
  version: z.string().default('0.0.0'),
  /** Ends itself after this long without a client, a request or a run; absent: never. */
  idleMs: z.number().int().min(1).optional(),
  /** Runs the `default` queue on this machine. */
  hasWorker: z.boolean().default(true),
});
export type ProcessOptions = z.output<typeof processOptions>;

/** Sent by who starts the process, as JSON on its standard input: secrets belong in no argument list. */
export type ProcessOptionsInput = z.input<typeof processOptions>;

/** Options of `tracker --standalone`: `--data DIR [--port N] [--no-worker]`. Throws with a sentence for wrong ones. */
export function standaloneOptions(args: readonly string[], environment: NodeJS.ProcessEnv): ProcessOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      standalone: { type: 'boolean' },
      data: { type: 'string' },
      port: { type: 'string' },
      stay: { type: 'boolean' },
      'no-worker': { type: 'boolean' },
    },
  });
  if (values.data === undefined || values.data === '') {
    throw new Error('Say where the data goes: --data DIR.');
  }
  const port = Number(values.port ?? '0');
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`--port ${values.port ?? ''} is not a port: give a number from 0 to 65535.`);
  }
  return processOptions.parse({
    dataDir: path.resolve(values.data),
    port,
    accessKey: environment['CLEARML_API_ACCESS_KEY'] ?? randomBytes(15).toString('hex').toUpperCase(),
    secretKey: environment['CLEARML_API_SECRET_KEY'] ?? randomBytes(32).toString('base64url'),
    hasWorker: values['no-worker'] !== true,
  });
}
