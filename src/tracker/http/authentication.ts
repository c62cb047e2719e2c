import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { ApiError } from '../api-error';
import { newId, nameHash } from '../ids';
import { parseObject, stringIn, type JsonObject } from '../json';
import type { MetaStore } from '../storage/meta-store';
import { API_VERSION, SERVER_VERSION } from './envelope';
import { signToken, verifyToken } from './web-token';

/** Who calls. The tracker has one user: the person whose machine it is. */
export interface Identity {
  readonly userId: string;
  readonly userName: string;
  readonly companyId: string;
  readonly companyName: string;
}

export interface KeyPair {
  readonly accessKey: string;
  readonly secretKey: string;
}

/** Pairs accepted at a time; the oldest gives way. */
const MOST_KEYS = 16;
const DEFAULT_TOKEN_S = 30 * 24 * 3600;
export const LONGEST_TOKEN_S = 365 * 24 * 3600;

/** Checks credentials and makes tokens. Only hashes of keys are stored; the signing secret is made at first start. */
export class Authentication {
  readonly identity: Identity;
  private readonly signingSecret: string;
  private readonly revokedSessions = new Set<string>();
  private readonly checkedTokens = new Map<string, number>();

  constructor(
    private readonly meta: MetaStore,
    userName: string,
    private readonly nowMs: () => number,
  ) {
    this.signingSecret = meta.getOrCreate('signing-secret', () => randomBytes(32).toString('base64url'));
    this.identity = {
      userId: meta.getOrCreate('user-id', newId),
      userName,
      companyId: nameHash('trackside'),
      companyName: 'Trackside',
    };
  }

  /** Accepts this pair from now on, also after a restart. */
  accept(keys: KeyPair): void {
    this.acceptHash(keys.accessKey, keyHash(keys));
  }

  /** Like {@link accept}, for a caller that proves itself otherwise and keeps the secret to itself. */
  acceptHash(accessKey: string, hash: string): void {
    const known = this.acceptedKeys();
    if (known[accessKey] !== hash) {
      const kept = Object.entries(known).slice(1 - MOST_KEYS);
      this.meta.set('accepted-keys', JSON.stringify({ ...Object.fromEntries(kept), [accessKey]: hash }));
    }
  }

  /** Passes or throws 401 with the real server's subcodes. Accepts `Bearer` tokens and `Basic` key pairs. */
  check(authorization: string | undefined): void {
    if (authorization === undefined || authorization === '') {
      throw new ApiError(401, 20, 'Unauthorized (missing credentials)');
    }
    const cut = authorization.indexOf(' ');
    const scheme = cut < 0 ? authorization : authorization.slice(0, cut);
    const value = cut < 0 ? '' : authorization.slice(cut + 1).trim();
    switch (scheme) {
      case 'Bearer': {
        this.checkToken(value);
        return;
      }
      case 'Basic': {
        this.checkBasic(value);
        return;
      }
      default:
        throw new ApiError(401, 10, 'Unauthorized (bad credentials type)');
    }
  }

  /** A fresh token; `lifetimeS` defaults to 30 days. */
  issueToken(lifetimeS = DEFAULT_TOKEN_S): string {
    const issuedAt = Math.floor(this.nowMs() / 1000);
    const { userId, userName, companyId, companyName } = this.identity;
    const claims: JsonObject = {
      iat: issuedAt,
      exp: issuedAt + lifetimeS,
      session_id: newId(),
      auth_type: 'Bearer',
      identity: {
        user: userId,
        company: companyId,
        role: 'user',
        user_name: userName,
        company_name: companyName,
      },
      env: 'trackside',
      api_version: API_VERSION,
      server_version: SERVER_VERSION,
      server_build: 'trackside',
      feature_set: 'basic',
    };
    return signToken(claims, this.signingSecret);
  }

  /** Ends the session of the token in the header, if there is one. */
  revoke(authorization: string | undefined): void {
    const token = authorization?.startsWith('Bearer ') === true ? authorization.slice(7).trim() : undefined;
    const result = token === undefined ? undefined : verifyToken(token, this.signingSecret, 0);
    if (result !== undefined && 'claims' in result) {
      this.revokedSessions.add(stringIn(result.claims, 'session_id') ?? '');
      this.checkedTokens.clear();
    }
  }

  private checkToken(token: string): void {
    const nowS = Math.floor(this.nowMs() / 1000);
    const knownExpiry = this.checkedTokens.get(token);
    if (knownExpiry !== undefined && knownExpiry > nowS) {
      return;
    }
    const result = verifyToken(token, this.signingSecret, nowS);
    if ('reason' in result) {
      throw new ApiError(
        401,
        30,
        `Unauthorized (invalid token) (failed to decode token, reason=${result.reason})`,
      );
    }
    if (this.revokedSessions.has(stringIn(result.claims, 'session_id') ?? '')) {
      throw new ApiError(401, 30, 'Unauthorized (invalid token) (revoked token)');
    }
    if (this.checkedTokens.size > 1000) {
      this.checkedTokens.clear();
    }
    const expiry = result.claims['exp'];
    this.checkedTokens.set(token, typeof expiry === 'number' ? expiry : nowS + 60);
  }

  private checkBasic(value: string): void {
    const pair = Buffer.from(value, 'base64').toString('utf8');
    const cut = pair.indexOf(':');
    const keys = { accessKey: pair.slice(0, Math.max(cut, 0)), secretKey: pair.slice(cut + 1) };
    const expected = this.acceptedKeys()[keys.accessKey];
    const given = Buffer.from(keyHash(keys));
    const known = Buffer.from(typeof expected === 'string' ? expected : '');
    if (cut < 0 || known.length !== given.length || !timingSafeEqual(known, given)) {
      throw new ApiError(
        401,
        22,
        'Unauthorized (invalid credentials) (failed to locate provided credentials)',
      );
    }
  }

  private acceptedKeys(): JsonObject {
    return parseObject(this.meta.get('accepted-keys') ?? '{}');
  }
}

/** What is stored of a pair. The keys are long random texts, so one round of hashing is enough. */
export function keyHash({ accessKey, secretKey }: KeyPair): string {
  return createHash('sha256').update(`${accessKey}:${secretKey}`).digest('base64url');
}
