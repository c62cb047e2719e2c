/** The same with a capital first letter, as the first word of a heading or a sentence. */
export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
