import type { SeriesEntry } from '../../src/features/metrics/series-entry';

/**
 * Totals of one series over the runs of a group: its lowest and highest value, and as the last one the mean of the runs'
 * last values. There must be one at least.
 */
export function groupEntry(group: string, members: readonly SeriesEntry[]): SeriesEntry {
  const [first, ...others] = members;
  if (first === undefined) {
    throw new Error('A group without runs has no totals.');
  }
  const lasts = members.flatMap(({ last }) => (last !== null && Number.isFinite(last) ? [last] : []));
  return {
    ...first,
    run: group,
    revision: sum(members.map(({ revision }) => revision)),
    pointCount: sum(members.map(({ pointCount }) => pointCount)),
    last: lasts.length === 0 ? null : sum(lasts.map((last) => last / lasts.length)),
    lastStep: others.reduce((step, { lastStep }) => ifBoth(Math.max, step, lastStep), first.lastStep),
    min: others.reduce((low, { min }) => ifBoth(Math.min, low, min), first.min),
    max: others.reduce((high, { max }) => ifBoth(Math.max, high, max), first.max),
    steps: others.reduce((range, { steps }) => joined(range, steps), first.steps),
    times: others.reduce((range, { times }) => joined(range, times), first.times),
    meanBuckets: members.find(({ meanBuckets }) => meanBuckets !== null)?.meanBuckets ?? null,
  };
}

function ifBoth(choose: (a: number, b: number) => number, a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : choose(a, b);
}

function joined(a: SeriesEntry['steps'], b: SeriesEntry['steps']): SeriesEntry['steps'] {
  return a === null || b === null ? (a ?? b) : { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
