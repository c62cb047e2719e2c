import * as assert from 'node:assert/strict';
import { crc32c, record, scalarEvent } from '../../bench/peers/event-file';

describe('event files', () => {
  it('computes the checksum that the standard gives for its example', () => {
    // The check value of CRC-32C.
    assert.equal(crc32c(Buffer.from('123456789')), 0xe3069283);
  });

  it('frames a record with its length and masked checksums', () => {
    const framed = record(Buffer.from('abc'));
    assert.equal(framed.length, 19);
    assert.equal(framed.readBigUInt64LE(0), 3n);
    assert.equal(unmasked(framed.readUInt32LE(8)), crc32c(framed.subarray(0, 8)));
    assert.equal(framed.toString('utf8', 12, 15), 'abc');
    assert.equal(unmasked(framed.readUInt32LE(15)), crc32c(Buffer.from('abc')));
  });

  it('writes a scalar as the message that a reader of protocol buffers expects', () => {
    const tag = Buffer.from('train/loss');
    const expected = Buffer.concat([
      Buffer.from([0x09]),
      doubleOf(12.5),
      // Step 300 as a varint of two bytes.
      Buffer.from([0x10, 0xac, 0x02]),
      Buffer.from([0x2a, tag.length + 9, 0x0a, tag.length + 7, 0x0a, tag.length]),
      tag,
      Buffer.from([0x15]),
      floatOf(0.5),
    ]);
    assert.deepEqual(scalarEvent(12.5, 300, tag, 0.5), expected);
  });

  it('gives long names a length of more than one byte', () => {
    const event = scalarEvent(0, 0, Buffer.from('m'.repeat(200)), 1);
    // Event: 9 for the time, 2 for the step; summary and value have lengths of two bytes each.
    assert.equal(event.length, 9 + 2 + 3 + 3 + 3 + 200 + 5);
    assert.deepEqual([...event.subarray(11, 14)], [0x2a, 0xd3, 0x01]);
  });
});

function unmasked(masked: number): number {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
}

function doubleOf(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

function floatOf(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}
