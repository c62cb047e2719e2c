/** The one taxonomy of everything that can go wrong between Trackside and a server. */
export const FAILURE_KINDS = [
  'unreachable',
  'tls',
  'unauthorized',
  'forbidden',
  'notFound',
  'invalid',
  'conflict',
  'rateLimited',
  'server',
  'malformed',
  'cancelled',
] as const;

export type FailureKind = (typeof FAILURE_KINDS)[number];

/** Machine-readable facts beside the sentence. Never holds a secret. */
export interface FailureDetail {
  /** HTTP status, when there was an answer. */
  readonly status?: number;
  /** The server's own code, such as ClearML's `400/110`. */
  readonly serverCode?: string;
  /** Milliseconds to wait before another try, when the server said so. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/**
 * A failure with a sentence for people and what to do next.
 * `message` is complete and redacted; it may be shown or logged as it is.
 */
export class TracksideError extends Error {
  override readonly name = 'TracksideError';

  constructor(
    readonly kind: FailureKind,
    message: string,
    readonly nextStep: string,
    readonly detail: FailureDetail = {},
  ) {
    super(message, { cause: detail.cause });
  }
}

/** Works across bundles, where `instanceof` does not. */
export function isTracksideError(value: unknown): value is TracksideError {
  return value instanceof Error && value.name === 'TracksideError' && 'kind' in value && 'nextStep' in value;
}

/** Any thrown value as a TracksideError; an abort becomes `cancelled`, anything unknown `server`. */
export function toTracksideError(value: unknown): TracksideError {
  if (isTracksideError(value)) {
    return value;
  }
  if (value instanceof Error && value.name === 'AbortError') {
    return new TracksideError('cancelled', 'Cancelled.', '', { cause: value });
  }
  const message = value instanceof Error ? value.message : String(value);
  return new TracksideError('server', message, 'See the Trackside log for details.', { cause: value });
}

/** True for a cancelled operation, which is never reported to anybody. */
export function isCancelled(value: unknown): boolean {
  return toTracksideError(value).kind === 'cancelled';
}
