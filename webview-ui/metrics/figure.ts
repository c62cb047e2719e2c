import { parseLenientJson } from '../../src/core/lenient-json';
import type { Figure } from '../kit/plot-drawer';

type Row = Readonly<Record<string, unknown>>;

/** A table of a figure: what Plotly calls a `table` trace. */
export interface FigureTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What can be shown of a plot's JSON. */
export interface ReadFigure {
  readonly title: string;
  readonly figure: Figure | undefined;
  readonly tables: readonly FigureTable[];
  /** Sentences about what is shown differently or not at all. */
  readonly notes: readonly string[];
}

const FLAT_TYPES: ReadonlySet<string> = new Set([
  ...['scatter', 'scattergl', 'bar', 'box', 'heatmap', 'heatmapgl', 'histogram', 'histogram2d'],
  ...['histogram2dcontour', 'contour', 'violin', 'image', 'pie', 'scatterternary'],
]);

/** Reads a plot as data: nothing in it is run, and what is not understood is named. Undefined for no figure at all. */
export function readFigure(json: string): ReadFigure | undefined {
  const parsed = parseLenientJson(json);
  if (!isRow(parsed) || !Array.isArray(parsed['data'])) {
    return undefined;
  }
  const layout = isRow(parsed['layout']) ? parsed['layout'] : {};
  const traces = parsed['data'].filter(isRow);
  const tables = traces.filter((trace) => trace['type'] === 'table').map(readTable);
  const drawn = traces.filter((trace) => trace['type'] !== 'table').map(flatten);
  const notes = [...new Set(drawn.flatMap(({ note }) => (note === undefined ? [] : [note])))];
  const figure = { traces: drawn.flatMap(({ trace }) => (trace === undefined ? [] : [trace])), layout };
  return {
    title: textOf(isRow(layout['title']) ? layout['title']['text'] : layout['title']),
    figure: figure.traces.length > 0 ? figure : undefined,
    tables,
    notes,
  };
}

interface Flattened {
  readonly trace: Row | undefined;
  readonly note?: string;
}

/** The drawing part knows two dimensions; the third becomes colour, and a note says so. */
function flatten(trace: Row): Flattened {
  const type = textOf(trace['type']) || 'scatter';
  if (FLAT_TYPES.has(type)) {
    return { trace: type.endsWith('gl') ? { ...trace, type: type.slice(0, -2) } : trace };
  }
  const note = 'Drawn flat: the third dimension is the colour.';
  switch (type) {
    case 'scatter3d': {
      const marker = isRow(trace['marker']) ? trace['marker'] : {};
      const { z, ...rest } = trace;
      return {
        trace: {
          ...rest,
          type: 'scatter',
          mode: 'markers',
          marker: { size: marker['size'] ?? 6, color: z, colorscale: 'Viridis', showscale: true },
        },
        note,
      };
    }
    case 'surface': {
      const { x, y, z, name } = trace;
      return { trace: { type: 'heatmap', x, y, z, name, colorscale: 'Viridis' }, note };
    }
    default:
      return { trace: undefined, note: `A part of the kind “${type}” cannot be drawn here; open the data.` };
  }
}

/** Plotly keeps a table by columns. */
function readTable(trace: Row): FigureTable {
  const columns = valuesOf(trace['header']).map((name) => cellText(Array.isArray(name) ? name[0] : name));
  const cells = valuesOf(trace['cells']).map(listOf);
  const length = cells.reduce((longest, column) => Math.max(longest, column.length), 0);
  return {
    columns,
    rows: Array.from({ length }, (_, row) => cells.map((column) => cellText(column[row]))),
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function valuesOf(part: unknown): readonly unknown[] {
  return isRow(part) && Array.isArray(part['values']) ? part['values'] : [];
}

/** Cells may hold the few tags that Plotly knows; as text they would be read as such. */
function cellText(value: unknown): string {
  const text =
    typeof value === 'string' ? value : value === null || value === undefined ? '' : JSON.stringify(value);
  return text.replace(/<\/?(b|i|sub|sup|em|strong)>/gi, '').replace(/<br\s*\/?>/gi, '\n');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
