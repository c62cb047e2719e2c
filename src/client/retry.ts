import type { EpochMs } from '../core/entities';
import { isTracksideError, type TracksideError } from '../core/errors';

export interface RetryPolicy {
  /** Tries after the first one. */
  readonly maxRetries: number;
  /** Upper bound of the first pause; doubles with every try. */
  readonly firstPauseMs: number;
  readonly maxPauseMs: number;
  /** A server that asks for a longer pause than this is not waited for; the caller learns how long. */
  readonly maxRetryAfterMs: number;
}

export const defaultRetryPolicy: RetryPolicy = {
  maxRetries: 3,
  firstPauseMs: 300,
  maxPauseMs: 8_000,
  maxRetryAfterMs: 30_000,
};

const TRANSIENT_STATUSES: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const TRANSIENT_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'EAI_AGAIN',
  'ENETDOWN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_SOCKET',
]);

/** True for failures that may be gone in a moment. Time-outs are not: they have cost enough already. */
export function isTransient(error: TracksideError): boolean {
  if (error.kind === 'unreachable') {
    return TRANSIENT_CODES.has(systemCode(error.detail.cause) ?? '');
  }
  return error.detail.status !== undefined && TRANSIENT_STATUSES.has(error.detail.status);
}

/** Node's error code of a thrown value or of what caused it. */
export function systemCode(error: unknown): string | undefined {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    if ('code' in cause && typeof cause.code === 'string' && !cause.code.startsWith('ERR_BAD_')) {
      return cause.code;
    }
  }
  return undefined;
}

/**
 * How long to pause before try number `retry` (1 = first repetition), or undefined to give up: exponential with
 * full jitter, never shorter than the server's `Retry-After`. `random` is in [0, 1).
 */
export function pauseBefore(
  retry: number,
  error: unknown,
  policy: RetryPolicy,
  random: number,
): number | undefined {
  if (retry > policy.maxRetries || !isTracksideError(error) || !isTransient(error)) {
    return undefined;
  }
  const askedMs = error.detail.retryAfterMs ?? 0;
  if (askedMs > policy.maxRetryAfterMs) {
    return undefined;
  }
  const capMs = Math.min(policy.maxPauseMs, policy.firstPauseMs * 2 ** (retry - 1));
  return Math.max(askedMs, Math.round(capMs * (0.5 + random / 2)));
}

/** `Retry-After` in either of its two forms, as a pause from now; undefined when absent or not understood. */
export function retryAfterMs(header: string | undefined, now: EpochMs): number | undefined {
  const text = header?.trim() ?? '';
  if (text === '') {
    return undefined;
  }
  if (/^\d{1,9}(\.\d{1,3})?$/.test(text)) {
    return Math.ceil(Number(text) * 1000);
  }
  const at = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
