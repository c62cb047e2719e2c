import type { IncomingMessage } from 'node:http';

const ORIGIN = 'http://127.0.0.1';

/** Path and query of a request; the root for a target that is no path, which anybody may send. */
export function requestUrl({ url = '/' }: Pick<IncomingMessage, 'url'>): URL {
  const text = `${ORIGIN}${url}`;
  return new URL(url.startsWith('/') && URL.canParse(text) ? text : ORIGIN);
}
