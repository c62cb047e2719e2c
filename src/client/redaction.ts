import { toDisposable, type Disposable } from '../core/disposable';

export const REDACTED = '‹redacted›';

/** Shorter ones are not taken: they would blot out ordinary text, and no server accepts them as secrets. */
const MIN_SECRET_LENGTH = 4;

const SECRET_WORDS = 'secret|password|passwd|token|api[_-]?key|access[_-]?key|credential|signature';

/** Every quantifier before a fixed mark is bounded, so that a log line of any length costs linear time. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [
    /\b((?:proxy-)?authorization|(?:set-)?cookie|x-(?:api-key|auth-token|trackside-token))(["']?\s{0,4}[:=]\s{0,4}["']?)[^\r\n"',}]+/gi,
    `$1$2${REDACTED}`,
  ],
  [/\bBearer\s{1,4}[\w.~+/=-]{6,}/gi, `Bearer ${REDACTED}`],
  [/\bBasic\s{1,4}(?=[\w+/-]{0,200}[\d=+/])[\w+/=-]{8,}/gi, `Basic ${REDACTED}`],
  [/\beyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?/g, REDACTED],
  [/\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/?#@]{1,300}@/gi, `$1${REDACTED}@`],
  [
    /([?&;](?:[\w.-]{0,40}(?:signature|credential|token|secret|password|api_?key)[\w.-]{0,20}|sig|key|auth|code|awsaccesskeyid)=)[^&#\s"'<>]+/gi,
    `$1${REDACTED}`,
  ],
  [
    new RegExp(`\\b([\\w-]{0,40}(?:${SECRET_WORDS})[\\w-]{0,20}=["']?)[^\\s"',;&}]{4,}`, 'gi'),
    `$1${REDACTED}`,
  ],
  [
    new RegExp(
      `\\b([\\w-]{0,40}(?:${SECRET_WORDS})[\\w-]{0,20}["']?\\s{0,4}:\\s{0,4}["']?)(?=[^\\s"',;&}]{0,200}\\d)[^\\s"',;&}]{6,}`,
      'gi',
    ),
    `$1${REDACTED}`,
  ],
];

/** Takes secrets out of texts: registered ones in every form they travel in, and whatever looks like one. */
export class Redactor {
  /** Form of a secret → how many holders registered it. */
  private readonly forms = new Map<string, number>();
  private longestFirst: readonly string[] = [];

  /** Hides this value, also as base64, in URLs and inside JSON strings, until disposed. */
  register(secret: string): Disposable {
    const forms = secret.length < MIN_SECRET_LENGTH ? [] : [...new Set(formsOf(secret))];
    forms.forEach((form) => this.forms.set(form, (this.forms.get(form) ?? 0) + 1));
    this.sort();
    let isHeld = true;
    return toDisposable(() => {
      if (isHeld) {
        isHeld = false;
        forms.forEach((form) => this.release(form));
        this.sort();
      }
    });
  }

  /** The same text with `‹redacted›` where secrets were. */
  redact(text: string): string {
    let clean = text;
    for (const form of this.longestFirst) {
      clean = clean.replaceAll(form, REDACTED);
    }
    for (const [pattern, replacement] of PATTERNS) {
      clean = clean.replace(pattern, replacement);
    }
    return clean;
  }

  private release(form: string): void {
    const holders = (this.forms.get(form) ?? 0) - 1;
    if (holders > 0) {
      this.forms.set(form, holders);
    } else {
      this.forms.delete(form);
    }
  }

  private sort(): void {
    this.longestFirst = [...this.forms.keys()].sort((a, b) => b.length - a.length);
  }
}

function formsOf(secret: string): string[] {
  const base64 = Buffer.from(secret, 'utf8').toString('base64');
  return [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    base64,
    base64.replace(/=+$/, ''),
    Buffer.from(secret, 'utf8').toString('base64url'),
  ].filter((form) => form.length >= MIN_SECRET_LENGTH);
}
