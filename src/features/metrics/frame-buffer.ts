import type { Frame, FrameBand, FramePoints } from './panel-contract';

/**
 * The same frames with all their columns in one buffer. The editor hands a page no more than 255 buffers with a message,
 * and what lies in the others arrives empty, without a word (its protocol counts them in a byte).
 */
export function inOneBuffer(frames: readonly Frame[]): Frame[] {
  const length = frames.flatMap(columnsOf).reduce((sum, column) => sum + column.length, 0);
  const all = new Float64Array(length);
  let begin = 0;
  const put = (column: Column): Column => {
    const placed = all.subarray(begin, begin + column.length);
    placed.set(column);
    begin += column.length;
    return placed;
  };
  return frames.map((frame) => ({
    ...frame,
    points: movedPoints(frame.points, put),
    smoothed: frame.smoothed && movedPoints(frame.smoothed, put),
    superseded: frame.superseded.map((points) => movedPoints(points, put)),
    band: frame.band && movedBand(frame.band, put),
  }));
}

type Column = FramePoints['values'];

function columnsOf({ points, smoothed, superseded, band }: Frame): Column[] {
  const lines = [points, ...(smoothed === null ? [] : [smoothed]), ...superseded];
  return [
    ...lines.flatMap(({ steps, times, values, xs }) => [steps, times, values, ...(xs === null ? [] : [xs])]),
    ...(band === null ? [] : [band.lowers, band.uppers, band.counts]),
  ];
}

function movedPoints(
  { steps, times, values, xs }: FramePoints,
  put: (column: Column) => Column,
): FramePoints {
  return { steps: put(steps), times: put(times), values: put(values), xs: xs && put(xs) };
}

function movedBand(band: FrameBand, put: (column: Column) => Column): FrameBand {
  return { ...band, lowers: put(band.lowers), uppers: put(band.uppers), counts: put(band.counts) };
}
