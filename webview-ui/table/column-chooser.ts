import {
  columnKey,
  columnLabel,
  METRIC_FIGURES,
  TABLE_FIELDS,
  type TableColumn,
} from '../../src/core/task-table';
import type { TableView } from '../../src/features/table/table-contract';
import { element } from '../kit/dom';
import { searchedList } from '../kit/searched-list';
import { widthOf, type TableModel } from './table-model';

/** A searchable list of everything that can be a column. The name always is one. */
export function columnChooser(
  model: TableModel,
  onChange: (columns: TableView['columns']) => void,
): HTMLElement {
  return searchedList(choicesOf(model), {
    noun: 'columns',
    textOf: ({ label }) => label,
    itemOf: ({ column, label }) => checkOf(model, column, label, onChange),
  });
}

function choicesOf({ catalog, view }: TableModel): { column: TableColumn; label: string }[] {
  const metrics = catalog.metrics.flatMap(({ metric, variant }) =>
    METRIC_FIGURES.map((figure): TableColumn => ({ kind: 'metric', metric, variant, figure })),
  );
  const parameters = catalog.parameters.map(({ section, name }): TableColumn => ({
    kind: 'parameter',
    section,
    name,
  }));
  const fields = TABLE_FIELDS.filter((field) => field !== 'name').map((field): TableColumn => ({
    kind: 'field',
    field,
  }));
  const shown = view.columns
    .map(({ column }) => column)
    .filter((column) => column.kind !== 'field' || column.field !== 'name');
  const unique = new Map(
    [...shown, ...metrics, ...parameters, ...fields].map((column) => [columnKey(column), column]),
  );
  return [...unique.values()].map((column) => ({ column, label: columnLabel(column) }));
}

function checkOf(
  model: TableModel,
  column: TableColumn,
  label: string,
  onChange: (columns: TableView['columns']) => void,
): HTMLElement {
  const box = element('input', { attributes: { type: 'checkbox' } });
  box.checked = model.hasColumn(column);
  box.addEventListener('change', () => {
    const others = model.view.columns.filter((each) => columnKey(each.column) !== columnKey(column));
    onChange(box.checked ? [...others, { column, widthPx: widthOf(column) }] : others);
  });
  const kind = column.kind === 'field' ? '' : column.kind;
  return element('label', { class: 'popup-item', title: label }, [
    box,
    element('span', { class: 'ellipsis', text: label }),
    element('span', { class: 'dim', text: kind }),
  ]);
}
