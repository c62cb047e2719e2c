import type { ComparedRow, ValueMark } from '../../src/core/comparison';
import type { TextRef } from '../../src/features/compare/compare-contract';
import type { CellView } from './cell-view';
import { CONSOLE_ROW, type ComparedRun, type CompareModel } from './compare-model';

/** What a cell opens: both sides where there is a `base` (the key of a run), else the text alone. */
export type CellTarget =
  | { readonly kind: 'console'; readonly base: string | null }
  | { readonly kind: 'text'; readonly text: TextRef; readonly base: string | null };

/** A cell of the table of files. `isMissing`: this run does not have the text. */
export function fileCell(
  model: CompareModel,
  row: ComparedRow,
  run: ComparedRun,
  mark: ValueMark,
  isMissing: boolean,
): CellView {
  const base = otherBaseline(model, row, run);
  if (row.id === CONSOLE_ROW) {
    const text = base === null ? 'Open' : 'Compare';
    return { ...PLAIN, text, full: text, opens: { kind: 'console', base } };
  }
  const opens = textTarget(model, row, mark === 'differs' ? base : null, isMissing);
  const view = { ...PLAIN, mark, ...(opens === undefined ? {} : { opens }) };
  if (isMissing) {
    return { ...view, text: '–', full: 'This run does not have it.', isVoid: true };
  }
  const text = linesText(model.textOf(row.id, run)?.lineCount ?? 0);
  return mark === 'same'
    ? { ...view, text, note: 'same', full: `${text}, the same as the baseline` }
    : { ...view, text, full: text };
}

/** A run that lacks the text can only be set against one that has it. */
function textTarget(
  model: CompareModel,
  row: ComparedRow,
  base: string | null,
  isMissing: boolean,
): CellTarget | undefined {
  const text = textOfRow(model, row.id);
  return text === undefined || (isMissing && base === null) ? undefined : { kind: 'text', text, base };
}

const PLAIN = { note: '', mark: 'none', isNumber: false, isVoid: false } as const;

function linesText(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'line' : 'lines'}`;
}

/** The baseline's key, where it is another run that may have such a text. */
function otherBaseline(model: CompareModel, row: ComparedRow, run: ComparedRun): string | null {
  const { baseline } = model;
  const base = baseline === undefined ? undefined : model.shownRuns[baseline];
  const isKnown = baseline !== undefined && row.values[baseline] !== undefined;
  return base === undefined || base.key === run.key || !isKnown ? null : base.key;
}

/** Any run that has the text says which it is. */
function textOfRow(model: CompareModel, rowId: string): TextRef | undefined {
  const known = model.all.map((run) => model.textOf(rowId, run)).find((text) => text !== undefined);
  return known && { kind: known.kind, name: known.name };
}
