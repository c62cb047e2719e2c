import { percentile } from '../bench-row';
import type { Comparison, Product } from '../comparison';
import { paintCharts, type ChartPage, type Painting } from './painting';
import { spikeStep, type DataShape } from './peer-data';

const TIMEOUT_MS = 180_000;
const LATER_TIMES = 5;
/** What takes longer than this is asked for once more only, and in one round only. */
const SLOW_MS = 10_000;

/** What one product made of one set of curves, from its start to its end. */
export interface ChartRound {
  readonly coldMs: number;
  readonly laterMs: readonly number[];
  /** Charts that show the planted spike, of those on screen. */
  readonly spikeShare: number;
  readonly browserMb: number;
  readonly serverMb: number;
}

/** The same over all rounds: the median, of spikes the least. */
export interface ChartFigures extends Omit<ChartRound, 'laterMs'> {
  readonly warmMs: number;
}

/** A product's figures, or why there are none. */
export type Measured = ChartFigures | { readonly reason: string };

/** Opens the charts once for the first time, then again and again; `memory` is asked while they are on screen. */
export async function measureCharts(
  charts: ChartPage,
  shape: DataShape,
  memory: () => { readonly browserMb: number; readonly serverMb: number },
): Promise<ChartRound> {
  const planted = { lines: shape.runs, spikeShare: spikeStep(shape) / (shape.points - 1) };
  const cold = await paintCharts(charts, planted, TIMEOUT_MS);
  const later: Painting[] = [];
  const times = cold.paintedMs > SLOW_MS ? 1 : LATER_TIMES;
  for (let time = 0; time < times; time += 1) {
    later.push(await paintCharts(charts, planted, TIMEOUT_MS));
  }
  return {
    coldMs: cold.paintedMs,
    laterMs: later.map(({ paintedMs }) => paintedMs),
    spikeShare: Math.min(...[cold, ...later].map(({ spikes, charts: count }) => spikes / count)),
    ...memory(),
  };
}

export function isSlow({ coldMs }: ChartRound): boolean {
  return coldMs > SLOW_MS;
}

export function chartFigures(rounds: readonly ChartRound[]): ChartFigures {
  const middle = (of: (round: ChartRound) => number | readonly number[]): number =>
    Math.round(percentile(rounds.flatMap(of), 0.5));
  return {
    coldMs: middle(({ coldMs }) => coldMs),
    warmMs: middle(({ laterMs }) => laterMs),
    spikeShare: Math.min(...rounds.map(({ spikeShare }) => spikeShare)),
    browserMb: middle(({ browserMb }) => browserMb),
    serverMb: middle(({ serverMb }) => serverMb),
  };
}

/** The rows of the table that one set of curves fills. */
export function chartComparisons(
  title: string,
  measured: Partial<Readonly<Record<Product, Measured>>>,
): Comparison[] {
  const row = (
    what: string,
    unit: string,
    goal: string,
    value: (figures: ChartFigures) => number,
    better: Comparison['better'] = 'lower',
  ): Comparison => ({
    what: `${title}: ${what}`,
    unit,
    better,
    goal,
    values: Object.fromEntries(
      Object.entries(measured).map(([product, figures]) => [
        product,
        'reason' in figures ? figures.reason : value(figures),
      ]),
    ),
  });
  return [
    row('asked → painted, first time', 'ms', '5 × faster', ({ coldMs }) => coldMs),
    row('asked → painted, later', 'ms', '5 × faster', ({ warmMs }) => warmMs),
    row(
      'charts that show the one-point spike',
      '%',
      '100 %',
      ({ spikeShare }) => Math.round(spikeShare * 100),
      'higher',
    ),
    row('memory of the browser', 'MB', '', ({ browserMb }) => browserMb),
    row('memory of the servers', 'MB', '', ({ serverMb }) => serverMb),
  ];
}
