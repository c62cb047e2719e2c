import { toCss } from '../kit/colour';
import { element } from '../kit/dom';
import { assignStyles, type LineStyle } from '../kit/line-styles';
import { readTheme } from '../kit/theme';
import type { ComparedRun, CompareModel } from './compare-model';

const UNKNOWN: LineStyle = { colour: [128, 128, 128], dash: [] };

/** Colours and dashes of the runs: the same for the same runs wherever they are compared. */
export class RunLooks {
  private styles: ReadonlyMap<string, LineStyle> | undefined;

  constructor(private readonly model: CompareModel) {}

  /** Other runs, or another theme. */
  forget(): void {
    this.styles = undefined;
  }

  of(run: ComparedRun): LineStyle {
    this.styles ??= assignStyles(
      this.model.all.map(({ key }) => key),
      readTheme().background,
    );
    return this.styles.get(run.key) ?? UNKNOWN;
  }

  swatch(run: ComparedRun): HTMLElement {
    const made = element('span', { class: 'swatch', attributes: { 'aria-hidden': 'true' } });
    made.style.backgroundColor = toCss(this.of(run).colour);
    return made;
  }
}
