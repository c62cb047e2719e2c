import * as z from 'zod';
import { noAuth } from '../../client/auth';
import { Redactor } from '../../client/redaction';
import { RequestRunner } from '../../client/request-runner';
import type { ServerTrust } from '../../client/server-trust';
import { HttpTransport } from '../../client/transport';
import { silentLogger } from '../../core/logger';
import { envelope } from './schema';

const TIMEOUTS = { connectMs: 5_000, wholeMs: 8_000 };
const MAX_ANSWER_BYTES = 262_144;

const pingData = z.object({ msg: z.string() });
/** `basic.enabled`: the server has users with passwords of its own. */
const modesData = z.object({ basic: z.object({ enabled: z.boolean() }) });

/** Whether ClearML's API answers at the address. Sends no credentials; never throws. */
export async function isClearMlApi(
  apiUrl: string,
  signal: AbortSignal,
  trust?: ServerTrust,
): Promise<boolean> {
  return (await askOpenly(apiUrl, 'debug.ping', pingData, signal, trust)) !== undefined;
}

/** Whether people sign in to this server with a user name and a password. Sends no credentials; never throws. */
export async function takesPasswords(
  apiUrl: string,
  signal: AbortSignal,
  trust?: ServerTrust,
): Promise<boolean> {
  const modes = await askOpenly(apiUrl, 'login.supported_modes', modesData, signal, trust);
  return modes?.basic.enabled === true;
}

async function askOpenly<T>(
  apiUrl: string,
  call: string,
  schema: z.ZodType<T>,
  signal: AbortSignal,
  trust: ServerTrust | undefined,
): Promise<T | undefined> {
  const redactor = new Redactor();
  const transport = new HttpTransport(trust);
  try {
    const runner = new RequestRunner({
      baseUrl: apiUrl.replace(/\/v\d+(\.\d+)?\/?$/, ''),
      auth: noAuth(),
      redactor,
      transport,
      logger: silentLogger,
      userAgent: 'Trackside',
      timeouts: TIMEOUTS,
      retry: { maxRetries: 0, firstPauseMs: 0, maxPauseMs: 0, maxRetryAfterMs: 0 },
      maxResponseBytes: MAX_ANSWER_BYTES,
    });
    const { json } = await runner.run({
      call,
      path: call,
      body: {},
      accept: 'json',
      isIdempotent: true,
      signal,
    });
    return schema.parse(envelope.parse(json).data);
  } catch {
    // Nobody there, somebody else, or an answer that says nothing: all the same to the caller.
    return undefined;
  } finally {
    transport.dispose();
  }
}
