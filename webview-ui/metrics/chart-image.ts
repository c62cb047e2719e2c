import { toCss } from '../kit/colour';
import { heightTicks, TICK_DISTANCE_X } from './axis-labels';
import { BAND_OPACITY, type PlotInput, type PlotLine } from './chart-plot';
import { bandPieces, lonePoints, type DrawnPoint } from './curve-data';

/** What a picture of a chart is made of. */
export interface ChartPicture {
  readonly title: string;
  /** What the chart says about the points it shows. */
  readonly note: string;
  readonly input: PlotInput;
}

const WIDTH = 800;
const PLOT = { left: 64, right: 784, top: 44, bottom: 364 } as const;
const AXIS_LABEL_Y = 382;
const NOTE_Y = 404;
const LEGEND_Y = 426;
const LEGEND_ROW = 18;
const LEGEND_COLUMN = 180;
const MOST_NAMES = 40;
const FONT_SIZE = 12;
const LINE_WIDTH = 1.5;
const FAINT = 0.3;
const PNG_SCALE = 2;
/** A picture has a title, not a page of it. */
const MOST_TITLE_LENGTH = 100;
const MOST_NAME_LENGTH = 26;
const NAMESPACE = 'http://www.w3.org/2000/svg';

/** The chart as it is seen, with its title, axes, note and legend, as an SVG document of its own. */
export function chartSvg({ title, note, input }: ChartPicture): string {
  const legend = legendNodes(input);
  const height = LEGEND_Y + legend.rowCount * LEGEND_ROW;
  const root = node('svg', {
    xmlns: NAMESPACE,
    width: WIDTH,
    height,
    viewBox: `0 0 ${WIDTH} ${height}`,
    'font-family': input.theme.fontFamily,
    'font-size': FONT_SIZE,
    fill: input.theme.text,
  });
  const { left, right, top, bottom } = PLOT;
  const clip = node('clipPath', { id: 'plot' }, [
    node('rect', { x: left, y: top - 6, width: right - left, height: bottom - top + 12 }),
  ]);
  root.append(
    node('rect', { width: WIDTH, height, fill: toCss(input.theme.background) }),
    clip,
    text(shortened(title, MOST_TITLE_LENGTH), { x: 16, y: 24, 'font-size': 15, 'font-weight': 600 }),
    ...axisNodes(input),
    node(
      'g',
      { 'clip-path': 'url(#plot)' },
      input.lines.flatMap((line) => lineNodes(line, input)),
    ),
    text(note, { x: 16, y: NOTE_Y }),
    ...legend.nodes,
  );
  return new XMLSerializer().serializeToString(root);
}

/** The same as a PNG, at twice its size. */
export async function chartPng(picture: ChartPicture): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([chartSvg(picture)], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.width * PNG_SCALE;
    canvas.height = image.height * PNG_SCALE;
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob === null ? reject(new Error('No picture came out.')) : resolve(blob)));
    });
  } finally {
    URL.revokeObjectURL(address);
  }
}

function axisNodes({ labels, window, heights, scale, theme }: PlotInput): SVGElement[] {
  const { left, right, top, bottom } = PLOT;
  const grid = { stroke: theme.grid, 'stroke-width': 1 };
  const across = labels.ticks(window, (right - left) / TICK_DISTANCE_X).flatMap(({ value, label }) => {
    const x = place(value, window.from, window.to, left, right);
    return [
      node('line', { ...grid, x1: x, x2: x, y1: top, y2: bottom }),
      text(label, { x, y: AXIS_LABEL_Y, 'text-anchor': 'middle' }),
    ];
  });
  const upright = heightTicks(scale, heights, bottom - top).flatMap(({ value, label }) => {
    const y = place(value, heights.from, heights.to, bottom, top);
    return [
      node('line', { ...grid, x1: left, x2: right, y1: y, y2: y }),
      text(label, { x: left - 8, y: y + 4, 'text-anchor': 'end' }),
    ];
  });
  return [...across, ...upright, text(labels.name, { x: right, y: NOTE_Y, 'text-anchor': 'end' })];
}

