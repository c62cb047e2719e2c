import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Headers } from '../../client/auth';
import { openFile } from '../../client/file-download';
import { isTracksideError, TracksideError } from '../../core/errors';
import type { FileDownload } from '../../core/task-output';
import type { KeyPair } from '../backend-entry';
import type { ClearMlSession } from './session';
import { baseAddress, maySeeToken } from './web-url';

/**
 * A file that a task wrote. The token goes to the server itself and to its files host only: an address in a task is
 * anybody's text.
 */
export async function openTaskFile(
  session: ClearMlSession,
  uri: string,
  signal: AbortSignal,
  { mayAsk }: { readonly mayAsk: boolean } = { mayAsk: false },
): Promise<FileDownload> {
  const url = parse(uri);
  switch (url.protocol) {
    case 'http:':
    case 'https:':
      return openWeb(session, url, signal, mayAsk);
    case 'file:':
      return openLocal(url);
    default:
      throw new TracksideError(
        'invalid',
        `Trackside has no access to ${url.protocol}// storage.`,
        'Copy the address and fetch the file with the tool of that storage.',
      );
  }
}

function parse(uri: string): URL {
  try {
    return new URL(uri);
  } catch {
    throw new TracksideError(
      'invalid',
      'The address of the file is not one.',
      'Copy it to see what it says.',
    );
  }
}

/** A host that refuses is asked again with its own keys, when the person may be asked for them; those are kept then. */
async function openWeb(
  session: ClearMlSession,
  url: URL,
  signal: AbortSignal,
  mayAsk: boolean,
): Promise<FileDownload> {
  let asked = url;
  const open = (given?: Given): Promise<FileDownload> =>
    openFile(session.transport, {
      url: url.href,
      userAgent: session.userAgent,
      signal,
      sign: async (address) => {
        asked = address;
        return given?.origin === address.origin ? basic(given.pair) : signFor(session, address, signal);
      },
    });
  try {
    return await open();
  } catch (error) {
    const { origin } = asked;
    if (!isRefusal(error) || origin === new URL(session.apiUrl).origin) {
      throw error;
    }
    const pair = mayAsk ? await session.hostKeys?.ask(origin) : undefined;
    if (pair === undefined) {
      throw wantsKeys(origin, error, session.hostKeys !== undefined && !mayAsk);
    }
    const file = await open({ origin, pair }).catch((second: unknown) => {
      throw isRefusal(second) ? wantsKeys(asked.origin, second, false) : second;
    });
    await session.hostKeys?.keep(origin, pair);
    return file;
  }
}

interface Given {
  readonly origin: string;
  readonly pair: KeyPair;
}

function isRefusal(error: unknown): error is TracksideError {
  return isTracksideError(error) && (error.kind === 'unauthorized' || error.kind === 'forbidden');
}

function wantsKeys(origin: string, { detail }: TracksideError, canBeGiven: boolean): TracksideError {
  return new TracksideError(
    'unauthorized',
    `${origin} does not give this file: it wants other keys than the server's.`,
    canBeGiven
      ? 'Save the file: Trackside asks for the keys of this host then.'
      : 'Try again with the keys of this host, or copy the address.',
    detail,
  );
}

function basic({ user, password }: KeyPair): Headers {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

/**
 * Keys that were given for an origin go there; the server's token goes to the server and its own files host: the one
 * that a person gave, or the one that ClearML's rules lead to.
 */
async function signFor(session: ClearMlSession, address: URL, signal: AbortSignal): Promise<Headers> {
  const api = new URL(session.apiUrl);
  const pair = address.origin === api.origin ? undefined : await session.hostKeys?.find(address.origin);
  if (pair !== undefined) {
    return basic(pair);
  }
  const { filesUrl = '' } = await session.hosts();
  const given = baseAddress(filesUrl);
  const isOurs =
    given === undefined || address.origin === api.origin
      ? isFilesHostOf(api, address)
      : maySeeToken(api, given) && isBelow(given, address);
  return isOurs ? session.authHeaders(signal) : {};
}

function isBelow(base: string, { origin, pathname }: URL): boolean {
  return `${origin}${pathname}/`.startsWith(`${base}/`);
}

/**
 * By the rules that ClearML's own clients use: the API's host with `api.` changed to `files.`, or the same host with
 * port 8008 changed to 8081 (30008 to 30081), or the API's own origin. Never without encryption where the API has it.
 */
export function isFilesHostOf(api: URL, address: URL): boolean {
  if (address.protocol !== api.protocol) {
    return false;
  }
  const host = api.hostname.replace(/^(demo)?api\./, '$1files.');
  const port = { '8008': '8081', '30008': '30081' }[api.port] ?? api.port;
  return address.origin === api.origin || (address.hostname === host && address.port === port);
}

async function openLocal(url: URL): Promise<FileDownload> {
  try {
    const path = fileURLToPath(url);
    const { size, isFile } = await stat(path).then((facts) => ({ size: facts.size, isFile: facts.isFile() }));
    if (!isFile) {
      throw new Error('not a file');
    }
    return { sizeBytes: size, chunks: createReadStream(path) };
  } catch {
    throw new TracksideError(
      'notFound',
      'The file is not on this machine.',
      'It was written to a disk of the machine that ran the task; fetch it from there.',
    );
  }
}
