import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import { Busboy } from '@fastify/busboy';
import type { Logger } from '../../core/logger';
import { fileKey, type FileStore } from '../storage/file-store';
import type { Authentication } from './authentication';
import { ApiError } from '../api-error';
import { FILES_PATH } from '../../backends/clearml/client-variables-wire';

export interface FileHostDeps {
  readonly files: FileStore;
  readonly authentication: Authentication;
  readonly logger: Logger;
  nowMs(): number;
  onRequest(): void;
}

/**
 * The files host as ClearML's clients use it: an upload is a form whose field *names* are the destination paths, a
 * download is the path itself. Bytes are streamed; nothing is held in memory.
 */
export class FileHost {
  constructor(private readonly deps: FileHostDeps) {}

  /** The part of the target below the files host; undefined for any other target. */
  static pathOf(target: string): string | undefined {
    // Not through the URL class, which would resolve dots that belong to a name.
    const [raw = ''] = target.split('?', 1);
    return raw === FILES_PATH || raw.startsWith(`${FILES_PATH}/`) ? raw.slice(FILES_PATH.length) : undefined;
  }

  async answer(request: IncomingMessage, response: ServerResponse, rawPath: string): Promise<void> {
    try {
      this.deps.authentication.check(request.headers.authorization);
      this.deps.onRequest();
      await this.serve(request, response, rawPath);
    } catch (error) {
      this.refuse(request, response, error);
    }
  }

  private async serve(request: IncomingMessage, response: ServerResponse, rawPath: string): Promise<void> {
    switch (request.method) {
      case 'POST':
      case 'PUT':
        sendJson(response, await this.upload(request));
        return;
      case 'GET':
      case 'HEAD':
        await this.download(request, response, keyOf(rawPath));
        return;
      case 'DELETE':
        if (!this.deps.files.delete(keyOf(rawPath))) {
          throw notThere();
        }
        sendJson(response, []);
        return;
      default:
        throw new ApiError(405, 0, 'The files host takes POST, GET, HEAD and DELETE.');
    }
  }

  private async download(request: IncomingMessage, response: ServerResponse, key: string): Promise<void> {
    const file = this.deps.files.get(key);
    if (file === undefined) {
      throw notThere();
    }
    response.writeHead(200, {
      'content-type': 'application/octet-stream',
      'content-length': file.sizeBytes,
      // What a client uploaded is never a page of this origin.
      'content-disposition': 'attachment',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-cache',
    });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    await pipeline(createReadStream(file.diskPath), response);
  }

  /** Resolves with the stored paths once all of them are in place. */
  private async upload(request: IncomingMessage): Promise<string[]> {
    const type = request.headers['content-type'] ?? '';
    if (!type.startsWith('multipart/form-data')) {
      throw new ApiError(400, 0, 'An upload is a multipart form whose field names are the paths.');
    }
    const stored: Promise<string>[] = [];
    const form = new Busboy({
      headers: { ...request.headers, 'content-type': type },
      preservePath: true,
      limits: { fieldNameSize: 8_192, files: 1_000 },
    });
    form.on('file', (name: string, content: Readable) => {
      const storing = this.store(name, content);
      storing.catch(() => content.resume()); // told below; the rest of the form must still be read
      stored.push(storing);
    });
    await pipeline(request, form);
    return Promise.all(stored);
  }

  private async store(name: string, content: Readable): Promise<string> {
    const key = fileKey(name);
    if (key === undefined) {
      throw new ApiError(400, 0, 'The path of the file is empty, too long, or leads out of the store.');
    }
    const arrival = this.deps.files.newArrival();
    try {
      const target = createWriteStream(arrival, { mode: 0o600, flush: true });
      await pipeline(content, target);
      this.deps.files.put(key, arrival, target.bytesWritten, this.deps.nowMs());
      return `/${key}`;
    } catch (error) {
      await rm(arrival, { force: true });
      throw error;
    }
  }

  private refuse(request: IncomingMessage, response: ServerResponse, thrown: unknown): void {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const error = toApiError(thrown);
    if (error.code >= 500) {
      this.deps.logger.error('The files host failed.', thrown);
    }
    // What is left of an upload is not read: the connection is of no use any more.
    response.writeHead(error.code, { 'content-type': 'text/plain', connection: 'close' }).end(error.message);
    request.resume();
  }
}

function keyOf(rawPath: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(rawPath);
  } catch {
    throw new ApiError(400, 0, 'The path is not properly encoded.');
  }
  const key = fileKey(decoded);
  if (key === undefined) {
    throw notThere();
  }
  return key;
}

function notThere(): ApiError {
  return new ApiError(404, 0, 'There is no such file.');
}

function sendJson(response: ServerResponse, value: unknown): void {
  const bytes = Buffer.from(JSON.stringify(value));
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length }).end(bytes);
}

function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) {
    return thrown;
  }
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return new ApiError(500, 0, isFull ? 'The disk is full. Nothing of this file was stored.' : reason);
}
