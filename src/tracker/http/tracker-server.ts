import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Logger } from '../../core/logger';
import { ApiError } from '../api-error';
import { RUN_HEADER } from '../../backends/clearml/trackside-wire';
import { storageTrouble } from '../storage/sqlite';
import type { RevokedRuns } from '../revoked-runs';
import type { Authentication } from './authentication';
import { BinaryAnswer, TextStreamAnswer, type Answer, type Call, type Endpoint } from './call';
import { FileHost } from './file-host';
import { envelope } from './envelope';
import { parseCallBody, readBody } from './request-body';
import { requestUrl } from './request-url';

export interface TrackerServerDeps {
  readonly endpoints: ReadonlyMap<string, Endpoint>;
  readonly authentication: Authentication;
  readonly revokedRuns: RevokedRuns;
  readonly fileHost: FileHost;
  readonly logger: Logger;
  /** Called for every request that passed the checks of host and credentials. */
  readonly onRequest: () => void;
}

interface Target {
  readonly endpoint: string;
  readonly version: string | undefined;
}

/** Who calls, as the `clearml` package and its agent say it, under their new and their old name. */
const CLIENT_HEADERS = ['x-clearml-client', 'x-trains-client'] as const;
const AGENT_HEADERS = ['x-clearml-agent', 'x-trains-agent'] as const;

/** Sent when a request names another host than this machine's loopback: a web page must not reach the tracker. */
const FOREIGN_HOST = 'Forbidden: the tracker answers only to 127.0.0.1 and localhost.';

/** The HTTP side: paths, bodies of any verb, host and credential checks, envelopes. Not yet listening. */
export function createTrackerServer(deps: TrackerServerDeps): Server {
  const server = createServer((request, response) => {
    handle(deps, request, response).catch((error: unknown) => {
      deps.logger.error(`Could not answer ${request.url ?? ''}`, error);
      response.destroy();
    });
  });
  // Clients poll every 5 s, which is exactly Node's default; a longer time avoids a race at each poll.
  server.keepAliveTimeout = 75_000;
  server.headersTimeout = 80_000;
  server.requestTimeout = 600_000;
  return server;
}

/** True when the `Host` header names this machine's loopback, with any port. */
export function isLocalHost(host: string | undefined): boolean {
  return host !== undefined && /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host);
}

/**
 * True for the `clearml` package and its agent. The package forks a process that reports, and both go on with the pool
 * of connections that was there: on a connection kept alive their requests would mix, and one would read the other's
 * answer. ClearML's own server closes after each answer, so nobody meets that there.
 */
function isForkingClient(request: IncomingMessage): boolean {
  const isNamed = [...CLIENT_HEADERS, ...AGENT_HEADERS].some((name) => request.headers[name] !== undefined);
  return isNamed || (request.headers['user-agent'] ?? '').startsWith('python-requests/');
}

async function handle(
  deps: TrackerServerDeps,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method === 'OPTIONS') {
    response.writeHead(200, { 'content-length': 0 }).end();
    return;
  }
  if (isForkingClient(request)) {
    response.setHeader('connection', 'close');
  }
  const filePath = FileHost.pathOf(request.url ?? '');
  if (filePath !== undefined) {
    await answerFile(deps, request, response, filePath);
    return;
  }
  const url = requestUrl(request);
  let target: Target = { endpoint: url.pathname.replace(/^\/+/, ''), version: undefined };
  try {
    const body = await readBody(request);
    if (!isLocalHost(request.headers.host)) {
      throw new ApiError(403, 0, FOREIGN_HOST);
    }
    if (request.headers['content-encoding'] !== undefined) {
      response.writeHead(415, { 'content-type': 'text/plain' }).end('Content encoding is not supported');
      return;
    }
    target = parseTarget(url.pathname);
    const answer = await answerTo(deps, target, request, body, url.searchParams);
    await sendAnswer(response, target, request, answer);
  } catch (error) {
    sendError(deps.logger, response, target, request, error);
  }
}

async function answerFile(
  { fileHost }: TrackerServerDeps,
  request: IncomingMessage,
  response: ServerResponse,
  filePath: string,
): Promise<void> {
  if (isLocalHost(request.headers.host)) {
    await fileHost.answer(request, response, filePath);
    return;
  }
  response.writeHead(403, { 'content-type': 'text/plain', connection: 'close' }).end(FOREIGN_HOST);
}

