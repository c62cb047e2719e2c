import { lookParts, type LineStyle } from '../kit/line-styles';
import { ThemeLooks } from '../kit/theme-looks';
import type { ComparedRun, CompareModel } from './compare-model';
import type { MarkLook } from './run-mark';

/** Colours and dashes of the runs in this theme: the same for a run in every panel. */
export class RunLooks {
  private readonly looks = new ThemeLooks();

  constructor(private readonly model: CompareModel) {}

  /** The theme is another. */
  forget(): void {
    this.looks.forget();
  }

  of(run: ComparedRun): LineStyle {
    return this.looks.of(this.model.lookOf(run));
  }

  /** How the run looks as a point. */
  markOf(run: ComparedRun): MarkLook {
    return { ...lookParts(this.model.lookOf(run)), fill: this.of(run).colour };
  }

  sample(run: ComparedRun): HTMLElement {
    return this.looks.sample(this.model.lookOf(run));
  }
}
