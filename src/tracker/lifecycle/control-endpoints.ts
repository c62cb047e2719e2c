import { randomBytes } from 'node:crypto';
import type { Clock } from '../../core/clock';
import { reading } from '../api/endpoint';
import { ApiError } from '../api-error';
import type { Endpoint } from '../http/call';
import { controlCalls, controlRequest, helloRequest, type ControlRequest } from './control-wire';
import { isSameProof, proof, type TrackerFile } from './tracker-file';

const NONCE_LIFETIME_MS = 60_000;
const MOST_NONCES = 100;

export interface ControlDeps {
  /** What was written about this process. */
  identity(): TrackerFile;
  accept(accessKey: string, keyHash: string): void;
  shutDown(): void;
  readonly clock: Clock;
}

/** Lets those who can read the tracker's file check it, add credentials and end it. */
export function controlEndpoints(deps: ControlDeps): Endpoint[] {
  const nonces = new Map<string, number>();
  const takeNonce = (nonce: string): boolean => {
    const madeAt = nonces.get(nonce);
    nonces.delete(nonce);
    return madeAt !== undefined && deps.clock.now() - madeAt < NONCE_LIFETIME_MS;
  };
  const hello = reading(controlCalls.hello, helloRequest, ({ nonce: given }) => {
    const { instanceId, pid, version, controlSecret } = deps.identity();
    const nonce = randomBytes(24).toString('base64url');
    nonces.set(nonce, deps.clock.now());
    const [oldest] = nonces.keys();
    if (nonces.size > MOST_NONCES && oldest !== undefined) {
      nonces.delete(oldest);
    }
    return {
      instance_id: instanceId,
      pid,
      version,
      nonce,
      proof: proof(controlSecret, 'hello', given, instanceId),
    };
  });
  const control = reading(controlCalls.control, controlRequest, (request) => {
    const expected = controlProof(deps.identity().controlSecret, request);
    if (!takeNonce(request.nonce) || !isSameProof(request.proof, expected)) {
      throw new ApiError(401, 22, 'Unauthorized (the proof does not hold)');
    }
    if (request.command === 'accept') {
      deps.accept(request.access_key, request.key_hash);
    } else {
      deps.shutDown();
    }
    return {};
  });
  return [
    { ...hello, isOpen: true },
    { ...control, isOpen: true },
  ];
}

/** What a control request must carry as its proof. */
export function controlProof(secret: string, request: Omit<ControlRequest, 'proof'>): string {
  return proof(secret, 'control', request.nonce, request.command, request.access_key, request.key_hash);
}
