import * as z from 'zod';
import type { EpochMs } from '../core/entities';

const tokenTimes = z.object({ exp: z.number(), iat: z.number().optional().catch(undefined) });

export interface TokenTimes {
  /** By this machine's clock. */
  readonly expiresAt?: EpochMs;
  /** By the server's clock. */
  readonly issuedAt?: EpochMs;
}

/**
 * Times of a JWT; none of anything else. They are of the server's clock, which may be hours off, so that only its
 * length of life counts for when it ends. The signature is the server's business.
 */
export function timesOf(token: string, now: EpochMs): TokenTimes {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const { exp, iat } = tokenTimes.parse(payload);
    const expiresAt = iat === undefined ? exp * 1000 : now + (exp - iat) * 1000;
    return {
      ...(expiresAt > now ? { expiresAt } : {}),
      ...(iat === undefined ? {} : { issuedAt: iat * 1000 }),
    };
  } catch {
    // An opaque token: valid until refused.
    return {};
  }
}
