/** The whole text, or its beginning and `…`: at most `maxCharacters` Unicode characters, never half of one. */
export function ellipsized(text: string, maxCharacters: number): string {
  const short = shortened(text, maxCharacters);
  return short.length === text.length ? text : `${shortened(text, maxCharacters - 1)}…`;
}

/** At most `maxCharacters` Unicode characters from the beginning of a text; never half of one. */
export function shortened(text: string, maxCharacters: number): string {
  return Array.from(text).slice(0, maxCharacters).join('');
}
