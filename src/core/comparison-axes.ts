import type { ComparedRow, ComparedValue } from './comparison';
import { compareCells } from './task-table';

/** Why runs have no place on an axis, counted. */
export interface Placeless {
  /** The run does not have the value, or it is not known. */
  readonly missing: number;
  /** NaN or infinite. */
  readonly notFinite: number;
  /** Zero or less on a logarithmic axis. */
  readonly notPositive: number;
}

/** One parameter or metric as an axis. Positions are 0 at the low end to 1 at the high end, null without a place. */
export type ComparedAxis = {
  readonly id: string;
  readonly label: string;
  readonly positions: readonly (number | null)[];
  readonly placeless: Placeless;
} & (
  | {
      readonly kind: 'number';
      readonly isLogarithmic: boolean;
      /** Ends of the axis as values; equal when there is one value only, NaN when there is none. */
      readonly from: number;
      readonly to: number;
    }
  | { readonly kind: 'category'; readonly categories: readonly string[] }
);

const NOT_A_NUMBER = /^[+-]?nan$/i;
const INFINITE = /^([+-]?)(?:inf|infinity)$/i;

/** The number that a value is or spells, as scripts print it; undefined for other texts and for no value. */
export function spelledNumber(value: ComparedValue): number | undefined {
  if (value === null || value === undefined || typeof value === 'number') {
    return value ?? undefined;
  }
  const text = value.trim();
  if (NOT_A_NUMBER.test(text)) {
    return NaN;
  }
  const infinite = INFINITE.exec(text);
  if (infinite !== null) {
    return infinite[1] === '-' ? -Infinity : Infinity;
  }
  const parsed = text === '' ? NaN : Number(text);
  return Number.isNaN(parsed) ? undefined : parsed;
}

/** An axis of numbers when every run that has a value has a number, else one of categories. */
export function axisOf(row: ComparedRow, wantsLogarithm: boolean): ComparedAxis {
  const label = rowLabel(row);
  const present = row.values.filter((value) => value !== null && value !== undefined);
  const isNumeric = present.length > 0 && present.every((value) => spelledNumber(value) !== undefined);
  return isNumeric ? numberAxis(row, label, wantsLogarithm) : categoryAxis(row, label);
}

/** `loss/validation (min)`. */
export function rowLabel({ section, name }: Pick<ComparedRow, 'section' | 'name'>): string {
  if (section === '') {
    return name;
  }
  return name.startsWith('(') ? `${section} ${name}` : `${section}/${name}`;
}

function numberAxis(row: ComparedRow, label: string, wantsLogarithm: boolean): ComparedAxis {
  const values = row.values.map(spelledNumber);
  const finite = values.filter((value): value is number => Number.isFinite(value));
  // Where nothing is positive a logarithm would show nothing.
  const isLogarithmic = wantsLogarithm && finite.some((value) => value > 0);
  const placed = finite.filter((value) => !isLogarithmic || value > 0);
  const [from, to] = [Math.min(...placed), Math.max(...placed)];
  const scale = (value: number): number => (isLogarithmic ? Math.log10(value) : value);
  const place = (value: number | undefined): number | null =>
    value === undefined || !Number.isFinite(value) || (isLogarithmic && value <= 0)
      ? null
      : share(scale(value), scale(from), scale(to));
  return {
    kind: 'number',
    id: row.id,
    label,
    isLogarithmic,
    from: placed.length === 0 ? NaN : from,
    to: placed.length === 0 ? NaN : to,
    positions: values.map(place),
    placeless: {
      missing: values.filter((value) => value === undefined).length,
      notFinite: values.filter((value) => value !== undefined && !Number.isFinite(value)).length,
      notPositive: finite.length - placed.length,
    },
  };
}

/** Where `value` lies between `low` and `high`, from 0 to 1; in the middle when they are the same. */
export function share(value: number, low: number, high: number): number {
  if (low === high) {
    return 0.5;
  }
  const span = high - low;
  // Halves keep the widest range of doubles from overflowing, and would lose the narrowest.
  return Number.isFinite(span) ? (value - low) / span : (value / 2 - low / 2) / (high / 2 - low / 2);
}

function categoryAxis(row: ComparedRow, label: string): ComparedAxis {
  const texts = row.values.map((value) => (value === null || value === undefined ? null : String(value)));
  const categories = [...new Set(texts.filter((text) => text !== null))].sort(
    (a, b) => compareCells(a, b) || (a < b ? -1 : 1),
  );
  const places = new Map(categories.map((text, index) => [text, index]));
  return {
    kind: 'category',
    id: row.id,
    label,
    categories,
    positions: texts.map((text) =>
      text === null ? null : share(places.get(text) ?? 0, 0, categories.length - 1),
    ),
    placeless: { missing: texts.filter((text) => text === null).length, notFinite: 0, notPositive: 0 },
  };
}

/** A stretch of an axis that runs must lie in: values for numbers, names for categories. */
export type AxisBrush =
  | { readonly id: string; readonly kind: 'number'; readonly from: number; readonly to: number }
  | { readonly id: string; readonly kind: 'category'; readonly names: readonly string[] };

/** The brush over a stretch of positions. */
export function brushOver(axis: ComparedAxis, from: number, to: number): AxisBrush {
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  if (axis.kind === 'number') {
    return { id: axis.id, kind: 'number', from: valueAt(axis, low), to: valueAt(axis, high) };
  }
  const last = axis.categories.length - 1;
  const names = axis.categories.filter((_, index) => {
    const position = share(index, 0, last);
    return position >= low && position <= high;
  });
  return { id: axis.id, kind: 'category', names };
}

/** The value at a position of an axis of numbers. */
export function valueAt(
  axis: Pick<Extract<ComparedAxis, { kind: 'number' }>, 'from' | 'to' | 'isLogarithmic'>,
  position: number,
): number {
  const { from, to, isLogarithmic } = axis;
  if (position <= 0) {
    return from;
  }
  if (position >= 1) {
    return to;
  }
  return isLogarithmic
    ? 10 ** (Math.log10(from) * (1 - position) + Math.log10(to) * position)
    : from * (1 - position) + to * position;
}

/** True when the run lies in the brush; one without the value does not. */
export function isInBrush(value: ComparedValue, brush: AxisBrush): boolean {
  if (value === null || value === undefined) {
    return false;
  }
  if (brush.kind === 'category') {
    return brush.names.includes(String(value));
  }
  const number = spelledNumber(value);
  return number !== undefined && number >= brush.from && number <= brush.to;
}
