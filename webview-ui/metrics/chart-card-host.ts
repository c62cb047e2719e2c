import type { AxisRange } from '../../src/core/envelope';
import type { Theme } from '../shared/theme';
import type { XLabels } from './axis-labels';
import type { PanelModel } from './panel-model';

/** What a card asks of the panel around it. */
export interface ChartCardHost {
  readonly model: PanelModel;
  theme(): Theme;
  labels(): XLabels;
  /** All charts show this part of the x axis; undefined: everything, following new points. */
  setWindow(range: AxisRange | undefined): void;
  /** The crosshair of all charts. */
  setCrosshair(x: number | undefined): void;
  viewChanged(): void;
  announce(sentence: string): void;
}
