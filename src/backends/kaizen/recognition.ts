import { noAuth } from '../../client/auth';
import { Redactor } from '../../client/redaction';
import { RequestRunner } from '../../client/request-runner';
import type { ServerTrust } from '../../client/server-trust';
import { HttpTransport } from '../../client/transport';
import { DisposableStore } from '../../core/disposable';
import { silentLogger } from '../../core/logger';
import { apiBase } from './api-base';
import { recognizeShape, type ServerShape } from './server-shape';

/** What a server at this address says of itself; undefined when it is no Kaizen Studio. Never throws. */
export async function shapeAt(
  url: string,
  signal: AbortSignal,
  trust?: ServerTrust,
): Promise<ServerShape | undefined> {
  const owned = new DisposableStore();
  try {
    const runner = owned.add(
      new RequestRunner({
        baseUrl: apiBase(url),
        auth: noAuth(),
        redactor: new Redactor(),
        logger: silentLogger,
        userAgent: 'Trackside',
        transport: owned.add(new HttpTransport(trust)),
      }),
    );
    return await recognizeShape(runner, signal);
  } catch {
    return undefined;
  } finally {
    owned.dispose();
  }
}
