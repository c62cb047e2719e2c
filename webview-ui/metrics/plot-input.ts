import type { AxisRange } from '../../src/core/envelope';
import type { Frame } from '../../src/features/metrics/panel-contract';
import type { Axis, AxisLimits, LineWidth } from '../../src/features/metrics/view-contract';
import type { LineStyle } from '../kit/line-styles';
import type { ChartCardHost } from './chart-card-host';
import type { PlotInput, PlotLine } from './chart-plot';
import {
  DOTS_UP_TO,
  drawnEnds,
  drawnPoints,
  fromHeight,
  gapMarks,
  toHeight,
  valueScale,
  withRoom,
  type DrawnPoint,
  type ValueScale,
} from './curve-data';
import type { CurvesModel } from './curves-model';
import type { PanelSeries } from './panel-series';
import { heightsOf } from './zoom-history';

/** Everything one plot draws; or why there is nothing to draw, in words (empty: not known yet). */
export function plotInput(
  chart: string,
  visible: readonly PanelSeries[],
  styles: ReadonlyMap<string, LineStyle>,
  extent: AxisRange | undefined,
  host: Pick<ChartCardHost, 'model' | 'theme' | 'labels'>,
): PlotInput | string {
  const { model } = host;
  const { axis, isLogarithmic, range } = model.selection;
  if (visible.length === 0) {
    return 'All lines are switched off in the legend.';
  }
  const series = visible.filter((line) => model.isPlaced(line));
  const frames = series.flatMap(({ frame }) => (frame === undefined ? [] : [frame]));
  if (frames.length === 0) {
    return '';
  }
  if (extent === undefined) {
    return missingAxis(axis, model.axisSeriesName);
  }
  const scale = valueScale(frames, isLogarithmic);
  const lines = series.flatMap(({ key, line, frame }) => {
    const style = styles.get(key);
    return frame === undefined || style === undefined
      ? []
      : [plotLine({ key, line: line.id, name: line.label }, frame, style, axis, scale)];
  });
  const window = range ?? openedUp(extent, axis);
  const ends = drawnEnds(lines.flatMap(curvesOf), window);
  const heights = chosenHeights(chart, model, frames, scale, ends) ?? marksOnly(lines, window);
  if (heights === undefined) {
    return emptyReason(isLogarithmic, range !== null);
  }
  const cut = cutOff(ends, heights, scale);
  const isCut = cut.below !== undefined || cut.above !== undefined;
  return {
    lines: isCut ? lines.map((line) => withinReach(line, heights)) : lines,
    axis,
    axisMark: model.axisMark,
    window,
    heights,
    scale,
    cut,
    lineWidth: LINE_PIXELS[model.view.lineWidth],
    labels: host.labels(),
    theme: host.theme(),
  };
}

/** In pixels. */
const LINE_PIXELS: Readonly<Record<LineWidth, number>> = { thin: 0.9, normal: 1.4, thick: 2.8 };

/** So many times the height of the picture beyond its edge, a canvas still draws a line as it should. */
const REACH = 50;

/** A line whose points far outside the picture stand at its edge of reach: still far outside. */
function withinReach(line: PlotLine, { from, to }: AxisRange): PlotLine {
  const [lowest, highest] = [from - (to - from) * REACH, to + (to - from) * REACH];
  const limit = (points: DrawnPoint[]): DrawnPoint[] =>
    points.map((point) => {
      const y = Math.min(Math.max(point.y, lowest), highest);
      return y === point.y || Number.isNaN(y) ? point : { x: point.x, y };
    });
  return {
    ...line,
    points: limit(line.points),
    smoothed: line.smoothed && limit(line.smoothed),
    superseded: line.superseded.map(limit),
    band: line.band && { lower: limit(line.band.lower), upper: limit(line.band.upper) },
  };
}

function curvesOf({ points, smoothed, superseded, band }: PlotLine): PlotLine['superseded'] {
  const around = band === undefined ? [] : [band.lower, band.upper];
  return [points, ...(smoothed === undefined ? [] : [smoothed]), ...superseded, ...around];
}

function plotLine(
  id: Pick<PlotLine, 'key' | 'line' | 'name'>,
  frame: Frame,
  style: LineStyle,
  axis: Axis,
  scale: ValueScale,
): PlotLine {
  const points = drawnPoints(frame.points, axis, scale);
  return {
    ...id,
    style,
    points,
    smoothed: frame.smoothed === null ? undefined : drawnPoints(frame.smoothed, axis, scale),
    superseded: frame.superseded.map((piece) => drawnPoints(piece, axis, scale)),
    restarts: axis === 'step' ? frame.restartSteps : [],
    hasDots: points.length <= DOTS_UP_TO,
    // A group's mean is unknown where none of its runs has a value; that is no value that was reported.
    marks:
      frame.band === null
        ? [frame.points, ...frame.superseded].flatMap((piece) => gapMarks(piece, axis, scale))
        : [],
    band: plotBand(frame, axis, scale),
  };
}

