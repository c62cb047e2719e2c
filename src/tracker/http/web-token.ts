import { createHmac, timingSafeEqual } from 'node:crypto';
import { isObject, type JsonObject } from '../json';

/** A JSON web token signed with HMAC-SHA-256, the form the ClearML clients decode. */
export function signToken(claims: JsonObject, secret: string): string {
  const head = encode({ alg: 'HS256', typ: 'JWT' });
  const body = encode(claims);
  return `${head}.${body}.${signature(`${head}.${body}`, secret)}`;
}

/** The claims, or why the token is refused. `nowS` in epoch seconds. */
export function verifyToken(
  token: string,
  secret: string,
  nowS: number,
): { readonly claims: JsonObject } | { readonly reason: string } {
  const [head, body, signed, ...more] = token.split('.');
  if (head === undefined || body === undefined || signed === undefined || more.length > 0) {
    return { reason: 'Not enough segments' };
  }
  const expected = Buffer.from(signature(`${head}.${body}`, secret));
  const given = Buffer.from(signed);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    return { reason: 'Signature verification failed' };
  }
  const claims = decode(body);
  if (claims === undefined) {
    return { reason: 'Invalid payload' };
  }
  const expiry = claims['exp'];
  return typeof expiry === 'number' && expiry <= nowS ? { reason: 'Signature has expired' } : { claims };
}

function signature(content: string, secret: string): string {
  return createHmac('sha256', secret).update(content).digest('base64url');
}

function encode(value: JsonObject): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decode(part: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
