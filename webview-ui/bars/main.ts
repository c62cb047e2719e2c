import {
  BarController,
  BarElement,
  BasicPlatform,
  CategoryScale,
  Chart,
  LinearScale,
  type ChartConfiguration,
  type Plugin,
} from 'chart.js';
import type { AxisRange } from '../../src/core/envelope';
import { niceTicks } from '../../src/core/scale-ticks';
import {
  BAR_AXIS_PX,
  BAR_ROW_PX,
  barsHeight,
  type Bar,
  type BarDrawer,
  type BarLook,
  type BarSize,
} from '../kit/bar-drawer';
import { toCss } from '../kit/colour';
import { formatTick } from '../metrics/format';
import { shortened } from './shortened';

Chart.register(BarController, BarElement, CategoryScale, LinearScale);

const NAME_FONT_PX = 12;
const AXIS_FONT_PX = 11;
const GAP = 10;
const END_ROOM = 8;
/** The share of the width that names take at most. */
const MOST_NAMES = 0.38;
const TICK_DISTANCE = 48;

/** Where the columns of text are, left of the bars; the values end at `valueEnd`. */
interface Columns {
  readonly names: readonly string[];
  readonly valueEnd: number;
}

const charts = new Map<HTMLCanvasElement, Chart<'bar', (number | null)[]>>();

const drawer: BarDrawer = {
  draw: (canvas, bars, look, size) => {
    drawer.clear(canvas);
    const pen = canvas.getContext('2d');
    if (pen !== null) {
      // Chart.js takes its size from these; else it asks the page to lay itself out for every chart.
      canvas.width = size.width;
      canvas.height = barsHeight(bars.length);
      charts.set(canvas, new Chart(pen, configuration(bars, look, size, columnsOf(bars, look, size, pen))));
    }
  },
  clear: (canvas) => {
    charts.get(canvas)?.destroy();
    charts.delete(canvas);
    canvas.width = 0;
    canvas.height = 0;
    // Chart.js gives a canvas a size on the page only where it has none.
    canvas.style.width = '';
    canvas.style.height = '';
  },
};

function configuration(
  bars: readonly Bar[],
  look: BarLook,
  { width, ratio }: BarSize,
  columns: Columns,
): ChartConfiguration<'bar', (number | null)[]> & { platform: typeof BasicPlatform } {
  const scaled = scaledOf(bars);
  const left = columns.valueEnd + GAP;
  return {
    type: 'bar',
    data: {
      labels: bars.map((_, index) => index),
      datasets: [
        {
          data: bars.map(({ value }) => (value === undefined ? null : value / scaled.unit)),
          backgroundColor: bars.map(({ colour }) => toCss(colour)),
          barPercentage: 0.68,
          categoryPercentage: 1,
        },
      ],
    },
    options: {
      indexAxis: 'y',
      animation: false,
      responsive: false,
      maintainAspectRatio: false,
      devicePixelRatio: ratio,
      events: [],
      layout: { padding: { left, right: END_ROOM } },
      scales: {
        x: valueAxis(look, scaled, Math.max(2, (width - left - END_ROOM) / TICK_DISTANCE)),
        y: { display: false },
      },
    },
    plugins: [words(bars, columns, look)],
    platform: BasicPlatform,
  };
}

type ValueAxis = NonNullable<NonNullable<ChartConfiguration<'bar'>['options']>['scales']>[string];

/**
 * What the axis shows, counted in a power of ten: Chart.js has no place for numbers that are very large or very small.
 * No range: there is no bar.
 */
interface Scaled {
  readonly unit: number;
  readonly range: AxisRange | undefined;
}

/** Zero is always shown: a bar from anywhere else would be longer than its value. */
function scaledOf(bars: readonly Bar[]): Scaled {
  const values = bars.flatMap(({ value }) => (value === undefined ? [] : [value]));
  const [from, to] = [Math.min(0, ...values), Math.max(0, ...values)];
  const most = Math.max(-from, to);
  if (most === 0) {
    return { unit: 1, range: values.length === 0 ? undefined : { from: 0, to: 1 } };
  }
  const unit = 10 ** Math.floor(Math.log10(most)) || Number.MIN_VALUE;
  return { unit, range: { from: from / unit, to: to / unit } };
}

/** Above the rows, where it is seen however many there are. */
function valueAxis(
  { text, grid, fontFamily }: BarLook,
  { unit, range }: Scaled,
  mostTicks: number,
): NonNullable<ValueAxis> {
  const ticks = range === undefined ? [] : niceTicks(range, mostTicks);
  const distance = (ticks[1] ?? 0) - (ticks[0] ?? 0);
  return {
    type: 'linear',
    position: 'top',
    min: range?.from ?? 0,
    max: range?.to ?? 1,
    border: { display: false },
    grid: {
      display: range !== undefined,
      drawTicks: false,
      color: ({ tick }) => (tick.value === 0 ? text : grid),
    },
    ticks: {
      display: range !== undefined,
      color: text,
      font: { family: fontFamily, size: AXIS_FONT_PX },
      maxRotation: 0,
      autoSkip: false,
      padding: 4,
      callback: (tick) => formatTick(Number(tick) * unit, distance * unit),
    },
    afterBuildTicks: (scale) => (scale.ticks = ticks.map((value) => ({ value }))),
    afterFit: (scale) => (scale.height = BAR_AXIS_PX),
  };
}

function columnsOf(
  bars: readonly Bar[],
  look: BarLook,
  { width }: BarSize,
  pen: CanvasRenderingContext2D,
): Columns {
  pen.font = nameFont(look);
  const measure = (text: string): number => pen.measureText(text).width;
  const room = MOST_NAMES * width;
  const names = bars.map(({ name }) => shortened(name, room, measure));
  const longest = (texts: readonly string[]): number => Math.ceil(Math.max(0, ...texts.map(measure)));
  return { names, valueEnd: longest(names) + GAP + longest(bars.map(({ text }) => text)) };
}

/** Names from the left, values up to where the bars begin: these stand in a column whatever the bars do. */
function words(bars: readonly Bar[], { names, valueEnd }: Columns, look: BarLook): Plugin<'bar'> {
  return {
    id: 'words',
    afterDraw: ({ ctx: pen }) => {
      pen.save();
      pen.font = nameFont(look);
      pen.fillStyle = look.text;
      pen.textBaseline = 'middle';
      bars.forEach(({ text }, index) => {
        const middle = BAR_AXIS_PX + (index + 0.5) * BAR_ROW_PX;
        pen.textAlign = 'left';
        pen.fillText(names[index] ?? '', 0, middle);
        pen.textAlign = 'right';
        pen.fillText(text, valueEnd, middle);
      });
      pen.restore();
    },
  };
}

function nameFont({ fontFamily }: BarLook): string {
  return `${NAME_FONT_PX}px ${fontFamily}`;
}

window.tracksideBars = drawer;
