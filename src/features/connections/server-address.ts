export type ServerAddress =
  | {
      readonly ok: true;
      readonly url: string;
      readonly label: string;
      readonly isUnprotected: boolean;
      /** The same without encryption, where the person did not say which. */
      readonly plainUrl?: string;
    }
  | { readonly ok: false; readonly problem: string };

/**
 * A server's address as a person types it. Without a scheme `https` is taken. `isUnprotected`: plain http to
 * another machine, where everybody on the way can read the keys.
 */
export function readServerAddress(text: string): ServerAddress {
  const typed = text.trim();
  if (typed === '') {
    return { ok: false, problem: 'Type the address of the server, such as https://api.example.com.' };
  }
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `https://${typed}`;
  if (!URL.canParse(withScheme)) {
    return { ok: false, problem: 'This is not a web address.' };
  }
  const url = new URL(withScheme);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return { ok: false, problem: 'The address must begin with https:// or http://.' };
  }
  if (url.username !== '' || url.password !== '') {
    return { ok: false, problem: 'Leave keys out of the address; they are asked for next.' };
  }
  const address = `${url.origin}${url.pathname}`.replace(/\/+$/, '');
  return {
    ok: true,
    url: address,
    ...(withScheme === typed ? {} : { plainUrl: address.replace(/^https:/, 'http:') }),
    label: url.host,
    isUnprotected: url.protocol === 'http:' && !isLoopback(url.hostname),
  };
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname)
  );
}
