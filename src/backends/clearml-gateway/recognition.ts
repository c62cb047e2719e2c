import { noAuth } from '../../client/auth';
import { Redactor } from '../../client/redaction';
import { RequestRunner } from '../../client/request-runner';
import type { ServerTrust } from '../../client/server-trust';
import { HttpTransport } from '../../client/transport';
import { silentLogger } from '../../core/logger';
import { NO_RETRY, RECOGNIZE_TIMEOUTS } from './gateway-limits';
import { welcome, WELCOME_WORDS } from './schema';

/** Whether the gateway's greeting is at this address. */
export async function recognizeGateway(
  url: string,
  signal: AbortSignal,
  trust?: ServerTrust,
): Promise<boolean> {
  const transport = new HttpTransport(trust);
  try {
    const runner = new RequestRunner({
      baseUrl: url,
      auth: noAuth(),
      redactor: new Redactor(),
      logger: silentLogger,
      userAgent: 'Trackside',
      transport,
      retry: NO_RETRY,
      timeouts: RECOGNIZE_TIMEOUTS,
    });
    const { json } = await runner.run({
      call: 'greeting',
      path: '',
      method: 'GET',
      accept: 'json',
      isIdempotent: true,
      signal,
    });
    const answer = welcome.safeParse(json);
    return answer.success && WELCOME_WORDS.test(answer.data.message);
  } catch {
    return false;
  } finally {
    transport.dispose();
  }
}
