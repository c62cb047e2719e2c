/** `exp` of a JWT in epoch milliseconds; undefined for anything else. The signature is the server's business. */
export function expiryOf(token: string): number | undefined {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    if (
      typeof payload === 'object' &&
      payload !== null &&
      'exp' in payload &&
      typeof payload.exp === 'number'
    ) {
      return payload.exp * 1000;
    }
  } catch {
    // An opaque token: valid until refused.
  }
  return undefined;
}
