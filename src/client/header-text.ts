export interface NamedHeader {
  /** In lower case. */
  readonly name: string;
  readonly value: string;
}

/** Those that say how the request itself travels. */
const RESERVED = /^(host|connection|content-length|content-type|transfer-encoding|upgrade)$/;

/** `Name: value` as a person writes a header; undefined where the text is none that can be sent. */
export function parseHeader(text: string): NamedHeader | undefined {
  const [, name = '', value = ''] =
    /^([\w-]+):[ \t]*([\u0021-\u007e][\u0020-\u007e]*)$/.exec(text.trim()) ?? [];
  return name === '' || RESERVED.test(name.toLowerCase()) ? undefined : { name: name.toLowerCase(), value };
}
