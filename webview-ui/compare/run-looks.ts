import { toCss, type Rgb } from '../kit/colour';
import { element } from '../kit/dom';
import { styleOf, type LineStyle } from '../kit/line-styles';
import { readTheme } from '../kit/theme';
import type { ComparedRun, CompareModel } from './compare-model';

/** Colours and dashes of the runs in this theme: the same for a run in every panel. */
export class RunLooks {
  private background: Rgb | undefined;

  constructor(private readonly model: CompareModel) {}

  /** The theme is another. */
  forget(): void {
    this.background = undefined;
  }

  of(run: ComparedRun): LineStyle {
    this.background ??= readTheme().background;
    return styleOf(this.model.lookOf(run), this.background);
  }

  swatch(run: ComparedRun): HTMLElement {
    const made = element('span', { class: 'swatch', attributes: { 'aria-hidden': 'true' } });
    made.style.backgroundColor = toCss(this.of(run).colour);
    return made;
  }
}
