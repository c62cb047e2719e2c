import type { ComparedRow } from '../../src/core/comparison';
import type { CompareView, PageMessage } from '../../src/features/compare/compare-contract';
import type { MenuEntry } from '../kit/menu';
import type { ComparedRun } from './compare-model';

export interface MenuPorts {
  readonly change: (change: Partial<CompareView>) => void;
  readonly post: (message: PageMessage) => void;
  readonly copyRow: (row: ComparedRow) => void;
}

/** What can be done with a run. */
export function runMenu(
  { baseline, rowOrder, hidden }: CompareView,
  run: ComparedRun,
  { change, post }: MenuPorts,
): MenuEntry[] {
  const isBaseline = baseline === run.key;
  const base = isBaseline ? null : baseline;
  const sorted = (isDescending: boolean) => () => change({ rowOrder: { key: run.key, isDescending } });
  return [
    isBaseline
      ? { label: 'No Baseline', run: () => change({ baseline: null }) }
      : { label: 'Make Baseline', run: () => change({ baseline: run.key }) },
    { label: 'Open Live Panel', run: () => post({ type: 'openTask', key: run.key }) },
    {
      label: base === null ? 'Open Console' : 'Compare Console with Baseline',
      run: () => post({ type: 'console', base, key: run.key }),
    },
    'line',
    { label: 'Sort Rows Ascending', run: sorted(false) },
    { label: 'Sort Rows Descending', run: sorted(true) },
    ...(rowOrder === null ? [] : [{ label: 'Sort Rows by Name', run: () => change({ rowOrder: null }) }]),
    'line',
    { label: 'Hide Run', run: () => change({ hidden: [...hidden, run.key] }) },
    { label: 'Copy Id', run: () => post({ type: 'copy', text: run.taskId }) },
  ];
}

/** What can be done with a row. */
export function rowMenu(
  { runOrder, scatter, tab }: CompareView,
  row: ComparedRow,
  { change, copyRow }: MenuPorts,
): MenuEntry[] {
  const ordered = (isDescending: boolean) => () => change({ runOrder: { rowId: row.id, isDescending } });
  const choice = { id: row.id, isLogarithmic: false };
  const axes: MenuEntry[] = [
    'line',
    {
      label: 'Scatter: Horizontal Axis',
      run: () => change({ tab: 'scatter', scatter: { ...scatter, x: choice } }),
    },
    {
      label: 'Scatter: Vertical Axis',
      run: () => change({ tab: 'scatter', scatter: { ...scatter, y: choice } }),
    },
  ];
  return [
    { label: 'Order Runs Ascending', run: ordered(false) },
    { label: 'Order Runs Descending', run: ordered(true) },
    ...(runOrder === null ? [] : [{ label: 'Order Runs as Chosen', run: () => change({ runOrder: null }) }]),
    ...(tab === 'parameters' || tab === 'metrics' ? axes : []),
    'line',
    { label: 'Copy Row as CSV', run: () => copyRow(row) },
  ];
}
