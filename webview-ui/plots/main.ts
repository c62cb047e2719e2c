import plotly from 'plotly.js-cartesian-dist-min';
import type { Figure, PlotDrawer, PlotLook } from '../kit/plot-drawer';

/** The buttons by name, since by default there is one that sends the data to a service. */
const CONFIG = {
  displaylogo: false,
  responsive: true,
  modeBarButtons: [['zoom2d', 'pan2d', 'zoomIn2d', 'zoomOut2d', 'resetScale2d']],
  showLink: false,
};

/** In pixels; a card may be narrower. */
const LEAST_PICTURE = { width: 640, height: 340 } as const;

/** Figures come with the colours of whoever drew them; ground, text and lines become those of the editor. */
function themed({ layout }: Figure, look: PlotLook): Record<string, unknown> {
  const { width: _width, height: _height, template: _template, ...own } = layout;
  const axes = Object.fromEntries(
    Object.entries(own)
      .filter(([name]) => /^[xy]axis\d*$/.test(name))
      .map(([name, axis]) => [name, { ...axisColours(look), ...objectOf(axis), ...axisColours(look) }]),
  );
  return {
    xaxis: axisColours(look),
    yaxis: axisColours(look),
    margin: { l: 56, r: 16, t: titleOf(own) === '' ? 16 : 40, b: 44 },
    ...own,
    ...axes,
    autosize: true,
    paper_bgcolor: 'rgba(0,0,0,0)',
    plot_bgcolor: 'rgba(0,0,0,0)',
    font: { family: look.fontFamily, color: look.text, size: 12 },
    legend: { ...objectOf(own['legend']), bgcolor: 'rgba(0,0,0,0)', font: { color: look.text } },
    images: [],
    hoverlabel: { font: { family: look.fontFamily } },
  };
}

function axisColours(look: PlotLook): Record<string, unknown> {
  return {
    color: look.text,
    gridcolor: look.grid,
    linecolor: look.grid,
    zerolinecolor: look.grid,
    automargin: true,
  };
}

function titleOf({ title }: Readonly<Record<string, unknown>>): string {
  const text = typeof title === 'string' ? title : objectOf(title)['text'];
  return typeof text === 'string' ? text : '';
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** Cells of a heatmap are pixels of a small image: the style rule that keeps them apart stays with the page. */
function withSharpCells(svg: string): string {
  // Texts and attributes of a serialized document hold no bare angle bracket.
  return svg.replaceAll('<image ', '<image image-rendering="pixelated" ');
}

const drawer: PlotDrawer = {
  draw: async (root, figure, look) => {
    await plotly.react(root, figure.traces, themed(figure, look), CONFIG);
  },
  picture: async (root, figure, look) => {
    const ground = { paper_bgcolor: look.background, plot_bgcolor: look.background };
    const layout = { ...themed(figure, look), ...ground };
    const { clientWidth: width, clientHeight: height } = root;
    const size = {
      width: Math.max(width, LEAST_PICTURE.width),
      height: Math.max(height, LEAST_PICTURE.height),
    };
    const svg = await plotly.toImage(
      { data: figure.traces, layout, config: CONFIG },
      { format: 'svg', imageDataOnly: true, ...size },
    );
    return withSharpCells(svg);
  },
  clear: (root) => plotly.purge(root),
};

window.tracksidePlots = drawer;
