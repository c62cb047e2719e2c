import type { AxisRange } from '../../src/core/envelope';
import type { Axis, Frame } from '../../src/features/metrics/panel-contract';
import type { LineStyle } from '../shared/line-styles';
import type { ChartCardHost } from './chart-card-host';
import type { PlotInput, PlotLine } from './chart-plot';
import { DOTS_UP_TO, drawnPoints, gapMarks, heightRange, valueScale, type ValueScale } from './curve-data';
import type { PanelSeries } from './panel-model';

/** Everything one plot draws; or why there is nothing to draw, in words (empty: not known yet). */
export function plotInput(
  series: readonly PanelSeries[],
  styles: ReadonlyMap<string, LineStyle>,
  extent: AxisRange | undefined,
  host: Pick<ChartCardHost, 'model' | 'theme' | 'labels'>,
): PlotInput | string {
  const { axis, isLogarithmic, range } = host.model.selection;
  if (series.length === 0) {
    return 'All lines are switched off in the legend.';
  }
  const frames = series.flatMap(({ frame }) => (frame === undefined ? [] : [frame]));
  if (frames.length === 0) {
    return '';
  }
  if (extent === undefined) {
    return 'These points carry no time. Choose Step as the x axis.';
  }
  const scale = valueScale(frames, isLogarithmic);
  const lines = series.flatMap(({ key, frame }) => {
    const style = styles.get(key);
    return frame === undefined || style === undefined ? [] : [plotLine(key, frame, style, axis, scale)];
  });
  const window = range ?? openedUp(extent, axis);
  const curves = lines.flatMap(({ points, smoothed }) =>
    smoothed === undefined ? [points] : [points, smoothed],
  );
  const heights = heightRange(curves, window) ?? (hasMarks(lines, window) ? { from: 0, to: 1 } : undefined);
  if (heights === undefined) {
    return emptyReason(isLogarithmic, range !== null);
  }
  return { lines, window, heights, scale, labels: host.labels(), theme: host.theme() };
}

function plotLine(key: string, frame: Frame, style: LineStyle, axis: Axis, scale: ValueScale): PlotLine {
  const points = drawnPoints(frame.points, axis, scale);
  return {
    key,
    style,
    points,
    smoothed: frame.smoothed === null ? undefined : drawnPoints(frame.smoothed, axis, scale),
    hasDots: points.length <= DOTS_UP_TO,
    marks: gapMarks(frame.points, axis, scale),
  };
}

function hasMarks(lines: readonly PlotLine[], window: AxisRange): boolean {
  return lines.some(({ marks }) => marks.some(({ x }) => x >= window.from && x <= window.to));
}

/** A single position gets some room on both sides. */
function openedUp(extent: AxisRange, axis: Axis): AxisRange {
  if (extent.to > extent.from) {
    return extent;
  }
  const room = axis === 'step' ? 1 : 1_000;
  return { from: extent.from - room, to: extent.to + room };
}

function emptyReason(isLogarithmic: boolean, isZoomed: boolean): string {
  if (isZoomed) {
    return 'No points in this part of the x axis.';
  }
  return isLogarithmic
    ? 'No value above 0: nothing to draw on a logarithmic axis.'
    : 'No value that can be drawn.';
}
