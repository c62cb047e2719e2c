/** The text, or as much of its beginning as there is room for, with an ellipsis. */
export function shortened(text: string, room: number, measure: (text: string) => number): string {
  if (measure(text) <= room) {
    return text;
  }
  // Not between the halves of a letter.
  const letters = Array.from(text);
  const cut = (count: number): string => `${letters.slice(0, count).join('').trimEnd()}…`;
  let [fits, tooMany] = [0, letters.length];
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    if (measure(cut(middle)) <= room) {
      fits = middle;
    } else {
      tooMany = middle;
    }
  }
  return cut(fits);
}
