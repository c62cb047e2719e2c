import type { WorkerFigure, WorkerLoad } from '../../src/core/entities';
import { niceTicks } from '../../src/core/scale-ticks';
import type { LoadState } from '../../src/features/workers/load-contract';
import { FIGURES } from '../../src/features/workers/figure-words';

/** One line of a chart, in the units of its axis; null where nobody measured. */
export interface LoadLine {
  readonly figure: WorkerFigure;
  readonly name: string;
  readonly means: readonly (number | null)[];
  readonly peaks: readonly (number | null)[];
}

/** One chart, drawn from 0 to `top`. */
export interface LoadChartModel {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly LoadLine[];
  readonly top: number;
  readonly from: number;
  readonly stepMs: number;
  /** The figures of now, in words; empty when they are not known. */
  readonly now: string;
}

interface ChartKind {
  readonly title: string;
  readonly figures: readonly WorkerFigure[];
  readonly unit: string;
  /** What the figure is divided by to be in that unit. */
  readonly per: number;
  readonly full?: (load: WorkerLoad) => number | undefined;
}

const MB_PER_GB = 1024;

const CHARTS: readonly ChartKind[] = [
  { title: 'CPU', figures: ['cpu'], unit: '%', per: 1, full: () => 100 },
  { title: 'GPU', figures: ['gpu'], unit: '%', per: 1, full: () => 100 },
  {
    title: 'Memory',
    figures: ['memory'],
    unit: 'GB',
    per: MB_PER_GB,
    full: ({ memoryTotalMb }) => memoryTotalMb,
  },
  { title: 'Memory per GPU', figures: ['gpuMemory'], unit: 'GB', per: MB_PER_GB },
  { title: 'Network', figures: ['received', 'sent'], unit: 'MB/s', per: 1 },
];
/** Room above the highest value where nothing says what full is. */
const HEADROOM = 1.1;

/** The charts of what was measured; a figure that nobody reports has none. */
export function chartsOf({ curves, from, stepMs }: LoadState, load: WorkerLoad): LoadChartModel[] {
  return CHARTS.flatMap(({ title, figures, unit, per, full }) => {
    const lines = figures.flatMap((figure): LoadLine[] => {
      const curve = curves.find((each) => each.figure === figure);
      const scaled = (values: readonly (number | null)[]): (number | null)[] =>
        values.map((value) => (value === null ? null : value / per));
      return curve === undefined
        ? []
        : [
            {
              figure,
              name: FIGURES[figure].label,
              means: scaled(curve.means),
              peaks: scaled(curve.peaks),
            },
          ];
    });
    const highest = Math.max(0, ...lines.flatMap(({ peaks }) => peaks.map((value) => value ?? 0)));
    const known = full?.(load);
    const top = Math.max(known === undefined ? highest * HEADROOM : known / per, highest) || 1;
    const now = figures.flatMap((figure) => FIGURES[figure].now(load) ?? []).join(', ');
    return lines.length === 0 ? [] : [{ title, unit, lines, top, from, stepMs, now }];
  });
}

/** A unit and how much of the chart's own is in it. */
type AxisUnit = readonly [unit: string, size: number];

/** The first that fits is taken, so that marks stay short. */
const AXIS_UNITS: Readonly<Record<string, readonly AxisUnit[]>> = {
  GB: [
    ['TB', 1024],
    ['GB', 1],
    ['MB', 1 / 1024],
  ],
  'MB/s': [
    ['GB/s', 1000],
    ['MB/s', 1],
    ['kB/s', 1 / 1000],
  ],
};

/** Marks of an axis from 0 to `top`: where each is, in the unit of the chart, and what it says: `0`, `20 GB`, `500 kB/s`. */
export function heightMarks(
  { unit, top }: Pick<LoadChartModel, 'unit' | 'top'>,
  maxCount: number,
): readonly { readonly value: number; readonly label: string }[] {
  const own: AxisUnit = [unit, 1];
  const units = AXIS_UNITS[unit] ?? [own];
  const [shown, size] = units.find(([, each]) => each <= top) ?? units.at(-1) ?? own;
  return niceTicks({ from: 0, to: top / size }, maxCount).map((tick) => ({
    value: tick * size,
    label: tick === 0 ? '0' : `${tick.toLocaleString('en-US')} ${shown}`,
  }));
}

/** `42 %`, `3.4 GB`; `not measured` for a gap. */
export function amount(value: number | null | undefined, unit: string): string {
  return value === null || value === undefined ? 'not measured' : `${number(value, unit)} ${unit}`;
}

function number(value: number, unit: string): string {
  return unit === '%'
    ? String(Math.round(value))
    : value.toLocaleString('en-US', { maximumFractionDigits: 1, minimumFractionDigits: 1 });
}

/** Mean and highest of one step, or of all of them. */
export function lineWords({ means, peaks }: LoadLine, unit: string, index?: number): string {
  if (index !== undefined) {
    const mean = means[index];
    return mean === null || mean === undefined
      ? 'not measured'
      : `${amount(mean, unit)}, up to ${amount(peaks[index], unit)}`;
  }
  const known = means.filter((value) => value !== null);
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const highest = Math.max(...peaks.map((value) => value ?? 0));
  return `mean ${amount(mean, unit)}, up to ${amount(highest, unit)}`;
}
