import * as assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import { hasSpike, isPainted, type Box } from '../../bench/peers/painted-lines';
import { hasChanged } from '../../bench/peers/painting';
import { decodePng, type Raster } from '../../bench/peers/png-image';

const BOX: Box = { x: 20, y: 10, width: 300, height: 100 };
const SPIKE = 1 / 3;
const BLUE = [0x42, 0x85, 0xf4] as const;
/** TensorBoard's first colour, the palest line of any product. */
const SLATE = [0x42, 0x50, 0x66] as const;

type Colour = readonly [number, number, number];

/** A white screen with grey axes and grid lines, as an empty chart has them. */
function emptyChart(): Raster {
  const picture = { width: 360, height: 130, channels: 3, data: new Uint8Array(360 * 130 * 3).fill(255) };
  for (let x = BOX.x; x < BOX.x + BOX.width; x += 1) {
    [20, 40, 60, 80].forEach((y) => dot(picture, x, BOX.y + y, [200, 200, 200]));
  }
  return picture;
}

function dot(picture: Raster, x: number, y: number, colour: Colour): void {
  picture.data.set(colour, (y * picture.width + x) * picture.channels);
}

/** A falling curve over a share of the chart's width, with or without a one-pixel spike. */
function chart(options: { colour?: Colour; until?: number; spikeAt?: number } = {}): Raster {
  const { colour = BLUE, until = 1, spikeAt } = options;
  const picture = emptyChart();
  for (let column = 0; column < BOX.width * until; column += 1) {
    dot(picture, BOX.x + column, BOX.y + 70 + Math.round((column / BOX.width) * 25), colour);
  }
  if (spikeAt !== undefined) {
    for (let row = 5; row < 80; row += 1) {
      dot(picture, BOX.x + Math.round(spikeAt * BOX.width), BOX.y + row, colour);
    }
  }
  return picture;
}

describe('painted lines', () => {
  it('takes grey axes and an empty box for no curve', () => {
    assert.equal(isPainted(emptyChart(), BOX), false);
    assert.equal(isPainted(chart(), { ...BOX, width: 0 }), false);
  });

  it('sees a whole curve, also in the palest colour, and not a quarter of one', () => {
    assert.equal(isPainted(chart(), BOX), true);
    assert.equal(isPainted(chart({ colour: SLATE }), BOX), true);
    assert.equal(isPainted(chart({ until: 0.25 }), BOX), false);
  });

  it('sees whether all of several curves are there', () => {
    const three = chart();
    for (const above of [12, 24]) {
      for (let x = BOX.x; x < BOX.x + BOX.width; x += 1) {
        dot(three, x, BOX.y + 60 - above, BLUE);
      }
    }
    assert.equal(isPainted(three, BOX, 3), true);
    assert.equal(isPainted(three, BOX, 4), false);
    assert.equal(isPainted(chart(), BOX, 2), false);
  });

  it('sees a spike of one pixel where it was planted, and only there', () => {
    assert.equal(hasSpike(chart({ spikeAt: SPIKE }), BOX, SPIKE), true);
    assert.equal(hasSpike(chart({ spikeAt: SPIKE, colour: SLATE }), BOX, SPIKE), true);
    assert.equal(hasSpike(chart({ spikeAt: 0.6 }), BOX, SPIKE), false);
  });

  it('does not take a curve without the spike, or no curve, for one that has it', () => {
    assert.equal(hasSpike(chart(), BOX, SPIKE), false);
    assert.equal(hasSpike(emptyChart(), BOX, SPIKE), false);
  });

  it('sees that a chart was drawn anew, and that it was not', () => {
    assert.equal(hasChanged(chart(), chart({ until: 0.5 }), BOX), true);
    assert.equal(hasChanged(chart(), chart(), BOX), false);
    assert.equal(hasChanged(chart(), undefined, BOX), false);
  });

  it('reads a PNG with every line filter as the pixels that were written', () => {
    const picture = chart({ spikeAt: SPIKE });
    assert.deepEqual(decodePng(encodePng(picture)), picture);
    assert.throws(() => decodePng(Buffer.alloc(60)), /not an 8-bit RGB PNG/);
  });
});

/** Lines with filters 0 to 4 in turn. */
function encodePng({ width, height, data }: Raster): Buffer {
  const stride = width * 3;
  const at = (row: number, index: number): number =>
    row < 0 || index < 0 ? 0 : (data[row * stride + index] ?? 0);
  const lines = Buffer.alloc((stride + 1) * height);
  for (let row = 0; row < height; row += 1) {
    const filter = row % 5;
    lines[row * (stride + 1)] = filter;
    for (let index = 0; index < stride; index += 1) {
      const [left, above, corner] = [at(row, index - 3), at(row - 1, index), at(row - 1, index - 3)];
      const nearest = [left, above, corner].reduce((best, value) => {
        const estimate = left + above - corner;
        return Math.abs(estimate - value) < Math.abs(estimate - best) ? value : best;
      });
      const guess = [0, left, above, Math.floor((left + above) / 2), nearest][filter] ?? 0;
      lines[row * (stride + 1) + 1 + index] = (at(row, index) - guess) & 0xff;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const body = deflateSync(lines);
  const half = Math.floor(body.length / 2);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', body.subarray(0, half)),
    chunk('IDAT', body.subarray(half)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Its checksum is not looked at. */
function chunk(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, data, Buffer.alloc(4)]);
}
