/** A number from 0 to 2³² − 1 that is always the same for the same text: FNV-1a over UTF-16 units. */
export function textHash(text: string): number {
  let result = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    result = Math.imul(result ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return result;
}
