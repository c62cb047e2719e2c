import {
  changeOf,
  markOf,
  type ComparedRow,
  type ValueFormat,
  type ValueMark,
} from '../../src/core/comparison';
import { changeText } from '../../src/features/compare/comparison-text';
import { formatExact, formatMoment, formatSecond, formatSpan, formatValue } from '../metrics/format';
import type { ComparedRun, CompareModel } from './compare-model';
import { fileCell, type CellTarget } from './file-cell';

/** A cell as it is shown. */
export interface CellView {
  readonly text: string;
  /** Beside it, such as how far it is from the baseline. */
  readonly note: string;
  /** In full, for the tooltip and for copies. */
  readonly full: string;
  readonly mark: ValueMark;
  readonly isNumber: boolean;
  /** True where the text is no value but says why there is none. */
  readonly isVoid: boolean;
  /** Absent where there is nothing to open. */
  readonly opens?: CellTarget;
}

export function writeValue(value: string | number, format: ValueFormat): string {
  if (typeof value === 'string') {
    return value;
  }
  switch (format) {
    case 'moment':
      return formatSecond(value);
    case 'duration':
      return formatSpan(value);
    case 'number':
    case 'text':
      return formatValue(value);
  }
}

/** With every digit that is known. */
function writeExactly(value: string | number, format: ValueFormat): string {
  if (typeof value === 'string') {
    return value;
  }
  switch (format) {
    case 'moment':
      return formatMoment(value);
    case 'duration':
      return `${(value / 1_000).toLocaleString('en-US', { maximumFractionDigits: 3 })} s`;
    case 'number':
    case 'text':
      return formatExact(value);
  }
}

export function cellView(model: CompareModel, row: ComparedRow, place: number): CellView {
  const run = model.shownRuns[place];
  const value = row.values[place];
  if (run === undefined || value === undefined) {
    return voidCell(run);
  }
  const mark = markOf(row, place, model.baseline);
  if (model.view.tab === 'files') {
    return fileCell(model, row, run, mark, value === null);
  }
  if (value === null) {
    return { text: '–', note: '', full: 'This run does not have it.', mark, isNumber: false, isVoid: true };
  }
  const text = shownText(model, row, value, mark);
  const isNumber = typeof value === 'number' || (text.trim() !== '' && !Number.isNaN(Number(text)));
  return {
    text,
    note: changeNote(model, row, value),
    full: writeExactly(value, row.format),
    mark,
    isNumber,
    isVoid: false,
  };
}

/** Short, but never the same as the baseline's where the values differ. */
function shownText(
  { baseline }: CompareModel,
  row: ComparedRow,
  value: string | number,
  mark: ValueMark,
): string {
  const text = writeValue(value, row.format);
  const base = baseline === undefined ? undefined : (row.values[baseline] ?? undefined);
  const looksTheSame = mark === 'differs' && base !== undefined && writeValue(base, row.format) === text;
  return looksTheSame ? writeExactly(value, row.format) : text;
}

/** How far a metric is from the baseline's. */
function changeNote({ baseline }: CompareModel, row: ComparedRow, value: string | number): string {
  const base = baseline === undefined ? undefined : row.values[baseline];
  const change = row.format === 'number' && !Object.is(value, base) ? changeOf(value, base) : undefined;
  return change === undefined ? '' : changeText(change, writeValue);
}

function voidCell(run: ComparedRun | undefined): CellView {
  const none = { note: '', mark: 'none', isNumber: false, isVoid: true } as const;
  switch (run?.state.phase) {
    case undefined:
    case 'reading':
      return { ...none, text: '…', full: 'Being read' };
    case 'failed':
      return { ...none, text: '', full: run.state.failure.message };
    case 'ready':
      return { ...none, text: '', full: `${run.connectionLabel} keeps nothing of the kind.` };
  }
}
