import { TracksideError, toTracksideError } from '../core/errors';
import type { FileDownload } from '../core/task-output';
import { cancelled } from './abort';
import type { Headers } from './auth';
import { failureOfNetwork, failureOfStatus } from './failures';
import type { HttpTransport, StreamAnswer } from './transport';

const CONNECT_MS = 10_000;
const ANSWER_MS = 60_000;
/** A transfer that brings nothing for so long has ended without saying so. */
const IDLE_MS = 60_000;
const MAX_REDIRECTS = 5;

export interface FileRequest {
  readonly url: string;
  readonly userAgent: string;
  /** Headers that prove who asks, for addresses that may have them; nothing for all others. */
  readonly sign: (url: URL, signal: AbortSignal) => Promise<Headers>;
  readonly signal: AbortSignal;
}

/**
 * Opens a file on a web server for reading of any size. Follows redirects, each signed for its own address only.
 * Throws `unreachable`, `tls`, `unauthorized`, `notFound` and the like.
 */
export async function openFile(transport: HttpTransport, request: FileRequest): Promise<FileDownload> {
  let url = new URL(request.url);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const credentials = await request.sign(url, request.signal);
    const answer = await ask(transport, request, url, credentials);
    const location = answer.header('location');
    if (answer.status < 300) {
      return toDownload(answer, url, request.signal);
    }
    answer.body.destroy();
    if ((answer.status === 401 || answer.status === 403) && Object.keys(credentials).length === 0) {
      throw wantsOthers(url);
    }
    if (answer.status >= 400 || location === undefined) {
      throw failureOfStatus({ server: url.origin, call: 'the file', status: answer.status });
    }
    url = redirected(location, url);
  }
  throw new TracksideError(
    'malformed',
    `${url.origin} sends from one address to the next.`,
    'Try again later.',
  );
}

async function ask(
  transport: HttpTransport,
  { userAgent, signal }: FileRequest,
  url: URL,
  credentials: Headers,
): Promise<StreamAnswer> {
  return transport.open({
    call: 'the file',
    url: url.href,
    headers: { accept: '*/*', 'user-agent': userAgent, 'accept-encoding': 'identity', ...credentials },
    signal,
    connectMs: CONNECT_MS,
    answerMs: ANSWER_MS,
  });
}

/** Refused without having been shown anything: the connection's own credentials are not for this address. */
function wantsOthers({ origin }: URL): TracksideError {
  return new TracksideError(
    'forbidden',
    `${origin} wants credentials of its own for this file.`,
    'Open its address in a browser, or ask who keeps the files there.',
  );
}

function redirected(location: string, from: URL): URL {
  const to = new URL(location, from);
  const isWeb = to.protocol === 'https:' || to.protocol === 'http:';
  if (!isWeb || (from.protocol === 'https:' && to.protocol === 'http:')) {
    throw new TracksideError(
      'malformed',
      `${from.origin} sends on to an address that is not safe to follow.`,
      'Ask who runs the server.',
    );
  }
  return to;
}

function toDownload(answer: StreamAnswer, url: URL, signal: AbortSignal): FileDownload {
  const length = Number(answer.header('content-length'));
  const isKnown = answer.header('content-length') !== undefined && Number.isSafeInteger(length);
  return {
    ...(isKnown ? { sizeBytes: length } : {}),
    chunks: chunksOf(answer, url, signal, isKnown ? length : undefined),
  };
}

async function* chunksOf(
  { body }: StreamAnswer,
  url: URL,
  signal: AbortSignal,
  wantedBytes: number | undefined,
): AsyncGenerator<Uint8Array> {
  const stop = (): void => void body.destroy();
  signal.addEventListener('abort', stop, { once: true });
  const idle = setTimeout(() => body.destroy(new Error('Nothing came any more.')), IDLE_MS);
  let readBytes = 0;
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      idle.refresh();
      readBytes += chunk.byteLength;
      yield chunk;
    }
    if (wantedBytes !== undefined && readBytes < wantedBytes) {
      throw new Error('The file ended early.');
    }
  } catch (error) {
    throw signal.aborted ? cancelled() : failureOfNetwork(url.origin, systemError(error));
  } finally {
    clearTimeout(idle);
    signal.removeEventListener('abort', stop);
    body.destroy();
  }
}

function systemError(error: unknown): Error {
  const { message } = toTracksideError(error);
  return Object.assign(new Error(message), { code: 'ECONNRESET' });
}
