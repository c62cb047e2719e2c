import type { ViewState } from '../../src/features/metrics/panel-contract';
import { button, checkbox, dropdown, slider, textField } from '../shared/control-elements';
import { element } from '../shared/dom';

export interface ToolbarPorts {
  change(change: Partial<ViewState>): void;
}

const STRONGEST_SMOOTHING = 0.99;

/** How the charts are looked at: x axis, y scale, smoothing, filter, zoom. */
export class ToolbarView {
  readonly root: HTMLElement;
  private readonly reset;

  constructor(view: ViewState, ports: ToolbarPorts) {
    const change = (to: Partial<ViewState>): void => ports.change(to);
    const axis = dropdown({
      label: 'X axis',
      choices: [
        { value: 'step', label: 'Step' },
        { value: 'relative', label: 'Relative time' },
        { value: 'wall', label: 'Wall time' },
      ],
      value: view.xLabel,
      onChange: (xLabel) =>
        change(xLabel === 'step' || this.isOtherAxis(xLabel) ? { xLabel, range: null } : { xLabel }),
    });
    this.xLabel = view.xLabel;
    const logarithmic = checkbox({
      label: 'Log y',
      title: 'Logarithmic y axis. Values of 0 and below have no place on it; each chart says how many.',
      isChecked: view.isLogarithmic,
      onChange: (isLogarithmic) => change({ isLogarithmic }),
    });
    const smoothing = slider({
      label: 'Smoothing',
      title: 'Debiased exponential moving average, as TensorBoard draws it. The raw line stays faint behind.',
      max: STRONGEST_SMOOTHING,
      step: 0.01,
      value: view.smoothing,
      onInput: (value) => change({ smoothing: value }),
    });
    const filter = textField({
      label: 'Filter metrics by name',
      placeholder: 'Filter metrics',
      value: view.filter,
      onInput: (text) => change({ filter: text }),
    });
    this.reset = button({
      label: 'Reset zoom',
      title: 'Show everything and follow new points',
      onClick: () => change({ range: null }),
    });
    this.root = element(
      'div',
      { class: 'toolbar', attributes: { role: 'toolbar', 'aria-label': 'Charts' } },
      [axis.root, smoothing.root, logarithmic.root, filter.root, this.reset.root],
    );
    this.update(view);
  }

  private xLabel: ViewState['xLabel'];

  update(view: ViewState): void {
    this.xLabel = view.xLabel;
    this.reset.setEnabled(view.range !== null);
  }

  /** A window of steps means nothing in time, and the other way round. */
  private isOtherAxis(next: ViewState['xLabel']): boolean {
    return (this.xLabel === 'step') !== (next === 'step');
  }
}
