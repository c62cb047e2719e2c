/** Shortest value that is treated as a secret: replacing shorter ones would tear ordinary words apart. */
const MIN_SECRET_LENGTH = 6;
const MASK = '‹redacted›';

/** Values that no log line or message may show. Only grows: a removed secret may still stand in an old error. */
export class Redactor {
  private readonly secrets = new Set<string>();

  /** Hides a value from now on; of a JSON object or array, each text in it. */
  protect(value: string): void {
    for (const text of [value, ...textsInJson(value)]) {
      if (text.length >= MIN_SECRET_LENGTH) {
        this.secrets.add(text);
      }
    }
  }

  redact(text: string): string {
    let redacted = text.replace(/\/\/[^/\s@]+@/g, `//${MASK}@`);
    for (const secret of this.secrets) {
      redacted = redacted.replaceAll(secret, MASK);
    }
    return redacted;
  }
}

function textsInJson(value: string): string[] {
  if (!/^\s*[[{]/.test(value)) {
    return [];
  }
  const texts: string[] = [];
  try {
    JSON.parse(value, (_key, item: unknown) => {
      if (typeof item === 'string') {
        texts.push(item);
      }
      return item;
    });
  } catch {
    // Not JSON after all: the whole value is protected anyway.
  }
  return texts;
}
