import type { FigureTable } from './figure';

type Trace = Readonly<Record<string, unknown>>;
type Column = readonly [name: string, values: ArrayLike<unknown>];

/** What traces keep their points in, in the order of the columns. */
const POINT_COLUMNS = ['x', 'y', 'labels', 'values', 'a', 'b', 'c', 'text'] as const;
/** Of boxes that come as their figures. */
const BOX_COLUMNS = ['lowerfence', 'q1', 'median', 'mean', 'q3', 'upperfence', 'sd'] as const;

/** A trace as a table: the twin of its drawing. */
export interface TraceValues {
  readonly name: string;
  readonly table: FigureTable;
}

/** The values behind the drawn traces of a figure; traces without any are left out. */
export function figureValues(traces: readonly Trace[]): readonly TraceValues[] {
  return traces.flatMap((trace, index) => {
    const grid = gridOf(trace);
    const table = grid ?? pointsOf(trace);
    const name = typeof trace['name'] === 'string' ? trace['name'] : '';
    return table === undefined ? [] : [{ name: name === '' ? `Part ${index + 1}` : name, table }];
  });
}

/** Rows of a heatmap or surface with its labels: a confusion matrix reads as one. */
function gridOf(trace: Trace): FigureTable | undefined {
  const rows = rowsOf(trace['z']);
  if (rows === undefined || rows.length === 0) {
    return undefined;
  }
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const [across, down] = [valuesOf(trace['x']), valuesOf(trace['y'])];
  return {
    columns: ['', ...Array.from({ length: width }, (_, column) => cellOf(across?.[column] ?? column))],
    rows: rows.map((row, index) => [
      cellOf(down?.[index] ?? index),
      ...Array.from({ length: width }, (_, column) => cellOf(row[column])),
    ]),
  };
}

function pointsOf(trace: Trace): FigureTable | undefined {
  const marker = objectOf(trace['marker']);
  const columns: Column[] = [...POINT_COLUMNS, ...BOX_COLUMNS].flatMap((name) => columnOf(name, trace[name]));
  const coloured = columns.length > 0 ? columnOf('colour', marker['color']) : [];
  const all = [...columns, ...coloured];
  const length = all.reduce((longest, [, values]) => Math.max(longest, values.length), 0);
  const isPlaceGiven = columns.some(([name]) => name !== 'y') || columns.length === 0;
  const shown: readonly Column[] = isPlaceGiven
    ? all
    : [['x', Array.from({ length }, (_, index) => index)], ...all];
  return length === 0
    ? undefined
    : {
        columns: shown.map(([name]) => name),
        rows: Array.from({ length }, (_, row) => shown.map(([, values]) => cellOf(values[row]))),
      };
}

function columnOf(name: string, value: unknown): Column[] {
  const values = valuesOf(value);
  return values === undefined || values.length === 0 ? [] : [[name, values]];
}

function rowsOf(value: unknown): readonly ArrayLike<unknown>[] | undefined {
  const { shape } = objectOf(value);
  const flat = typedValues(value);
  const width = typeof shape === 'string' ? Number(shape.split(',')[1]) : NaN;
  if (flat !== undefined && width >= 1) {
    return Array.from({ length: Math.floor(flat.length / width) }, (_, row) =>
      flat.slice(row * width, (row + 1) * width),
    );
  }
  return Array.isArray(value) ? value.map((row) => valuesOf(row) ?? []) : undefined;
}

function valuesOf(value: unknown): ArrayLike<unknown> | undefined {
  return Array.isArray(value) ? (value as readonly unknown[]) : typedValues(value);
}

const TYPES = {
  f8: Float64Array,
  f4: Float32Array,
  i4: Int32Array,
  u4: Uint32Array,
  i2: Int16Array,
  u2: Uint16Array,
  i1: Int8Array,
  u1: Uint8Array,
} as const;

/** Plotly 6 for Python writes arrays of NumPy as `{ dtype, bdata }`: bytes of little-endian numbers in base64. */
function typedValues(value: unknown): readonly number[] | undefined {
  const { dtype, bdata } = objectOf(value);
  const Type = Object.entries(TYPES).find(([name]) => name === dtype)?.[1];
  if (Type === undefined || typeof bdata !== 'string') {
    return undefined;
  }
  try {
    const bytes = Uint8Array.from(atob(bdata), (character) => character.charCodeAt(0));
    return [...new Type(bytes.buffer, 0, Math.floor(bytes.length / Type.BYTES_PER_ELEMENT))];
  } catch {
    return undefined;
  }
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) {
    return '';
  }
  return typeof value === 'string'
    ? value
    : typeof value === 'number'
      ? String(value)
      : JSON.stringify(value);
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
