import { element, setShown } from '../kit/dom';
import type { LineStyle } from '../kit/line-styles';
import { formatExact, formatValue } from './format';
import { lineSample } from '../kit/line-sample';

export interface ReadoutRow {
  /** Id of the line. */
  readonly line: string;
  readonly name: string;
  readonly style: LineStyle;
  readonly value: number;
  /** The value of the smoothed line at this point, when smoothing is on. */
  readonly smoothed: number | undefined;
  /** Of the mean of a group: the ends of its band and how many runs have a value here. */
  readonly band: { readonly lower: number; readonly upper: number; readonly count: number } | undefined;
  /** Where this point is, when it is not exactly under the crosshair. */
  readonly place: string | undefined;
  /** Vertical distance from the pointer, in pixels; the nearest come first. */
  readonly distance: number;
  /** The line is pointed at. */
  readonly isStrong: boolean;
}

const MOST_ROWS = 10;
/** More lines than this are told apart rather than read to the last digit. */
const EXACT_ROWS = 4;
const GAP_PIXELS = 14;

/** The box beside the crosshair with the exact values of the lines nearest to the pointer, the highest first. */
export class ReadoutView {
  readonly root = element('div', { class: 'readout' });

  constructor() {
    this.hide();
  }

  show(heading: string, rows: readonly ReadoutRow[], pixel: number, width: number): void {
    const nearest = [...rows].sort((a, b) => a.distance - b.distance).slice(0, MOST_ROWS);
    const lines = nearest
      .sort((a, b) => compare(rank(b.value), rank(a.value)))
      .map((row) => rowElement(row, nearest.length > EXACT_ROWS));
    const rest = rows.length - lines.length;
    this.root.replaceChildren(
      element('div', { class: 'readout-heading', text: heading }),
      ...lines,
      ...(rest > 0 ? [element('div', { class: 'readout-rest', text: `and ${rest} more lines` })] : []),
    );
    setShown(this.root, true);
    const wanted = this.root.offsetWidth;
    const left = pixel > width / 2 ? pixel - GAP_PIXELS - wanted : pixel + GAP_PIXELS;
    this.root.style.left = `${Math.max(4, Math.min(left, width - wanted - 4))}px`;
  }

  hide(): void {
    setShown(this.root, false);
  }
}

/** The same for a screen reader, in one sentence. */
export function readoutSentence(heading: string, rows: readonly ReadoutRow[]): string {
  const values = rows
    .slice(0, MOST_ROWS)
    .map(
      ({ name, value, band, place }) =>
        `${name} ${formatExact(value)}${bandText(band)}${place === undefined ? '' : ` (${place})`}`,
    );
  return `${heading}: ${values.join(', ')}`;
}

/** Also of two infinities, whose difference is no number. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function rank(value: number): number {
  return Number.isNaN(value) ? -Infinity : value;
}

function bandText(band: ReadoutRow['band']): string {
  if (band === undefined) {
    return '';
  }
  const ends = Number.isNaN(band.lower) ? '' : `${formatValue(band.lower)} to ${formatValue(band.upper)}, `;
  return ` (${ends}n = ${band.count})`;
}

function rowElement(
  { name, style, value, smoothed, band, place, isStrong }: ReadoutRow,
  isShort: boolean,
): HTMLElement {
  const shown = smoothed === undefined ? '' : ` (smoothed ${formatValue(smoothed)})`;
  const read = isShort || band !== undefined ? formatValue(value) : formatExact(value);
  return element('div', { class: isStrong ? 'readout-row is-strong' : 'readout-row' }, [
    lineSample(style),
    element('span', { class: 'readout-name ellipsis', text: name }),
    element('span', { class: 'readout-value', text: read + shown + bandText(band) }),
    ...(place === undefined ? [] : [element('span', { class: 'readout-place', text: place })]),
  ]);
}
