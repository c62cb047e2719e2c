import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { PeerRun } from './peer-data';

/** Records are gathered to about this many bytes before they go to the file. */
const FLUSH_BYTES = 1 << 20;

/**
 * Writes a run as TensorBoard's event file: records of a length, its masked CRC-32C, the bytes of an `Event` message,
 * and their masked CRC-32C (`tensorflow/core/lib/io/record_writer.h`, `core/util/event.proto`). All metrics of a step
 * follow one another, as a training script writes them.
 */
export function writeEventFile(folder: string, { times, metrics }: PeerRun): void {
  mkdirSync(folder, { recursive: true });
  const file = openSync(
    path.join(folder, `events.out.tfevents.${Math.trunc((times[0] ?? 0) / 1000)}.bench`),
    'w',
  );
  const pending: Buffer[] = [record(versionEvent((times[0] ?? 0) / 1000))];
  const tags = metrics.map(({ name }) => Buffer.from(name));
  let bytes = 0;
  const flush = (): void => {
    writeSync(file, Buffer.concat(pending));
    pending.length = 0;
    bytes = 0;
  };
  try {
    for (const [step, time] of times.entries()) {
      for (const [index, tag] of tags.entries()) {
        const made = record(scalarEvent(time / 1000, step, tag, metrics[index]?.values[step] ?? NaN));
        bytes += made.length;
        pending.push(made);
      }
      if (bytes > FLUSH_BYTES) {
        flush();
      }
    }
    flush();
  } finally {
    closeSync(file);
  }
}

/** One more point for a file that is there already, as a script that goes on would add it. */
export function appendScalar(file: string, timeMs: number, step: number, tag: string, value: number): void {
  const handle = openSync(file, 'a');
  try {
    writeSync(handle, record(scalarEvent(timeMs / 1000, step, Buffer.from(tag), value)));
  } finally {
    closeSync(handle);
  }
}

/** A record as it is in the file. */
export function record(data: Buffer): Buffer {
  const framed = Buffer.alloc(data.length + 16);
  framed.writeBigUInt64LE(BigInt(data.length), 0);
  framed.writeUInt32LE(maskedCrc(framed.subarray(0, 8)), 8);
  data.copy(framed, 12);
  framed.writeUInt32LE(maskedCrc(data), 12 + data.length);
  return framed;
}

/** `Event{wall_time = 1, file_version = 3}`. */
function versionEvent(wallTimeSeconds: number): Buffer {
  const version = Buffer.from('brain.Event:2');
  return Buffer.concat([wallTime(wallTimeSeconds), Buffer.from([0x1a, version.length]), version]);
}

/** `Event{wall_time = 1, step = 2, summary = 5 {value = 1 {tag = 1, simple_value = 2}}}`. */
export function scalarEvent(wallTimeSeconds: number, step: number, tag: Buffer, value: number): Buffer {
  const inner = tag.length + varintLength(tag.length) + 6;
  const summary = inner + varintLength(inner) + 1;
  const event = Buffer.alloc(9 + 1 + varintLength(step) + 1 + varintLength(summary) + summary);
  wallTime(wallTimeSeconds).copy(event, 0);
  let at = 9;
  event[at] = 0x10;
  at = writeVarint(event, at + 1, step);
  event[at] = 0x2a;
  at = writeVarint(event, at + 1, summary);
  event[at] = 0x0a;
  at = writeVarint(event, at + 1, inner);
  event[at] = 0x0a;
  at = writeVarint(event, at + 1, tag.length);
  tag.copy(event, at);
  at += tag.length;
  event[at] = 0x15;
  event.writeFloatLE(value, at + 1);
  return event;
}

function wallTime(seconds: number): Buffer {
  const field = Buffer.alloc(9);
  field[0] = 0x09;
  field.writeDoubleLE(seconds, 1);
  return field;
}

function varintLength(value: number): number {
  return value < 0x80 ? 1 : 1 + varintLength(Math.floor(value / 0x80));
}

function writeVarint(target: Buffer, at: number, value: number): number {
  let rest = value;
  let place = at;
  while (rest >= 0x80) {
    target[place] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
    place += 1;
  }
  target[place] = rest;
  return place + 1;
}

/** CRC-32C of the bytes, rotated and offset as the record format wants it. */
function maskedCrc(data: Buffer): number {
  const crc = crc32c(data);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** Castagnoli's polynomial, reflected. */
export function crc32c(data: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of data) {
    crc = (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) {
    crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return crc;
});
