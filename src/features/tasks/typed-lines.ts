/** Stands for a new line where only one line can be typed. */
export const NEW_LINE = '⏎';

/** A text of several lines as one that can be typed. */
export function asOneLine(text: string): string {
  return text.replaceAll(/\r?\n/gu, ` ${NEW_LINE} `);
}

/** The text that was meant by what was typed. */
export function asLines(typed: string): string {
  return typed.replaceAll(/ ?⏎ ?/gu, '\n').trim();
}
