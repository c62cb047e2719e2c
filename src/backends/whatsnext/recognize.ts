import type { ServerTrust } from '../../client/server-trust';
import { silentLogger } from '../../core/logger';
import { databaseCheck } from './schema';
import { WhatsNextSession } from './session';

const QUICK = { connectMs: 5_000, wholeMs: 8_000 };
const ONCE = { maxRetries: 0, firstPauseMs: 0, maxPauseMs: 0, maxRetryAfterMs: 0 };

/** `/checkdb` is open to everybody and answered by no other server in this way. */
export async function isWhatsNext(url: string, signal: AbortSignal, trust?: ServerTrust): Promise<boolean> {
  let session: WhatsNextSession | undefined;
  try {
    session = new WhatsNextSession({
      url,
      apiKey: () => Promise.resolve(''),
      logger: silentLogger,
      userAgent: 'Trackside',
      timeouts: QUICK,
      retry: ONCE,
      ...(trust === undefined ? {} : { trust }),
    });
    await session.get('checkdb', {}, databaseCheck, signal);
    return true;
  } catch {
    return false;
  } finally {
    session?.dispose();
  }
}
