const [ZERO, NINE, MINUS, PLUS, DOT] = [48, 57, 45, 43, 46] as const;
/** `e`, once its bit for small letters is set. */
const [EXPONENT, SMALL_LETTER] = [101, 32] as const;
/** A whole number of so many digits is exact, however it is added up. */
const MOST_EXACT_DIGITS = 15;

/** Reads numbers as JSON writes them (RFC 8259, section 6) in the midst of a text, without making objects. */
export class JsonNumberScanner {
  /** What was read last. */
  value = 0;
  /** Where it ended. */
  end = 0;

  constructor(private readonly text: string) {}

  /** Whether a number begins here. */
  scan(start: number): boolean {
    const { text } = this;
    const isNegative = text.charCodeAt(start) === MINUS;
    const first = isNegative ? start + 1 : start;
    const whole = this.scanWhole(first);
    if (this.end === first || (text.charCodeAt(first) === ZERO && this.end > first + 1)) {
      return false;
    }
    const wholeEnd = this.end;
    if (!this.scanFraction() || !this.scanExponent()) {
      return false;
    }
    const isShort = this.end === wholeEnd && wholeEnd - first <= MOST_EXACT_DIGITS;
    this.value = isShort ? (isNegative ? -whole : whole) : Number(text.slice(start, this.end));
    return true;
  }

  /** Digits from here; there may be none. */
  private scanWhole(start: number): number {
    const { text } = this;
    let at = start;
    let sum = 0;
    for (let code = text.charCodeAt(at); code >= ZERO && code <= NINE; code = text.charCodeAt(at)) {
      sum = sum * 10 + (code - ZERO);
      at += 1;
    }
    this.end = at;
    return sum;
  }

  private scanFraction(): boolean {
    return this.text.charCodeAt(this.end) !== DOT || this.scanDigits(this.end + 1);
  }

  private scanExponent(): boolean {
    const { text, end } = this;
    if ((text.charCodeAt(end) | SMALL_LETTER) !== EXPONENT) {
      return true;
    }
    const sign = text.charCodeAt(end + 1);
    return this.scanDigits(sign === PLUS || sign === MINUS ? end + 2 : end + 1);
  }

  /** At least one digit. */
  private scanDigits(start: number): boolean {
    this.scanWhole(start);
    return this.end > start;
  }
}
