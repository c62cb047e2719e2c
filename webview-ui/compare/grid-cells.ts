import { statusLabel } from '../../src/core/status';
import type { CompareView } from '../../src/features/compare/compare-contract';
import { element } from '../kit/dom';
import * as icons from '../kit/icon-images';
import { icon } from '../kit/icons';
import { nameParts } from '../kit/shared-start';
import { statusSign } from '../kit/status-sign';
import type { CellView } from './cell-view';
import { nameOfRun, type ComparedRun, type CompareModel, type Line } from './compare-model';
import type { RunLooks } from './run-looks';

export interface CellPlace {
  readonly id: string;
  /** From 0, the name. */
  readonly column: number;
}

export interface RunPlace extends CellPlace {
  /** So many first letters of the name are those of other runs as well. */
  readonly shared: number | undefined;
}

export function gridCell(view: CellView, { id, column }: CellPlace): HTMLElement {
  const classes = [
    'cell',
    view.isNumber ? 'is-number' : '',
    view.isVoid ? 'is-void' : '',
    view.mark === 'differs' ? 'is-different' : '',
  ];
  const cell = element('div', {
    class: classes.filter(Boolean).join(' '),
    title: titleOf(view),
    attributes: { role: 'gridcell', id, 'aria-colindex': String(column + 1) },
  });
  if (view.mark === 'differs') {
    cell.append(
      element('span', { class: 'sign', text: '≠', attributes: { role: 'img', 'aria-label': 'differs:' } }),
    );
  }
  cell.append(
    view.opens === undefined ? element('span', { class: 'ellipsis', text: view.text }) : openButton(view),
  );
  if (view.note !== '') {
    cell.append(element('span', { class: 'note dim ellipsis', text: view.note }));
  }
  return cell;
}

/** Enter does the same, so it is no stop of its own for the keyboard. */
function openButton({ text, opens }: CellView): HTMLElement {
  const title = (opens?.base ?? null) === null ? 'Open as a document' : 'Show the difference to the baseline';
  return element('button', {
    class: 'cell-open ellipsis',
    text,
    title,
    attributes: { type: 'button', tabindex: '-1' },
  });
}

function titleOf({ full, note, mark }: CellView): string {
  const difference = mark === 'differs' ? '\nDiffers from the baseline' : '';
  return note === '' || full.includes(note) ? full + difference : `${full}\n${note}${difference}`;
}

export function nameCell(
  { row, label }: Extract<Line, { kind: 'row' }>,
  { runOrder }: CompareView,
  { id }: CellPlace,
): HTMLElement {
  const order = runOrder?.rowId === row.id ? runOrder : undefined;
  const menu = element('button', {
    class: 'cell-menu',
    title: `What to do with ${label}`,
    attributes: { type: 'button', tabindex: '-1', 'aria-label': `Menu of ${label}` },
  });
  menu.append(icon(icons.ellipsis));
  return element(
    'div',
    {
      class: `cell is-name`,
      title: row.section === '' ? row.name : `${row.section}/${row.name}`,
      attributes: { role: 'rowheader', id, 'aria-colindex': '1' },
    },
    [
      element('span', { class: 'ellipsis', text: label }),
      ...(order === undefined
        ? []
        : [
            element('span', {
              class: 'order',
              text: order.isDescending ? '←' : '→',
              attributes: { role: 'img', 'aria-label': order.isDescending ? 'runs descend' : 'runs ascend' },
            }),
          ]),
      menu,
    ],
  );
}

export function sectionCell(
  { text, count }: Extract<Line, { kind: 'section' }>,
  { id, columnCount }: { readonly id: string; readonly columnCount: number },
): HTMLElement {
  return element(
    'div',
    {
      class: 'cell section-cell',
      attributes: { role: 'gridcell', id, 'aria-colspan': String(columnCount) },
    },
    [
      element('span', { class: 'ellipsis', text }),
      element('span', { class: 'dim', text: count.toLocaleString('en-US') }),
    ],
  );
}

/** Name, sign of the status, colour, and the connection where runs come from several. */
export function runHead(
  model: CompareModel,
  looks: RunLooks,
  run: ComparedRun,
  { id, column, shared }: RunPlace,
): HTMLElement {
  const { rowOrder, baseline } = model.view;
  const isBaseline = baseline === run.key;
  const order = rowOrder?.key === run.key ? rowOrder : undefined;
  const name = nameOfRun(run);
  const top = element('span', { class: 'run-line' }, [
    looks.sample(run),
    element('span', { class: 'run-number', text: String(run.number) }),
    element('span', { class: 'run-name' }, [...nameParts(name, shared)]),
    ...orderSign(order),
  ]);
  const bottom = element('span', { class: 'run-line dim' }, [
    ...stateParts(run, isBaseline),
    ...(isBaseline ? [element('span', { class: 'badge', text: 'baseline' })] : []),
    ...(model.hasSeveralConnections
      ? [element('span', { class: 'ellipsis', text: run.connectionLabel })]
      : []),
  ]);
  return element(
    'div',
    {
      class: `head-cell${isBaseline ? ' is-baseline' : ''}`,
      title: headTitle(run, name),
      attributes: {
        role: 'columnheader',
        id,
        'aria-colindex': String(column + 1),
        'aria-haspopup': 'menu',
        'aria-sort': sortWord(order),
      },
    },
    [top, bottom],
  );
}

type RowOrder = CompareView['rowOrder'] | undefined;

function orderSign(order: RowOrder): HTMLElement[] {
  const text = order?.isDescending === true ? '↓' : '↑';
  return !order ? [] : [element('span', { class: 'order', text, attributes: { 'aria-hidden': 'true' } })];
}

function sortWord(order: RowOrder): string {
  return !order ? 'none' : order.isDescending ? 'descending' : 'ascending';
}

/** The word of the status is only heard where a badge needs its room. */
function stateParts({ state, content }: ComparedRun, isShort: boolean): HTMLElement[] {
  if (state.phase === 'failed') {
    return [element('span', { class: 'problem ellipsis', text: state.failure.message })];
  }
  if (content === undefined) {
    return [element('span', { text: 'Reading…' })];
  }
  const status = element('span', { class: `status${content.isStopping ? ' is-stopping' : ''}` });
  status.dataset['status'] = content.status;
  status.append(
    statusSign(content.status, content.isStopping),
    element('span', {
      class: isShort ? 'visually-hidden' : 'ellipsis',
      text: content.isStopping ? 'Stopping' : statusLabel(content.status),
    }),
  );
  const isStale = state.phase === 'ready' && state.staleReason !== null;
  return [status, ...(isStale ? [element('span', { class: 'problem', text: 'not up to date' })] : [])];
}

function headTitle({ state, connectionLabel, number }: ComparedRun, name: string): string {
  const lines = [`${number} · ${name}`, connectionLabel];
  if (state.phase === 'failed') {
    lines.push(state.failure.message, state.failure.nextStep);
  } else if (state.phase === 'ready' && state.staleReason !== null) {
    lines.push(`Could not be read again: ${state.staleReason}`);
  }
  return lines.filter(Boolean).join('\n');
}
