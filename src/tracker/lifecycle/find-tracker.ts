import { createHash, randomBytes } from 'node:crypto';
import http from 'node:http';
import * as z from 'zod';
import { controlCalls, helloData, type ControlRequest } from './control-wire';
import { isSameProof, proof, readTrackerFile, type TrackerFile } from './tracker-file';

const ANSWER_MS = 2_000;

/** A tracker that answered and proved to be the one of the file. */
export interface FoundTracker {
  readonly file: TrackerFile;
  readonly version: string;
  /** For one {@link controlTracker}. */
  readonly nonce: string;
}

/**
 * The tracker that serves the data folder, if it answers. A port that another program has taken meanwhile, and a
 * file whose process is gone, both answer wrongly or not at all, and are told apart from a tracker by the proof.
 */
export async function askTracker(dataDir: string, signal: AbortSignal): Promise<FoundTracker | undefined> {
  const file = readTrackerFile(dataDir);
  if (file === undefined) {
    return undefined;
  }
  const nonce = randomBytes(24).toString('base64url');
  const result = helloData.safeParse(await call(file, controlCalls.hello, { nonce }, signal));
  if (!result.success || result.data.instance_id !== file.instanceId) {
    return undefined;
  }
  const isProved = isSameProof(result.data.proof, proof(file.controlSecret, 'hello', nonce, file.instanceId));
  return isProved ? { file, version: result.data.version, nonce: result.data.nonce } : undefined;
}

/** Asks the tracker to accept credentials or to end. Only a hash of the credentials travels. */
export async function controlTracker(
  { file, nonce }: FoundTracker,
  command: ControlRequest['command'],
  credentials: { readonly accessKey: string; readonly secretKey: string },
  signal: AbortSignal,
): Promise<void> {
  const { accessKey, secretKey } = credentials;
  const keyHash = createHash('sha256').update(`${accessKey}:${secretKey}`).digest('base64url');
  const parts = ['control', nonce, command, accessKey, keyHash] as const;
  const request: ControlRequest = {
    nonce,
    command,
    access_key: accessKey,
    key_hash: keyHash,
    proof: proof(file.controlSecret, ...parts),
  };
  const answer = await call(file, controlCalls.control, request, signal);
  if (answer === undefined) {
    throw new Error(`The tracker at ${file.url} did not take "${command}". Try again.`);
  }
}

/** The answer's data; `undefined` for no answer and for any answer that is not a success. */
function call(file: TrackerFile, name: string, body: object, signal: AbortSignal): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const options = {
    host: '127.0.0.1',
    port: file.port,
    path: `/${name}`,
    method: 'POST',
    headers,
    timeout: ANSWER_MS,
  };
  return new Promise((resolve, reject) => {
    const request = http.request({ ...options, agent: false, signal }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve(response.statusCode === 200 ? dataOf(Buffer.concat(chunks)) : undefined),
      );
      response.on('error', () => resolve(undefined));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => (signal.aborted ? reject(toError(signal.reason)) : resolve(undefined)));
    request.end(JSON.stringify(body));
  });
}

const envelope = z.object({ data: z.unknown() });

function dataOf(body: Buffer): unknown {
  try {
    return envelope.parse(JSON.parse(body.toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
