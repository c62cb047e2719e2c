/** How much text is taken at once, before others may have their turn. */
const PIECE_LENGTH = 16_384;

/** Where the first piece of a text ends. Characters of more than one unit stay whole. */
export function lengthOfPiece(text: string): number {
  const isInPair = /[\ud800-\udbff]/.test(text.charAt(PIECE_LENGTH - 1));
  return text.length <= PIECE_LENGTH ? text.length : isInPair ? PIECE_LENGTH - 1 : PIECE_LENGTH;
}

/** A text piece by piece. */
export function* piecesOf(text: string): Generator<string> {
  for (let rest = text; rest !== '';) {
    const length = lengthOfPiece(rest);
    yield rest.slice(0, length);
    rest = rest.slice(length);
  }
}
