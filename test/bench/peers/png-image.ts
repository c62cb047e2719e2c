import { inflateSync } from 'node:zlib';

/** Pixels of a picture, row by row from the top left. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  /** Bytes per pixel: red, green, blue, and perhaps alpha. */
  readonly channels: number;
  readonly data: Uint8Array;
}

/** Reads what Chromium writes: 8 bits per channel, RGB or RGBA, not interlaced. Throws for any other PNG. */
export function decodePng(file: Buffer): Raster {
  const width = file.readUInt32BE(16);
  const height = file.readUInt32BE(20);
  const [depth, colour, , , interlace] = file.subarray(24, 29);
  const channels = colour === 2 ? 3 : colour === 6 ? 4 : 0;
  if (file.toString('latin1', 1, 4) !== 'PNG' || depth !== 8 || channels === 0 || interlace !== 0) {
    throw new Error('This picture is not an 8-bit RGB PNG.');
  }
  const parts: Buffer[] = [];
  for (let at = 8; at + 8 <= file.length;) {
    const length = file.readUInt32BE(at);
    if (file.toString('latin1', at + 4, at + 8) === 'IDAT') {
      parts.push(file.subarray(at + 8, at + 8 + length));
    }
    at += length + 12;
  }
  return {
    width,
    height,
    channels,
    data: unfiltered(inflateSync(Buffer.concat(parts)), width * channels, channels),
  };
}

/** Undoes PNG's line filters: each line begins with the number of its filter. */
function unfiltered(lines: Uint8Array, stride: number, channels: number): Uint8Array {
  const rows = Math.floor(lines.length / (stride + 1));
  const data = new Uint8Array(rows * stride);
  for (let row = 0; row < rows; row += 1) {
    const filter = lines[row * (stride + 1)] ?? 0;
    const source = row * (stride + 1) + 1;
    const target = row * stride;
    for (let index = 0; index < stride; index += 1) {
      const left = index >= channels ? (data[target + index - channels] ?? 0) : 0;
      const above = row > 0 ? (data[target + index - stride] ?? 0) : 0;
      const corner = row > 0 && index >= channels ? (data[target + index - stride - channels] ?? 0) : 0;
      data[target + index] = (lines[source + index] ?? 0) + predicted(filter, left, above, corner);
    }
  }
  return data;
}

function predicted(filter: number, left: number, above: number, corner: number): number {
  switch (filter) {
    case 0:
      return 0;
    case 1:
      return left;
    case 2:
      return above;
    case 3:
      return (left + above) >> 1;
    case 4:
      return paeth(left, above, corner);
    default:
      throw new Error(`A PNG has no line filter ${filter}.`);
  }
}

function paeth(left: number, above: number, corner: number): number {
  const estimate = left + above - corner;
  const [toLeft, toAbove, toCorner] = [left, above, corner].map((value) => Math.abs(estimate - value));
  if ((toLeft ?? 0) <= (toAbove ?? 0) && (toLeft ?? 0) <= (toCorner ?? 0)) {
    return left;
  }
  return (toAbove ?? 0) <= (toCorner ?? 0) ? above : corner;
}
