import type { Disposable } from '../core/disposable';

/** Takes secrets out of texts. Shared by the log, the dialogs and every client. */
export interface Redaction {
  /** Hides a value until disposed. */
  register(secret: string): Disposable;
  redact(text: string): string;
}

/** Shortest text inside a stored JSON value that is taken for a secret of its own. */
const MIN_PART_LENGTH = 6;

/**
 * Hides a stored secret for as long as the window lives: it may still stand in an old error. Of a JSON object or array
 * each text in it is hidden too.
 */
export function protect(redaction: Redaction, secret: string): void {
  for (const text of [secret, ...textsInJson(secret)]) {
    redaction.register(text);
  }
}

function textsInJson(value: string): string[] {
  if (!/^\s*[[{]/.test(value)) {
    return [];
  }
  const texts: string[] = [];
  try {
    JSON.parse(value, (_key, item: unknown) => {
      if (typeof item === 'string' && item.length >= MIN_PART_LENGTH) {
        texts.push(item);
      }
      return item;
    });
  } catch {
    // Not JSON after all: the whole value is hidden anyway.
  }
  return texts;
}
