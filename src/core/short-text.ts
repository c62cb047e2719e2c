/** At most `maxCharacters` Unicode characters from the beginning of a text; never half of one. */
export function shortened(text: string, maxCharacters: number): string {
  return Array.from(text).slice(0, maxCharacters).join('');
}
