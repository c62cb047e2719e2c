import * as icons from '../kit/icon-images';
import {
  SMOOTHING_KINDS,
  smoothingSigma,
  smoothingWindow,
  type SmoothingKind,
} from '../../src/core/smoothing';
import {
  LINE_WIDTHS,
  type LineWidth,
  type ViewState,
  type XAxis,
} from '../../src/features/metrics/view-contract';
import { button, checkbox, dropdown, slider, textField } from '../kit/control-elements';
import { element } from '../kit/dom';
import { formatCount } from './format';

export interface ToolbarPorts {
  change(change: Partial<ViewState>): void;
  chooseAxis(axis: XAxis): void;
  zoomBack(): void;
  resetZoom(): void;
}

const STRONGEST_SMOOTHING = 0.99;

const SMOOTHING_NAMES: Readonly<Record<SmoothingKind, string>> = {
  exponential: 'Exponential',
  gaussian: 'Gaussian',
  mean: 'Running mean',
};

const AXIS_NAMES: Readonly<Record<Exclude<XAxis, 'step'>, string>> = {
  relative: 'Relative time',
  wall: 'Wall time',
  series: 'Another metric…',
};

const WIDTH_NAMES: Readonly<Record<LineWidth, string>> = {
  thin: 'Thin lines',
  normal: 'Normal lines',
  thick: 'Thick lines',
};

/**
 * How the charts are looked at. Search and zoom are always there; the rest stands beside them where there is room,
 * and behind one button where there is none.
 */
export class ToolbarView {
  readonly root: HTMLElement;
  private readonly back;
  private readonly reset;
  private readonly axis;
  private readonly smoothing;

  /** @param stepName what a step counts, as a heading. */
  constructor(view: ViewState, stepName: string, ports: ToolbarPorts) {
    const change = (to: Partial<ViewState>): void => ports.change(to);
    this.axis = dropdown({
      label: 'X axis',
      choices: (['step', 'relative', 'wall', 'series'] as const).map((value) => ({
        value,
        label: value === 'step' ? stepName : AXIS_NAMES[value],
      })),
      value: view.xLabel,
      onChange: (axis) => ports.chooseAxis(axis),
    });
    this.smoothing = slider({
      label: 'Smoothing',
      title: 'The raw line stays faint behind.',
      max: STRONGEST_SMOOTHING,
      step: 0.01,
      value: view.smoothing,
      text: (value) => smoothingText(this.kind, value),
      onInput: (smoothing) => change({ smoothing }),
    });
    this.kind = view.smoothingKind;
    const filter = textField({
      label: 'Filter metrics by name',
      placeholder: 'Filter metrics',
      value: view.filter,
      onInput: (text) => change({ filter: text }),
    });
    this.back = button({
      label: 'Zoom back',
      icon: icons.zoomOut,
      isIconOnly: true,
      title: 'One zoom back (Backspace on a chart)',
      onClick: () => ports.zoomBack(),
    });
    this.reset = button({
      label: 'Reset zoom',
      icon: icons.screenFull,
      isIconOnly: true,
      title: 'Show everything and follow new points',
      onClick: () => ports.resetZoom(),
    });
    const options = this.options(view, change);
    this.root = element(
      'div',
      { class: 'toolbar', attributes: { role: 'toolbar', 'aria-label': 'Charts' } },
      [filter.root, this.back.root, this.reset.root, toggleOf(options), options],
    );
    this.update(view, false);
  }

  private kind: SmoothingKind = 'exponential';

  update(view: ViewState, isZoomed: boolean): void {
    if (view.smoothingKind !== this.kind) {
      this.kind = view.smoothingKind;
      this.smoothing.set(view.smoothing);
    }
    this.back.setEnabled(isZoomed);
    this.reset.setEnabled(isZoomed);
  }

  /** After another axis was asked for and not chosen. */
  showAxis(axis: XAxis): void {
    this.axis.set(axis);
  }

  private options(view: ViewState, change: ToolbarPorts['change']): HTMLElement {
    const kind = dropdown({
      label: 'Kind of smoothing',
      isLabelHidden: true,
      choices: SMOOTHING_KINDS.map((value) => ({ value, label: SMOOTHING_NAMES[value] })),
      value: view.smoothingKind,
      onChange: (smoothingKind) => change({ smoothingKind }),
    });
    const logarithmic = checkbox({
      label: 'Log y',
      title: 'Logarithmic y axis. Values of 0 and below have no place on it; each chart says how many.',
      isChecked: view.isLogarithmic,
      onChange: (isLogarithmic) => change({ isLogarithmic }),
    });
    const outliers = checkbox({
      label: 'Ignore outliers',
      title: 'The y axis shows the middle 90 % of the values; each chart says how far the others reach.',
      isChecked: view.ignoresOutliers,
      onChange: (ignoresOutliers) => change({ ignoresOutliers }),
    });
    const width = dropdown({
      label: 'Width of lines',
      isLabelHidden: true,
      choices: LINE_WIDTHS.map((value) => ({ value, label: WIDTH_NAMES[value] })),
      value: view.lineWidth,
      onChange: (lineWidth) => change({ lineWidth }),
    });
    const smoothing = element('span', { class: 'control-pair' }, [this.smoothing.root, kind.root]);
    return element('div', { class: 'options', attributes: { id: 'chart-options' } }, [
      this.axis.root,
      smoothing,
      logarithmic.root,
      outliers.root,
      width.root,
    ]);
  }
}

/** Shows the options where there is no room for them beside the search. */
function toggleOf(options: HTMLElement): HTMLElement {
  const toggle = button({
    label: 'Chart options',
    icon: icons.settings,
    isIconOnly: true,
    title: 'X axis, smoothing, scale, lines',
    onClick: () => {
      const isOpen = options.classList.toggle('is-open');
      toggle.root.setAttribute('aria-expanded', String(isOpen));
    },
  });
  toggle.root.classList.add('options-toggle');
  toggle.root.setAttribute('aria-expanded', 'false');
  toggle.root.setAttribute('aria-controls', 'chart-options');
  return toggle.root;
}

function smoothingText(kind: SmoothingKind, strength: number): string {
  if (strength === 0) {
    return 'off';
  }
  switch (kind) {
    case 'exponential':
      return strength.toFixed(2);
    case 'gaussian':
      return `σ ${formatCount(Number(smoothingSigma(strength).toPrecision(2)))}`;
    case 'mean':
      return `${formatCount(smoothingWindow(strength))} pts`;
  }
}
