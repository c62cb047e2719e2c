import { toCss } from '../kit/colour';
import { lineNode } from '../kit/line-sample';
import { PICTURE_TOP, pictureSvg, pictureText } from '../kit/picture';
import { svgElement } from '../kit/svg-element';
import { heightTicks, ticksAcross, usualWidth } from './axis-labels';
import type { PlotInput, PlotLine } from './chart-plot';
import { bandPieces, lonePoints, type DrawnPoint } from './curve-data';
import { BAND_OPACITY, DOT_RADIUS, FAINT } from './curve-painter';

/** What a picture of a chart is made of. */
export interface ChartPicture {
  readonly title: string;
  /** What the chart says about the points it shows. */
  readonly note: string;
  readonly input: PlotInput;
}

const WIDTH = 800;
const PLOT = { left: 64, right: 784, top: PICTURE_TOP, bottom: 364 } as const;
const AXIS_LABEL_Y = 382;
const AXIS_NAME_Y = 398;

/** The chart as it is seen, with its title, axes, note and legend, as an SVG document of its own. */
export function chartSvg({ title, note, input }: ChartPicture): string {
  const { left, right, top, bottom } = PLOT;
  const clip = svgElement('clipPath', { id: 'plot' }, [
    svgElement('rect', { x: left, y: top - 6, width: right - left, height: bottom - top + 12 }),
  ]);
  const lines = input.lines.flatMap((line) => lineNodes(line, input));
  return pictureSvg({
    title,
    note,
    width: WIDTH,
    body: [clip, ...axisNodes(input), svgElement('g', { 'clip-path': 'url(#plot)' }, lines)],
    bottom: AXIS_NAME_Y,
    legend: input.lines.map(({ name, style }) => ({ name, sample: lineNode(style) })),
    theme: input.theme,
  });
}

function axisNodes({ labels, window, heights, scale, theme }: PlotInput): SVGElement[] {
  const { left, right, top, bottom } = PLOT;
  const grid = { stroke: theme.grid, 'stroke-width': 1 };
  const across = ticksAcross(labels, window, right - left, usualWidth).flatMap(({ value, label }) => {
    const x = place(value, window.from, window.to, left, right);
    return [
      svgElement('line', { ...grid, x1: x, x2: x, y1: top, y2: bottom }),
      pictureText(label, { x, y: AXIS_LABEL_Y, 'text-anchor': 'middle' }),
    ];
  });
  const upright = heightTicks(scale, heights, bottom - top).flatMap(({ value, label }) => {
    const y = place(value, heights.from, heights.to, bottom, top);
    return [
      svgElement('line', { ...grid, x1: left, x2: right, y1: y, y2: y }),
      pictureText(label, { x: left - 8, y: y + 4, 'text-anchor': 'end' }),
    ];
  });
  return [
    ...across,
    ...upright,
    pictureText(labels.name, { x: right, y: AXIS_NAME_Y, 'text-anchor': 'end' }),
  ];
}

function lineNodes(line: PlotLine, input: PlotInput): SVGElement[] {
  const stroke = (points: readonly DrawnPoint[], opacity: number): SVGElement =>
    svgElement('path', {
      d: pathOf(points, input),
      fill: 'none',
      stroke: toCss(line.style.colour),
      'stroke-opacity': opacity,
      'stroke-width': input.lineWidth,
      'stroke-linejoin': 'round',
      ...(line.style.dash.length === 0 ? {} : { 'stroke-dasharray': line.style.dash.join(' ') }),
    });
  const dots = (line.hasDots ? line.points : lonePoints(line.points)).filter(({ y }) => Number.isFinite(y));
  return [
    ...(line.band === undefined ? [] : bandPieces(line.band)).map((corners) =>
      svgElement('path', {
        d: `${pathOf(corners, input)}Z`,
        fill: toCss(line.style.colour),
        'fill-opacity': BAND_OPACITY,
      }),
    ),
    ...line.superseded.map((points) => stroke(points, FAINT)),
    stroke(line.points, line.smoothed === undefined ? 1 : FAINT),
    ...(line.smoothed === undefined ? [] : [stroke(line.smoothed, 1)]),
    ...dots.map((point) =>
      svgElement('circle', { ...at(point, input), r: DOT_RADIUS, fill: toCss(line.style.colour) }),
    ),
    ...restartNodes(line, input),
    ...markNodes(line, input),
  ];
}

/** A dotted upright where an attempt began. */
function restartNodes({ restarts, style }: PlotLine, { window }: PlotInput): SVGElement[] {
  const { left, right, top, bottom } = PLOT;
  return restarts.map((step) => {
    const x = place(step, window.from, window.to, left, right);
    const look = { stroke: toCss(style.colour), 'stroke-width': 1, 'stroke-dasharray': '1 3' };
    return svgElement('line', { ...look, x1: x, x2: x, y1: top, y2: bottom });
  });
}

function markNodes({ marks, style }: PlotLine, { window }: PlotInput): SVGElement[] {
  const { left, right, top, bottom } = PLOT;
  return marks.map(({ x, kind }) => {
    const middle = place(x, window.from, window.to, left, right);
    const sign = kind === 'nan' ? '×' : kind === 'above' ? '▲' : '▼';
    const y = kind === 'above' ? top + 6 : bottom;
    return pictureText(sign, { x: middle, y, 'text-anchor': 'middle', fill: toCss(style.colour) });
  });
}

function pathOf(points: readonly DrawnPoint[], input: PlotInput): string {
  let path = '';
  let isDown = false;
  for (const point of points) {
    if (Number.isNaN(point.y)) {
      isDown = false;
    } else {
      const { cx, cy } = at(point, input);
      path += `${isDown ? 'L' : 'M'}${cx.toFixed(2)} ${cy.toFixed(2)}`;
      isDown = true;
    }
  }
  return path;
}

function at({ x, y }: DrawnPoint, { window, heights }: PlotInput): { cx: number; cy: number } {
  return {
    cx: place(x, window.from, window.to, PLOT.left, PLOT.right),
    cy: place(y, heights.from, heights.to, PLOT.bottom, PLOT.top),
  };
}

function place(value: number, from: number, to: number, start: number, end: number): number {
  return start + ((value - from) / (to - from || 1)) * (end - start);
}
