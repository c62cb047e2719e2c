import type { Rgb } from './colour';
import { lineSample } from './line-sample';
import { styleOf, type LineStyle } from './line-styles';
import { readTheme } from './theme';

/** The looks of the palette as they are drawn in this theme. */
export class ThemeLooks {
  private background: Rgb | undefined;

  /** The theme is another. */
  forget(): void {
    this.background = undefined;
  }

  of(look: number): LineStyle {
    this.background ??= readTheme().background;
    return styleOf(look, this.background);
  }

  sample(look: number): HTMLElement {
    return lineSample(this.of(look));
  }
}
