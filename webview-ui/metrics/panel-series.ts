import { LINES_PER_CHART, type Frame } from '../../src/features/metrics/panel-contract';
import type { SeriesEntry } from '../../src/features/metrics/series-entry';

/** What a line of a chart is called. Lines of one id look the same in every chart and are pointed at together. */
export interface LineName {
  readonly id: string;
  readonly label: string;
}

/** One series as the panel knows it: its totals, and what to draw of it once it was on screen. */
export interface PanelSeries {
  readonly key: string;
  /** Id of its chart. */
  readonly chart: string;
  line: LineName;
  entry: SeriesEntry;
  frame: Frame | undefined;
  /** The selection that the frame was made for. */
  frameSelectionId: number | undefined;
  /** The x axis that the frame was made for. */
  frameAxis: string | undefined;
}

/** A chart; the view keeps what is chosen for it by its id. */
export interface ChartName {
  readonly id: string;
  /** What it is called. */
  readonly name: string;
}

/** One chart and its lines, in the order they appeared. */
export interface PanelMetric extends ChartName {
  readonly series: readonly PanelSeries[];
}

/** A series that has not been on screen yet. */
export function undrawnSeries(series: Pick<PanelSeries, 'key' | 'chart' | 'line' | 'entry'>): PanelSeries {
  return { ...series, frame: undefined, frameSelectionId: undefined, frameAxis: undefined };
}

/** The lines a chart draws; the rest waits for the filter. */
export function drawnSeries(metric: PanelMetric): readonly PanelSeries[] {
  return metric.series.slice(0, LINES_PER_CHART);
}
