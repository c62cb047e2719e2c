import type { IncomingMessage } from 'node:http';
import { ApiError } from '../api-error';
import { isObject, type JsonObject } from '../json';

/** Larger bodies are refused. The SDK cuts its batches at 15 MiB. */
export const LARGEST_BODY_BYTES = 32 * 1024 * 1024;
/** A refused body is read to its end up to here, so that the client gets to see the refusal. */
const LARGEST_DRAINED_BYTES = 256 * 1024 * 1024;

/** Reads the whole body, of any verb. Throws 413/0 when it is too large and a plain error when the client went away. */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > LARGEST_DRAINED_BYTES) {
    return Promise.reject(tooLarge());
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= LARGEST_BODY_BYTES) {
        chunks.push(chunk);
      } else {
        chunks.length = 0;
        if (size > LARGEST_DRAINED_BYTES) {
          reject(tooLarge());
        }
      }
    });
    request.on('end', () =>
      size > LARGEST_BODY_BYTES ? reject(tooLarge()) : resolve(Buffer.concat(chunks)),
    );
    request.on('error', reject);
    request.on('close', () => reject(new Error('The client went away.')));
  });
}

function tooLarge(): ApiError {
  const limitMib = LARGEST_BODY_BYTES / 1024 / 1024;
  return new ApiError(
    413,
    0,
    `Request body too large: at most ${limitMib} MiB are accepted. Send smaller batches.`,
  );
}

/** The JSON object in a body with the query merged into it. Empty and `null` count as `{}`. */
export function parseCallBody(body: Buffer, query: URLSearchParams): JsonObject {
  const value = parseJson(body.toString('utf8').trim());
  if (!isObject(value)) {
    throw new ApiError(500, 0, 'General data error: Data should be a dict');
  }
  return mergeQuery(value, query);
}

function parseJson(text: string): unknown {
  if (text === '') {
    return {};
  }
  try {
    const value: unknown = JSON.parse(text);
    return value ?? {};
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ApiError(400, 0, `Bad request: failed parsing request body: ${reason}`);
  }
}

function mergeQuery(body: JsonObject, query: URLSearchParams): JsonObject {
  for (const [name, value] of query) {
    const isList = name.endsWith('[]');
    const path = (isList ? name.slice(0, -2) : name).split('.');
    setPath(body, path, isList ? query.getAll(name).map(converted) : converted(value));
  }
  return body;
}

function setPath(target: JsonObject, path: readonly string[], value: unknown): void {
  const [head, ...rest] = path;
  if (head === undefined || head === '__proto__') {
    return;
  }
  if (rest.length === 0) {
    target[head] = value;
    return;
  }
  const known = target[head];
  const inner: JsonObject = isObject(known) ? known : {};
  target[head] = inner;
  setPath(inner, rest, value);
}

function converted(value: string): unknown {
  if (/^\d{1,15}$/.test(value)) {
    return Number(value);
  }
  return value === 'true' || value === 'false' ? value === 'true' : value;
}
