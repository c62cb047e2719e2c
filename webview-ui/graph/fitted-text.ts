const WIDE =
  /[\p{Lu}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Extended_Pictographic}]/u;
const WIDEST =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Extended_Pictographic}]/u;

/** The text cut to about `width` small Latin letters, with an ellipsis where something is left out. */
export function fittedText(text: string, width: number): string {
  const letters = Array.from(text);
  let taken = 0;
  for (const [index, letter] of letters.entries()) {
    taken += widthOf(letter);
    if (taken > width) {
      return `${letters.slice(0, Math.max(1, index - 1)).join('')}…`;
    }
  }
  return text;
}

function widthOf(letter: string): number {
  return WIDEST.test(letter) ? 2 : WIDE.test(letter) ? 1.25 : 1;
}
