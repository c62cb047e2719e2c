import type * as z from 'zod';
import { unlessAborted } from '../../client/abort';
import { headerAuth } from '../../client/auth';
import { failureOfShape, isTimeOut, type FailureReading } from '../../client/failures';
import { Redactor } from '../../client/redaction';
import { RequestRunner } from '../../client/request-runner';
import { HttpTransport, type Timeouts } from '../../client/transport';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { TracksideError } from '../../core/errors';
import type { BackendOptions } from '../backend-entry';
import { AWAKE_FOR_MS, GATEWAY_TIMEOUTS, NO_RETRY } from './gateway-limits';
import { failure, health } from './schema';

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

/** A call was not answered in time; those that waited for their turn then need not find out one by one. */
interface Silence {
  readonly error: TracksideError;
  /** How many calls had been asked for by then. */
  readonly askedCount: number;
}

/** Calls of one gateway, one after the other: each blocks the server for everybody else. */
export class GatewaySession implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly runner: RequestRunner;
  private last: Promise<unknown> = Promise.resolve();
  private askedCount = 0;
  private silence: Silence | undefined;
  private toldAt = Number.NEGATIVE_INFINITY;

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

  /** Rejects when ClearML is away, sooner than a call that may take long would; asks only after a pause. */
  async awake(signal: AbortSignal): Promise<void> {
    if (performance.now() - this.toldAt > AWAKE_FOR_MS) {
      await this.get('health', health, signal);
    }
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
    this.toldAt = path === '' ? this.toldAt : performance.now();
    return answer.data;
  }

  private inTurn<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    this.askedCount += 1;
    const place = this.askedCount;
    const turn = this.last.then(() => {
      signal.throwIfAborted();
      if (this.silence !== undefined && place <= this.silence.askedCount) {
        throw this.silence.error;
      }
      return this.heard(work);
    });
    this.last = turn.catch(() => undefined);
    return unlessAborted(turn, signal);
  }

  private async heard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      if (!isTimeOut(thrown)) {
        throw thrown;
      }
      const error = new TracksideError(
        'unreachable',
        `${thrown.message} It answers nobody while ClearML is away.`,
        'Refresh later, or connect to ClearML directly.',
      );
      this.silence = { error, askedCount: this.askedCount };
      throw error;
    }
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
