import { studentQuantile95 } from '../../src/core/student-quantile';
import type { TableLine } from '../../src/features/table/table-contract';
import { formatValue } from '../metrics/format';

type GroupFigure = Extract<TableLine, { kind: 'group' }>['figures'][number];

/** `loss (last): 0.31 ± 0.02 of 3, best 0.28`; how many only where not every task of the group has it. */
export function figureText({ label, count, mean, deviation, best }: GroupFigure, taskCount: number): string {
  const spread = deviation === null ? '' : ` ± ${formatValue(deviation)}`;
  const of = count < taskCount ? ` of ${count.toLocaleString('en-US')}` : '';
  return `${label}: ${formatValue(mean)}${spread}${of}${count > 1 ? `, best ${formatValue(best)}` : ''}`;
}

/** The same in full, with the same interval as the bands of grouped curves. */
export function figureTitle({ label, count, mean, deviation, lowest, highest }: GroupFigure): string {
  if (count === 1) {
    return `${label}: ${mean}, of one task`;
  }
  const spread =
    deviation === null
      ? 'standard deviation unknown'
      : `standard deviation ${deviation}, 95 % interval of the mean ${intervalText(mean, deviation, count)}`;
  return `${label}: mean ${mean} of ${count.toLocaleString('en-US')} tasks, ${spread}, from ${lowest} to ${highest}`;
}

function intervalText(mean: number, deviation: number, count: number): string {
  const half = (studentQuantile95(count - 1) * deviation) / Math.sqrt(count);
  return `${mean - half} to ${mean + half}`;
}
