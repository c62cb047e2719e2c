import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Headers } from '../../client/auth';
import { openFile } from '../../client/file-download';
import { TracksideError } from '../../core/errors';
import type { FileDownload } from '../../core/task-output';
import type { ClearMlSession } from './session';

/**
 * A file that a task wrote. The token goes to the server itself and to its files host only: an address in a task is
 * anybody's text.
 */
export async function openTaskFile(
  session: ClearMlSession,
  uri: string,
  signal: AbortSignal,
): Promise<FileDownload> {
  const url = parse(uri);
  switch (url.protocol) {
    case 'http:':
    case 'https:':
      return openFile(session.transport, {
        url: url.href,
        userAgent: session.userAgent,
        signal,
        sign: async (address) => signFor(session, address, signal),
      });
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

async function signFor(session: ClearMlSession, address: URL, signal: AbortSignal): Promise<Headers> {
  return isFilesHostOf(new URL(session.apiUrl), address) ? session.authHeaders(signal) : {};
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
