import { shortened } from './short-text';

/**
 * Where a document of ours is. The path is for people alone: the editor shows it in tabs, breadcrumbs and tooltips. The
 * query says what the document is and is shown nowhere.
 */
export interface DocumentAddress {
  readonly path: string;
  readonly query: string;
}

const LONGEST_SEGMENT = 80;

/**
 * @param folders what leads to the document, outermost first, as people call it; empty ones are left out.
 * @param fileName the tab's name; its extension tells the editor the language.
 * @param key what the document is.
 */
export function documentAddress(
  folders: readonly string[],
  fileName: string,
  key: readonly string[],
): DocumentAddress {
  const [, stem = '', extension = ''] = /^(.*?)(\.[^./\\]{1,16})?$/s.exec(fileName) ?? [];
  const file = `${segment(stem)}${extension.replace(NO_NAME, ' ')}` || 'document';
  const path = [...folders.map(segment).filter((name) => name !== ''), file].join('/');
  return { path: `/${path}`, query: JSON.stringify(key) };
}

/** The key of such an address; empty for any other. */
export function keyOfAddress({ query }: { readonly query: string }): readonly string[] {
  try {
    const key: unknown = JSON.parse(query);
    const isKey = Array.isArray(key) && key.every((part) => typeof part === 'string');
    return isKey ? key : [];
  } catch {
    return [];
  }
}

const NO_NAME = /[\u0000-\u001f\u007f/\\]+/g;

/** A name of dots alone would lead to another folder. */
function segment(name: string): string {
  return shortened(name.replace(NO_NAME, ' ').trim(), LONGEST_SEGMENT).replace(/^\.+$/, '').trim();
}
