import type { AxisLimits } from '../../src/features/metrics/view-contract';
import { element, setText } from '../kit/dom';
import { plainButton } from '../kit/plain-button';
import { closePopup, openPopup } from '../kit/popup';
import type { ChartName } from './panel-series';

/** Asks for the ends of a chart's y axis; an empty field follows the values. */
export function editLimits(
  { id: metric, name }: ChartName,
  known: AxisLimits | undefined,
  anchor: HTMLElement,
  onSet: (limits: AxisLimits) => void,
): void {
  const from = field('Lowest', known?.from ?? null);
  const to = field('Highest', known?.to ?? null);
  const problem = element('p', { class: 'limits-problem', attributes: { role: 'alert' } });
  const form = element('form', { class: 'limits' }, [
    from.root,
    to.root,
    problem,
    element('div', { class: 'limits-buttons' }, [
      plainButton('Fix', undefined, { isSubmit: true }),
      plainButton('Follow the values', () => {
        closePopup();
        onSet({ metric, from: null, to: null });
      }),
    ]),
  ]);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const limits = { metric, from: from.read(), to: to.read() };
    const reason = problemOf(limits.from, limits.to);
    setText(problem, reason ?? '');
    if (reason === undefined) {
      closePopup();
      onSet({ metric, from: limits.from ?? null, to: limits.to ?? null });
    }
  });
  openPopup(anchor, `Limits of the y axis of ${name}`, form);
}

/** NaN: not a number; null: empty. */
type Typed = number | null;

function problemOf(from: Typed, to: Typed): string | undefined {
  if (Number.isNaN(from) || Number.isNaN(to)) {
    return 'Type numbers, such as 0.5 or 1e-3, or leave a field empty.';
  }
  return from !== null && to !== null && from >= to ? 'The lowest must be below the highest.' : undefined;
}

function field(label: string, value: number | null): { root: HTMLElement; read(): Typed } {
  const input = element('input', {
    class: 'plain-input',
    attributes: { type: 'text', inputmode: 'decimal', placeholder: 'follows the values' },
  });
  input.value = value === null ? '' : String(value);
  const root = element('label', { class: 'limits-field' }, [element('span', { text: label }), input]);
  const read = (): Typed => {
    const text = input.value.trim().replace('−', '-');
    const typed = text === '' ? null : Number(text);
    return typed === null || Number.isFinite(typed) ? typed : NaN;
  };
  return { root, read };
}
