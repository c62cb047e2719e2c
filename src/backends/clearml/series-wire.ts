/** The binary answers of Trackside's tracker about series; shared by the tracker and the ClearML backend. */
import * as z from 'zod';
import type { SeriesColumns, SeriesDelta } from '../../core/series';
import type { SeriesOverview } from '../../core/series-overview';

const rowName = { metric: z.string(), variant: z.string() };
const count = z.number().int().nonnegative();

const seriesHeader = z.object({
  cursor: z.string(),
  series: z.array(z.object({ ...rowName, mode: z.enum(['append', 'replace']), count })),
});
type SeriesHeader = z.infer<typeof seriesHeader>;

const overviewHeader = z.object({
  series: z.array(
    z.object({
      ...rowName,
      count,
      of: count,
      times: z.object({ from: z.number(), to: z.number() }).nullable(),
      is_complete: z.boolean(),
      gaps: z.object({ nan: count, plus_infinity: count, minus_infinity: count }),
    }),
  ),
});
type OverviewHeader = z.infer<typeof overviewHeader>;

type WireSeries = Omit<SeriesDelta, 'fidelity'>;

/** What {@link decodeSeries} reads: points after a cursor, and the next cursor. */
export function encodeSeries(cursor: string, series: readonly WireSeries[]): Uint8Array {
  const header: SeriesHeader = {
    cursor,
    series: series.map(({ name, mode, values }) => ({ ...name, mode, count: values.length })),
  };
  return encode(header, series);
}

/** Reverse of {@link encodeSeries}. Throws a plain Error with the reason when the bytes do not add up. */
export function decodeSeries(bytes: Uint8Array): { cursor: string; series: WireSeries[] } {
  const { header, columns } = decode(bytes, seriesHeader);
  const series = header.series.map(({ metric, variant, mode }, index) => ({
    name: { metric, variant },
    mode,
    ...columnsAt(columns, index),
  }));
  return { cursor: header.cursor, series };
}

/** What {@link decodeOverviews} reads: none where reading every point is as quick. */
export function encodeOverviews(overviews: readonly SeriesOverview[]): Uint8Array {
  const header: OverviewHeader = {
    series: overviews.map(({ name, pointCount, timeRange, isComplete, gaps, values }) => ({
      ...name,
      count: values.length,
      of: pointCount,
      times: timeRange,
      is_complete: isComplete,
      gaps: {
        nan: gaps.notANumber,
        plus_infinity: gaps.plusInfinity,
        minus_infinity: gaps.minusInfinity,
      },
    })),
  };
  return encode(header, overviews);
}

/** Reverse of {@link encodeOverviews}. Throws a plain Error with the reason when the bytes do not add up. */
export function decodeOverviews(bytes: Uint8Array): SeriesOverview[] {
  const { header, columns } = decode(bytes, overviewHeader);
  return header.series.map(({ metric, variant, of, times, is_complete, gaps }, index) => {
    const { steps, times: pointTimes, values } = columnsAt(columns, index);
    return {
      name: { metric, variant },
      steps: new Float64Array(steps),
      times: new Float64Array(pointTimes),
      values: new Float64Array(values),
      pointCount: of,
      timeRange: times,
      isComplete: is_complete,
      gaps: {
        notANumber: gaps.nan,
        plusInfinity: gaps.plus_infinity,
        minusInfinity: gaps.minus_infinity,
        nonPositive: 0,
      },
    };
  });
}

/**
 * Binary form of many series. Little-endian: uint32 length of the header in bytes (a multiple of 8 minus 4, padded
 * with blanks), the header as UTF-8 JSON, then per series `count` float64 steps, `count` times (epoch ms) and
 * `count` values, in header order. No JSON parse per point, and the arrays are views into one buffer.
 */
function encode(header: SeriesHeader | OverviewHeader, series: readonly SeriesColumns[]): Uint8Array {
  const headerBytes = new TextEncoder().encode(JSON.stringify(header));
  const dataStart = Math.ceil((4 + headerBytes.length) / 8) * 8;
  const pointCount = series.reduce((sum, { values }) => sum + values.length, 0);
  const bytes = new Uint8Array(dataStart + pointCount * 24);
  new DataView(bytes.buffer).setUint32(0, dataStart - 4, true);
  bytes.fill(0x20, 4, dataStart);
  bytes.set(headerBytes, 4);
  let offset = dataStart;
  for (const { steps, times, values } of series) {
    for (const column of [steps, times, values]) {
      bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), offset);
      offset += column.byteLength;
    }
  }
  return bytes;
}

function decode<Header extends { readonly series: readonly { readonly count: number }[] }>(
  bytes: Uint8Array,
  schema: z.ZodType<Header>,
): { header: Header; columns: readonly SeriesColumns[] } {
  const buffer = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  if (buffer.byteLength < 8) {
    throw new Error('The series answer is too short.');
  }
  const headerLength = new DataView(buffer.buffer, buffer.byteOffset).getUint32(0, true);
  const dataStart = 4 + headerLength;
  if (dataStart % 8 !== 0 || dataStart > buffer.byteLength) {
    throw new Error('The series answer has a header of impossible length.');
  }
  const text = new TextDecoder().decode(buffer.subarray(4, dataStart));
  const header = schema.parse(JSON.parse(text));
  const expected = header.series.reduce((sum, { count }) => sum + count * 24, dataStart);
  if (expected !== buffer.byteLength) {
    throw new Error(`The series answer has ${buffer.byteLength} bytes where ${expected} were announced.`);
  }
  let offset = buffer.byteOffset + dataStart;
  const column = (length: number): Float64Array => {
    const view = new Float64Array(buffer.buffer, offset, length);
    offset += length * 8;
    return view;
  };
  const columns = header.series.map(({ count }) => ({
    steps: column(count),
    times: column(count),
    values: column(count),
  }));
  return { header, columns };
}

function columnsAt(columns: readonly SeriesColumns[], index: number): SeriesColumns {
  const found = columns[index];
  if (found === undefined) {
    throw new Error('The series answer lacks the points of a series.');
  }
  return found;
}