async function answerTo(
  deps: TrackerServerDeps,
  target: Target,
  request: IncomingMessage,
  body: Buffer,
  query: URLSearchParams,
): Promise<Answer> {
  const endpoint = deps.endpoints.get(target.endpoint);
  if (endpoint?.isOpen !== true) {
    deps.authentication.check(request.headers.authorization);
    deps.onRequest();
  }
  if (endpoint === undefined) {
    throw new ApiError(404, 0, `Not found: Unable to find endpoint for name ${target.endpoint}`);
  }
  const call = toCall(endpoint, request, body, query);
  deps.revokedRuns.check(call.runName);
  return endpoint.run(call);
}

function toCall(endpoint: Endpoint, request: IncomingMessage, body: Buffer, query: URLSearchParams): Call {
  const isLines = endpoint.isBatch === true && request.headers['content-type'] === 'application/json-lines';
  const client = CLIENT_HEADERS.map((name) => header(request, name)).find((name) => name !== undefined) ?? '';
  return {
    data: isLines ? {} : parseCallBody(body, query),
    lines: isLines ? body.toString('utf8') : undefined,
    authorization: request.headers.authorization,
    worker: header(request, 'x-clearml-worker') ?? header(request, 'x-trains-worker') ?? '',
    isSdk: /^(clearml|trains)-\d/.test(client),
    runName: header(request, RUN_HEADER),
  };
}

function parseTarget(pathname: string): Target {
  const match = /^\/+(?:v(\d+\.?\d+)\/)?([^/]+\.[^/]+)\/?$/.exec(pathname);
  const [, version, endpoint] = match ?? [];
  if (endpoint === undefined) {
    throw new ApiError(400, 0, `Bad request: Invalid request path ${pathname}`);
  }
  return { endpoint, version };
}

async function sendAnswer(
  response: ServerResponse,
  target: Target,
  request: IncomingMessage,
  answer: Answer,
): Promise<void> {
  if (answer instanceof BinaryAnswer) {
    const headers = { 'content-type': answer.contentType, 'content-length': answer.bytes.byteLength };
    response.writeHead(200, headers).end(answer.bytes);
    return;
  }
  if (answer instanceof TextStreamAnswer) {
    response.writeHead(200, {
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': `attachment; filename="${answer.fileName}"`,
      'x-content-type-options': 'nosniff',
    });
    await pipeline(Readable.from(answer.pieces), response);
    return;
  }
  send(response, target, request, { code: 200, subcode: 0, message: 'OK', data: answer });
}

function sendError(
  logger: Logger,
  response: ServerResponse,
  target: Target,
  request: IncomingMessage,
  thrown: unknown,
): void {
  const error = toApiError(thrown);
  if (error.code >= 500) {
    logger.error(`${target.endpoint} failed: ${error.message}`, thrown);
  }
  if (error.code === 413) {
    response.setHeader('connection', 'close');
  }
  send(response, target, request, {
    code: error.code,
    subcode: error.subcode,
    message: error.message,
    data: {},
  });
}

function send(
  response: ServerResponse,
  target: Target,
  request: IncomingMessage,
  facts: { code: number; subcode: number; message: string; data: Record<string, unknown> },
): void {
  if (response.destroyed || response.headersSent) {
    return;
  }
  const transaction = header(request, 'x-clearml-trx') ?? header(request, 'x-trains-trx');
  const text = envelope({
    ...facts,
    endpoint: target.endpoint,
    requestedVersion: target.version,
    transaction,
  });
  const bytes = Buffer.from(text);
  const headers = { 'content-type': 'application/json', 'content-length': bytes.length };
  response.writeHead(facts.code, headers).end(bytes);
}

/** Any thrown thing as an answer the clients understand. Never above 500: the SDK would repeat it for ever. */
function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) {
    return thrown;
  }
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  switch (storageTrouble(thrown)) {
    case 'full':
    case 'readOnly':
      return new ApiError(
        500,
        4,
        `Low disk space or read-only storage: ${reason}. Nothing of this call was stored.`,
      );
    case 'corrupt':
      return new ApiError(
        500,
        102,
        `Database unavailable: ${reason}. Restart the tracker to check the database.`,
      );
    case 'other':
    case undefined:
      return new ApiError(500, 0, `General error: ${reason}`);
  }
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
