import { noAuth } from '../../client/auth';
import { Redactor } from '../../client/redaction';
import { RequestRunner } from '../../client/request-runner';
import type { ServerTrust } from '../../client/server-trust';
import { HttpTransport } from '../../client/transport';
import { DisposableStore } from '../../core/disposable';
import { silentLogger } from '../../core/logger';
import { apiAnswer, type WireApi } from './wire';

/** Whether an AI Manager answers at the address. Sends no credentials; never throws. */
export async function recognizeAiManager(
  url: string,
  signal: AbortSignal,
  trust?: ServerTrust,
): Promise<boolean> {
  return (await apiAt(url, signal, trust)) !== undefined;
}

/** Whether people can make accounts there themselves. Sends no credentials; never throws. */
export async function takesRegistrations(
  url: string,
  signal: AbortSignal,
  trust?: ServerTrust,
): Promise<boolean> {
  return (await apiAt(url, signal, trust))?.paths?.['/auth/register'] !== undefined;
}

/** The server's description of itself, which it shows to everybody; `/health` says nothing that others do not. */
async function apiAt(
  url: string,
  signal: AbortSignal,
  trust: ServerTrust | undefined,
): Promise<WireApi | undefined> {
  const owned = new DisposableStore();
  try {
    const runner = owned.add(
      new RequestRunner({
        baseUrl: url,
        auth: noAuth(),
        redactor: new Redactor(),
        logger: silentLogger,
        userAgent: 'Trackside',
        transport: owned.add(new HttpTransport(trust)),
      }),
    );
    const { json } = await runner.run({
      call: 'GET /openapi.json',
      path: 'openapi.json',
      method: 'GET',
      accept: 'json',
      isIdempotent: false,
      signal,
    });
    const answer = apiAnswer.safeParse(json);
    return answer.success && /\bAI Manager\b/i.test(answer.data.info.title) ? answer.data : undefined;
  } catch {
    return undefined;
  } finally {
    owned.dispose();
  }
}
