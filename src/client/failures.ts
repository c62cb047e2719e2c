import { isTracksideError, TracksideError, type FailureKind } from '../core/errors';
import { systemCode } from './retry';

/** What a backend reads out of an error answer of its server. */
export interface FailureReading {
  /** The server's own words. */
  readonly reason?: string;
  /** The server's own code, such as `400/110`. */
  readonly serverCode?: string;
  /** When the status alone says too little. */
  readonly kind?: FailureKind;
  /** A whole sentence instead of the usual one. */
  readonly message?: string;
  readonly nextStep?: string;
}

export interface StatusFailure {
  /** Address of the server for the sentence, without path and secrets. */
  readonly server: string;
  /** What was asked, such as `tasks.stop`. */
  readonly call: string;
  readonly status: number;
  readonly retryAfterMs?: number;
  readonly reading?: FailureReading;
}

const NEXT_STEP: Readonly<Record<FailureKind, string>> = {
  unreachable: 'Check that the server runs and that this machine can reach it.',
  tls: 'Check the address and the certificate of the server.',
  unauthorized: 'Check the credentials of this connection.',
  forbidden: 'Ask for the right to do this on the server.',
  notFound: 'Refresh: it may have been deleted, or this server does not offer it.',
  invalid: 'Change what was asked and try again.',
  conflict: 'Refresh and look at the state it is in now.',
  rateLimited: 'Wait a moment; Trackside will ask again.',
  server: "Try again; if it stays, look at the server's own log.",
  malformed: 'Check that the address is that of the API and not of a web page.',
  cancelled: '',
};

/** What to do about a failure of this kind, where nothing better is known. */
export function nextStepOf(kind: FailureKind): string {
  return NEXT_STEP[kind];
}

/** The usual kind of an HTTP status of 300 and above. */
export function kindOfStatus(status: number): FailureKind {
  const known: Readonly<Record<number, FailureKind>> = {
    401: 'unauthorized',
    403: 'forbidden',
    404: 'notFound',
    409: 'conflict',
    410: 'notFound',
    429: 'rateLimited',
  };
  return known[status] ?? (status >= 500 ? 'server' : status >= 400 ? 'invalid' : 'malformed');
}

export function failureOfStatus(failure: StatusFailure): TracksideError {
  const { reading = {}, status } = failure;
  const kind = reading.kind ?? kindOfStatus(status);
  return new TracksideError(
    kind,
    reading.message ?? sentence(failure, kind),
    reading.nextStep ?? NEXT_STEP[kind],
    {
      status,
      ...(reading.serverCode === undefined ? {} : { serverCode: reading.serverCode }),
      ...(failure.retryAfterMs === undefined ? {} : { retryAfterMs: failure.retryAfterMs }),
    },
  );
}

function sentence({ server, call, status, retryAfterMs, reading }: StatusFailure, kind: FailureKind): string {
  const reason = reading?.reason === undefined ? '' : `: ${reading.reason.replace(/[.\s]+$/, '')}`;
  switch (kind) {
    case 'unauthorized':
      return `${server} does not accept the credentials${reason}.`;
    case 'forbidden':
      return `${server} does not allow ${call}${reason}.`;
    case 'notFound':
      return `${server} does not know ${call}${reason}.`;
    case 'rateLimited':
      return retryAfterMs === undefined
        ? `${server} is being asked too often.`
        : `${server} is being asked too often and wants a pause of ${Math.ceil(retryAfterMs / 1000)} s.`;
    case 'server':
      return `${server} failed at ${call} (status ${status})${reason}.`;
    default:
      return `${server} refused ${call}${reason === '' ? ` (status ${status})` : reason}.`;
  }
}

const TLS_CODE =
  /^(ERR_TLS_|ERR_SSL_|CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO)/;

const TLS_REASONS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate chain is self-signed',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate cannot be verified on this machine',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the issuer of its certificate is not known on this machine',
};

const UNREACHABLE_REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  ECONNABORTED: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'its name cannot be looked up now',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no network to it',
  ETIMEDOUT: 'it did not answer the connection in time',
  HPE_INVALID_CONSTANT: 'what answers there does not speak HTTP',
};

/** No complete HTTP answer came. */
export function failureOfNetwork(server: string, error: unknown): TracksideError {
  const code = systemCode(error) ?? '';
  if (TLS_CODE.test(code)) {
    const isPlain = code === 'EPROTO' || code.startsWith('ERR_SSL_');
    return new TracksideError(
      'tls',
      `No secure connection to ${server}: ${TLS_REASONS[code] ?? (isPlain ? 'it does not speak TLS' : code)}.`,
      isPlain ? 'Check whether the address should begin with http:// instead of https://.' : NEXT_STEP.tls,
      { cause: error },
    );
  }
  const reason = UNREACHABLE_REASONS[code] ?? (code === '' ? 'the connection failed' : code);
  return new TracksideError('unreachable', `${server} cannot be reached: ${reason}.`, NEXT_STEP.unreachable, {
    cause: error,
  });
}

export function failureOfTimeout(server: string, call: string, timeoutMs: number): TracksideError {
  return new TracksideError(
    'unreachable',
    `${server} did not answer ${call} within ${Math.round(timeoutMs / 100) / 10} s.`,
    'Check that the server is not overloaded, then try again.',
  );
}

/** What the network refuses has a cause, a time-out has none. */
export function isTimeOut(error: unknown): error is TracksideError {
  return isTracksideError(error) && error.kind === 'unreachable' && error.detail.cause === undefined;
}

export function failureOfSize(server: string, call: string, limitBytes: number): TracksideError {
  return new TracksideError(
    'malformed',
    `${server} answered ${call} with more than ${Math.floor(limitBytes / 1_048_576)} MiB.`,
    'Ask for less, or look at it in the web page of the server.',
  );
}

export function failureOfWebPage(server: string, hint: string | undefined): TracksideError {
  return new TracksideError(
    'malformed',
    `${server} answered with a web page instead of data.`,
    hint ?? NEXT_STEP.malformed,
  );
}

export function failureOfJson(server: string, call: string, cause: unknown): TracksideError {
  return new TracksideError(
    'malformed',
    `${server} answered ${call} with JSON that is incomplete or broken.`,
    'Try again; if it stays, something between here and the server changes its answers.',
    { cause },
  );
}

/** The answer is JSON, but not what this call must contain. `what` names the first thing that is wrong. */
export function failureOfShape(server: string, call: string, what: string): TracksideError {
  return new TracksideError(
    'malformed',
    `${server} answered ${call} with something unexpected: ${what}.`,
    'Check that it is a server of this kind and of a version that Trackside knows.',
  );
}

export function failureOfRedirect(server: string, target: string | undefined): TracksideError {
  return new TracksideError(
    'malformed',
    `${server} sends requests on to ${target ?? 'another address'}; credentials are never sent along.`,
    target === undefined ? NEXT_STEP.malformed : `Use ${target} as the address of this connection.`,
  );
}
