import type { Rgb } from '../kit/colour';
import { lineSample } from '../kit/line-sample';
import { lookParts, styleOf, type LineStyle } from '../kit/line-styles';
import { readTheme } from '../kit/theme';
import type { ComparedRun, CompareModel } from './compare-model';
import type { MarkLook } from './run-mark';

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

  /** How the run looks as a point. */
  markOf(run: ComparedRun): MarkLook {
    return { ...lookParts(this.model.lookOf(run)), fill: this.of(run).colour };
  }

  sample(run: ComparedRun): HTMLElement {
    return lineSample(this.of(run));
  }
}
