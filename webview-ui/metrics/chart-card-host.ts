import type { AxisRange } from '../../src/core/envelope';
import type { PanelMessage } from '../../src/features/metrics/panel-contract';
import type { ViewState } from '../../src/features/metrics/view-contract';
import type { Theme } from '../shared/theme';
import type { XLabels } from './axis-labels';
import type { PanelModel } from './panel-model';
import type { ZoomGesture } from './zoom-history';

/** A line that is pointed at, in whichever chart or legend. */
export interface Highlight {
  readonly name: string;
  /** True when the other lines step back, as they do for a row of the legend. */
  readonly isAlone: boolean;
}

/** What a card asks of the panel around it. */
export interface ChartCardHost {
  readonly model: PanelModel;
  theme(): Theme;
  labels(): XLabels;
  /** All charts show this part of the x axis; undefined: everything, following new points. */
  zoomWindow(range: AxisRange | undefined, gesture: ZoomGesture): void;
  /** One chart shows these values; undefined: what its lines need. */
  zoomHeights(metric: string, range: AxisRange | undefined, gesture: ZoomGesture): void;
  /** One step back. */
  zoomBack(): void;
  /** All charts whole again. */
  resetZoom(): void;
  /** The crosshair of all charts. */
  setCrosshair(x: number | undefined): void;
  setHighlight(highlight: Highlight | undefined): void;
  /** Changes how all charts are looked at. */
  changeView(change: Partial<ViewState>): void;
  /** Puts a metric first, or back where it was. */
  togglePin(metric: string): void;
  viewChanged(): void;
  post(message: PanelMessage): void;
  announce(sentence: string): void;
}
