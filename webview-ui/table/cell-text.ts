import type { CellValue, TableColumn } from '../../src/core/task-table';
import { formatSecond, formatSpan, formatValue } from '../metrics/format';

/** A cell as it is shown, and in full for the tooltip and for copies. */
export interface CellText {
  readonly shown: string;
  readonly full: string;
  readonly isNumber: boolean;
}

export function cellText(value: CellValue, column: TableColumn): CellText {
  if (value === null) {
    return { shown: '', full: '', isNumber: false };
  }
  if (typeof value === 'string') {
    const isNumber = value.trim() !== '' && !Number.isNaN(Number(value));
    return { shown: value, full: value, isNumber };
  }
  if (column.kind === 'field') {
    const text = fieldText(value, column.field);
    return { shown: text, full: text, isNumber: true };
  }
  return { shown: formatValue(value), full: String(value), isNumber: true };
}

function fieldText(value: number, field: string): string {
  switch (field) {
    case 'duration':
      return formatSpan(value);
    case 'created':
    case 'started':
    case 'ended':
    case 'updated':
      return formatSecond(value);
    default:
      return value.toLocaleString('en-US');
  }
}
