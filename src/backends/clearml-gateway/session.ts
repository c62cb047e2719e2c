import type * as z from 'zod';
import { unlessAborted } from '../../client/abort';
import { headerAuth } from '../../client/auth';
import { failureOfShape, type FailureReading } from '../../client/failures';
import { Redactor } from '../../client/redaction';
import { RequestRunner } from '../../client/request-runner';
import { HttpTransport, type Timeouts } from '../../client/transport';
import { DisposableStore, type Disposable } from '../../core/disposable';
import type { BackendOptions } from '../backend-entry';
import { GATEWAY_TIMEOUTS, NO_RETRY } from './gateway-limits';
import { failure } from './schema';

export interface GatewayOptions extends Omit<BackendOptions, 'credentials'> {
  readonly timeouts?: Timeouts;
  /** `Name: value` for a proxy before the gateway, which itself asks for nothing; empty: none. */
  readonly proxyHeader?: () => Promise<string>;
  /** For lists of models and datasets. */
  readonly catalogTimeoutMs?: number;
  readonly taskListTimeoutMs?: number;
}

interface GatewayCall {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: object;
  readonly wholeTimeoutMs?: number | undefined;
}

/** Calls of one gateway, one after the other: each blocks the server for everybody else. */
export class GatewaySession implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly runner: RequestRunner;
  private last: Promise<unknown> = Promise.resolve();

  constructor(options: GatewayOptions) {
    const redactor = options.redactor ?? new Redactor();
    this.runner = this.owned.add(
      new RequestRunner({
        logger: options.logger,
        userAgent: options.userAgent,
        ...(options.onRequest === undefined ? {} : { onRequest: options.onRequest }),
        baseUrl: options.url,
        auth: headerAuth(options.proxyHeader ?? (() => Promise.resolve('')), redactor),
        redactor,
        transport: this.owned.add(new HttpTransport(options.trust)),
        retry: NO_RETRY,
        timeouts: options.timeouts ?? GATEWAY_TIMEOUTS,
        webPageHint: 'The gateway is at port 8500, or at /clearml-api of the CVAT server.',
        readFailure: readGatewayFailure,
      }),
    );
  }

  get server(): string {
    return this.runner.server;
  }

  /** A reading call; `path` has no leading slash and is already encoded. `wholeTimeoutMs`: absent for the usual one. */
  get<T>(path: string, schema: z.ZodType<T>, signal: AbortSignal, wholeTimeoutMs?: number): Promise<T> {
    return this.send({ method: 'GET', path, wholeTimeoutMs }, schema, signal);
  }

  /** Sent once, whatever comes back. */
  post<T>(path: string, body: object, schema: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    return this.send({ method: 'POST', path, body }, schema, signal);
  }

  dispose(): void {
    this.owned.dispose();
  }

  private async send<T>(
    { method, path, body, wholeTimeoutMs }: GatewayCall,
    schema: z.ZodType<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const call = `${method} /${path}`;
    const { json } = await this.inTurn(signal, () =>
      this.runner.run({
        call,
        path,
        method,
        accept: 'json',
        isIdempotent: method === 'GET',
        signal,
        ...(body === undefined ? {} : { body }),
        ...(wholeTimeoutMs === undefined ? {} : { wholeTimeoutMs }),
      }),
    );
    const answer = schema.safeParse(json);
    if (!answer.success) {
      const [issue] = answer.error.issues;
      throw failureOfShape(this.server, call, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
    }
    return answer.data;
  }

  private inTurn<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(() => {
      signal.throwIfAborted();
      return work();
    });
    this.last = turn.catch(() => undefined);
    return unlessAborted(turn, signal);
  }
}

/** `{"detail": "Failed to …"}`; the list form of a 422 is not for people. */
function readGatewayFailure(_status: number, json: unknown): FailureReading | undefined {
  const parsed = failure.safeParse(json);
  if (!parsed.success || typeof parsed.data.detail !== 'string') {
    return undefined;
  }
  const reason = parsed.data.detail;
  return /could not be found|task not found/i.test(reason) ? { reason, kind: 'notFound' } : { reason };
}
