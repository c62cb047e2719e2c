/** What a browser can show, by the bytes a file begins with; names and headers of servers are not believed. */
const SIGNATURES: readonly (readonly [type: string, offset: number, bytes: readonly number[]])[] = [
  ['image/png', 0, [0x89, 0x50, 0x4e, 0x47]],
  ['image/jpeg', 0, [0xff, 0xd8, 0xff]],
  ['image/gif', 0, [0x47, 0x49, 0x46, 0x38]],
  ['image/webp', 8, [0x57, 0x45, 0x42, 0x50]],
  ['image/bmp', 0, [0x42, 0x4d]],
  ['image/avif', 4, [0x66, 0x74, 0x79, 0x70, 0x61, 0x76, 0x69]],
];

/** The media type; undefined for anything that is not one of the usual bitmap formats. */
export function imageTypeOf(bytes: Uint8Array): string | undefined {
  const found = SIGNATURES.find(([, offset, wanted]) =>
    wanted.every((byte, index) => bytes[offset + index] === byte),
  );
  return found?.[0] ?? (looksLikeSvg(bytes) ? 'image/svg+xml' : undefined);
}

/** As an image an SVG runs no script and loads nothing. */
function looksLikeSvg(bytes: Uint8Array): boolean {
  const head = new TextDecoder().decode(bytes.subarray(0, 1024)).trimStart();
  return /^(<\?xml[^>]*\?>\s*)?(<!--[\s\S]*?-->\s*)?(<!DOCTYPE svg[^>]*>\s*)?<svg[\s>]/i.test(head);
}
