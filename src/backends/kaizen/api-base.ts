import { parseBaseUrl } from '../../client/request-runner';

/** The address of the server without the prefix of its API, which people copy along. Throws `invalid`. */
export function apiBase(text: string): string {
  const url = parseBaseUrl(text);
  return (url.origin + url.pathname).replace(/\/+$/, '').replace(/\/api\/v1$/, '');
}