/** On a logarithmic axis a band that reaches down to 0 or below ends at the lowest mean that the axis can show. */
function plotBand(
  { points, band }: Frame,
  axis: Axis,
  scale: ValueScale,
): { lower: DrawnPoint[]; upper: DrawnPoint[] } | undefined {
  if (band === null) {
    return undefined;
  }
  const at = (values: Float64Array<ArrayBuffer>): DrawnPoint[] =>
    drawnPoints({ ...points, values }, axis, scale);
  if (!scale.isLogarithmic) {
    return { lower: at(band.lowers), upper: at(band.uppers) };
  }
  const floor = points.values.reduce((low, mean) => (mean > 0 ? Math.min(low, mean) : low), Infinity);
  return {
    lower: at(band.lowers.map((low) => (low <= 0 && floor < Infinity ? floor : low))),
    upper: at(band.uppers),
  };
}

/** What the y axis shows: a zoom before fixed limits, these before the middle of the values, else all of them. */
function chosenHeights(
  chart: string,
  model: CurvesModel,
  frames: readonly Frame[],
  scale: ValueScale,
  ends: AxisRange | undefined,
): AxisRange | undefined {
  const zoomed = heightsOf(model.zoom, chart);
  const zoomedHeights = zoomed && rising(toHeight(zoomed.from, scale), toHeight(zoomed.to, scale));
  const values = (model.view.ignoresOutliers ? middleHeights(frames, scale) : undefined) ?? ends;
  const automatic = values && withRoom(values);
  return zoomedHeights ?? limitedHeights(model.limitsOf(chart), scale, automatic) ?? automatic;
}

/** An end without a limit, or whose limit has no place on this scale, follows the values. */
function limitedHeights(
  limits: AxisLimits | undefined,
  scale: ValueScale,
  automatic: AxisRange | undefined,
): AxisRange | undefined {
  const heightOf = (limit: number | null | undefined, otherwise: number | undefined): number => {
    const height = toHeight(limit ?? NaN, scale);
    return Number.isNaN(height) ? (otherwise ?? NaN) : height;
  };
  return rising(heightOf(limits?.from, automatic?.from), heightOf(limits?.to, automatic?.to));
}

function rising(from: number, to: number): AxisRange | undefined {
  return from < to ? { from, to } : undefined;
}

function middleHeights(frames: readonly Frame[], scale: ValueScale): AxisRange | undefined {
  const middles = frames.flatMap(({ middle }) => (middle === null ? [] : [middle]));
  const from = Math.min(...middles.map((middle) => toHeight(middle.from, scale)));
  const to = Math.max(...middles.map((middle) => toHeight(middle.to, scale)));
  return from <= to ? { from, to } : undefined;
}

/** The lowest and highest value that lie outside the picture, where any do. */
function cutOff(ends: AxisRange | undefined, heights: AxisRange, scale: ValueScale): PlotInput['cut'] {
  return {
    below: ends !== undefined && ends.from < heights.from ? fromHeight(ends.from, scale) : undefined,
    above: ends !== undefined && ends.to > heights.to ? fromHeight(ends.to, scale) : undefined,
  };
}

/** Where there is nothing but values without a place, their marks need a picture to stand in. */
function marksOnly(lines: readonly PlotLine[], window: AxisRange): AxisRange | undefined {
  const hasMarks = lines.some(({ marks }) => marks.some(({ x }) => x >= window.from && x <= window.to));
  return hasMarks ? { from: 0, to: 1 } : undefined;
}

/** A single position gets some room on both sides. */
function openedUp(extent: AxisRange, axis: Axis): AxisRange {
  if (extent.to > extent.from) {
    return extent;
  }
  const room = axis === 'time' ? 1_000 : axis === 'step' ? 1 : Math.abs(extent.from) || 1;
  return { from: extent.from - room, to: extent.to + room };
}

function missingAxis(axis: Axis, seriesName: string): string {
  return axis === 'series'
    ? `No point has a place along ${seriesName}. Choose another x axis.`
    : 'These points carry no time. Choose Step as the x axis.';
}

function emptyReason(isLogarithmic: boolean, isZoomed: boolean): string {
  if (isZoomed) {
    return 'No points in this part of the x axis.';
  }
  return isLogarithmic
    ? 'No value above 0: nothing to draw on a logarithmic axis.'
    : 'No value that can be drawn.';
}
