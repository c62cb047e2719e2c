import { percentile } from '../bench-row';
import type { Comparison, Product } from '../comparison';
import { paintCharts, type ChartPage, type Painting } from './painting';
import { spikeStep, type DataShape } from './peer-data';

const TIMEOUT_MS = 180_000;
const LATER_TIMES = 3;
/** What takes longer than this is asked for once more only. */
const SLOW_MS = 15_000;

/** What one product made of one set of curves. */
export interface ChartFigures {
  readonly coldMs: number;
  readonly warmMs: number;
  /** Charts that show the planted spike, of those on screen. */
  readonly spikeShare: number;
  readonly browserMb: number;
  readonly serverMb: number;
}

/** A product's figures, or why there are none. */
export type Measured = ChartFigures | { readonly reason: string };

/** Opens the charts once for the first time, then again and again; `memory` is asked while they are on screen. */
export async function measureCharts(
  charts: ChartPage,
  shape: DataShape,
  memory: () => { readonly browserMb: number; readonly serverMb: number },
): Promise<ChartFigures> {
  const planted = { lines: shape.runs, spikeShare: spikeStep(shape) / (shape.points - 1) };
  const cold = await paintCharts(charts, planted, TIMEOUT_MS);
  const warm: Painting[] = [];
  const times = cold.paintedMs > SLOW_MS ? 1 : LATER_TIMES;
  for (let time = 0; time < times; time += 1) {
    warm.push(await paintCharts(charts, planted, TIMEOUT_MS));
  }
  const all = [cold, ...warm];
  return {
    coldMs: Math.round(cold.paintedMs),
    warmMs: Math.round(
      percentile(
        warm.map(({ paintedMs }) => paintedMs),
        0.5,
      ),
    ),
    spikeShare: Math.min(...all.map(({ spikes, charts: count }) => spikes / count)),
    ...memory(),
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
