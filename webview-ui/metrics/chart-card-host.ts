import type { AxisRange } from '../../src/core/envelope';
import type { CurvesMessage } from '../../src/features/metrics/panel-messages';
import type { ViewState } from '../../src/features/metrics/view-contract';
import type { Theme } from '../kit/theme';
import type { XLabels } from './axis-labels';
import type { CurvesModel } from './curves-model';
import type { LineName, PanelSeries } from './panel-series';
import type { ZoomGesture } from './zoom-history';

/** A line that is pointed at, in whichever chart or legend. */
export interface Highlight {
  /** Id of the line. */
  readonly line: string;
  /** True when the other lines step back, as they do for a row of the legend. */
  readonly isAlone: boolean;
}

/** What a card asks of the panel around it. */
export interface ChartCardHost {
  readonly model: CurvesModel;
  theme(): Theme;
  labels(): XLabels;
  /** All charts show this part of the x axis; undefined: everything, following new points. */
  zoomWindow(range: AxisRange | undefined, gesture: ZoomGesture): void;
  /** One chart shows these values; undefined: what its lines need. */
  zoomHeights(chart: string, range: AxisRange | undefined, gesture: ZoomGesture): void;
  /** One step back. */
  zoomBack(): void;
  /** All charts whole again. */
  resetZoom(): void;
  /** A chart is drawn so many device pixels wide now, within its axes. */
  chartResized(devicePixels: number): void;
  /** The crosshair of all charts. */
  setCrosshair(x: number | undefined): void;
  setHighlight(highlight: Highlight | undefined): void;
  /** Changes how all charts are looked at. */
  changeView(change: Partial<ViewState>): void;
  /** Takes a line out of the picture, or shows it again. */
  toggleLine(series: PanelSeries): void;
  /** Gives a line another look; undefined: the one it gets by itself. */
  setLook(line: LineName, slot: number | undefined): void;
  /** Puts a chart first, or back where it was. */
  togglePin(chart: string): void;
  viewChanged(): void;
  post(message: CurvesMessage): void;
  announce(sentence: string): void;
}