function lineNodes(line: PlotLine, input: PlotInput): SVGElement[] {
  const stroke = (points: readonly DrawnPoint[], opacity: number): SVGElement =>
    node('path', {
      d: pathOf(points, input),
      fill: 'none',
      stroke: toCss(line.style.colour),
      'stroke-opacity': opacity,
      'stroke-width': LINE_WIDTH,
      'stroke-linejoin': 'round',
      ...(line.style.dash.length === 0 ? {} : { 'stroke-dasharray': line.style.dash.join(' ') }),
    });
  const dots = (line.hasDots ? line.points : lonePoints(line.points)).filter(({ y }) => Number.isFinite(y));
  return [
    ...(line.band === undefined ? [] : bandPieces(line.band)).map((corners) =>
      node('path', {
        d: `${pathOf(corners, input)}Z`,
        fill: toCss(line.style.colour),
        'fill-opacity': BAND_OPACITY,
      }),
    ),
    ...line.superseded.map((points) => stroke(points, FAINT)),
    stroke(line.points, line.smoothed === undefined ? 1 : FAINT),
    ...(line.smoothed === undefined ? [] : [stroke(line.smoothed, 1)]),
    ...dots.map((point) => node('circle', { ...at(point, input), r: 2.2, fill: toCss(line.style.colour) })),
    ...markNodes(line, input),
  ];
}

function markNodes({ marks, style }: PlotLine, { window }: PlotInput): SVGElement[] {
  const { left, right, top, bottom } = PLOT;
  return marks.map(({ x, kind }) => {
    const middle = place(x, window.from, window.to, left, right);
    const sign = kind === 'nan' ? '×' : kind === 'above' ? '▲' : '▼';
    const y = kind === 'above' ? top + 6 : bottom;
    return text(sign, { x: middle, y, 'text-anchor': 'middle', fill: toCss(style.colour) });
  });
}

function legendNodes({ lines }: PlotInput): { readonly nodes: SVGElement[]; readonly rowCount: number } {
  const columns = Math.floor((WIDTH - 16) / LEGEND_COLUMN);
  const nodes = lines.slice(0, MOST_NAMES).flatMap(({ name, style }, index) => {
    const x = 16 + (index % columns) * LEGEND_COLUMN;
    const y = LEGEND_Y + Math.floor(index / columns) * LEGEND_ROW;
    return [
      node('line', {
        ...{ x1: x, x2: x + 22, y1: y - 4, y2: y - 4, 'stroke-width': 2.5 },
        ...{ stroke: toCss(style.colour), 'stroke-dasharray': style.dash.join(' ') || 'none' },
      }),
      text(shortened(name, MOST_NAME_LENGTH), { x: x + 30, y }),
    ];
  });
  const rest = lines.length - MOST_NAMES;
  const rowCount = Math.ceil(Math.min(lines.length, MOST_NAMES) / columns);
  if (rest <= 0) {
    return { nodes, rowCount };
  }
  const more = text(`and ${rest} more lines`, { x: 16, y: LEGEND_Y + rowCount * LEGEND_ROW });
  return { nodes: [...nodes, more], rowCount: rowCount + 1 };
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

function shortened(name: string, length: number): string {
  return name.length > length ? `${name.slice(0, length - 1)}…` : name;
}

function text(content: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const created = node('text', attributes);
  created.textContent = content;
  return created;
}

function node(
  tag: string,
  attributes: Readonly<Record<string, string | number>>,
  children: readonly SVGElement[] = [],
): SVGElement {
  const created = document.createElementNS(NAMESPACE, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name !== 'xmlns') {
      created.setAttribute(name, String(value));
    }
  }
  created.append(...children);
  return created;
}
