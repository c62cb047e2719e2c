import type { AxisBrush, ComparedAxis } from '../../src/core/comparison-axes';
import { element } from '../kit/dom';
import { plainButton } from '../kit/plain-button';
import { closePopup } from '../kit/popup';

const MOST_CATEGORIES = 200;

/** A stretch of an axis by keyboard: two numbers, or a choice of categories. Undefined takes the brush away. */
export function rangeForm(
  axis: ComparedAxis,
  brush: AxisBrush | undefined,
  onDone: (brush: AxisBrush | undefined) => void,
): HTMLElement {
  return axis.kind === 'number' ? numberForm(axis, brush, onDone) : categoryForm(axis, brush, onDone);
}

function numberForm(
  axis: Extract<ComparedAxis, { kind: 'number' }>,
  brush: AxisBrush | undefined,
  onDone: (brush: AxisBrush | undefined) => void,
): HTMLElement {
  const now = brush?.kind === 'number' ? brush : axis;
  const field = (label: string, value: number): HTMLInputElement =>
    element('input', {
      attributes: { type: 'number', step: 'any', value: String(value), 'aria-label': label },
    });
  const [from, to] = [field('From', now.from), field('To', now.to)];
  const form = element('form', { class: 'range' }, [
    from,
    to,
    plainButton('Filter', undefined, { isSubmit: true }),
  ]);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    closePopup();
    const end = (input: HTMLInputElement, open: number): number =>
      input.value.trim() === '' ? open : Number(input.value);
    onDone({ id: axis.id, kind: 'number', from: end(from, axis.from), to: end(to, axis.to) });
  });
  return form;
}

function categoryForm(
  axis: Extract<ComparedAxis, { kind: 'category' }>,
  brush: AxisBrush | undefined,
  onDone: (brush: AxisBrush | undefined) => void,
): HTMLElement {
  const chosen = new Set(brush?.kind === 'category' ? brush.names : axis.categories);
  const boxes = axis.categories.slice(0, MOST_CATEGORIES).map((name) => {
    const box = element('input', { attributes: { type: 'checkbox' } });
    box.checked = chosen.has(name);
    box.addEventListener('change', () => {
      if (box.checked) {
        chosen.add(name);
      } else {
        chosen.delete(name);
      }
      const isAll = chosen.size === axis.categories.length;
      onDone(isAll ? undefined : { id: axis.id, kind: 'category', names: [...chosen] });
    });
    return element('label', { class: 'popup-item', title: name }, [
      box,
      element('span', { class: 'ellipsis', text: name === '' ? '(empty)' : name }),
    ]);
  });
  return element('div', { class: 'popup-list popup-scroll' }, boxes);
}
