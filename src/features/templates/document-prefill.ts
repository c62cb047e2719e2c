import * as z from 'zod';

const schemaShape = z.object({
  default: z.unknown().optional(),
  type: z.string().optional().catch(undefined),
  properties: z.record(z.string(), z.unknown()).optional().catch(undefined),
});

/** Schemas nested deeper than this are left for the person to fill. */
const DEEPEST = 6;

/** A JSON document to begin with: every property of the schema, with its default or an empty value of its type. */
export function prefillOf(schema: unknown): string {
  const value = valueFor(schema, 0);
  const isObject = typeof value === 'object' && value !== null;
  return `${JSON.stringify(isObject ? value : {}, null, 2)}\n`;
}

function valueFor(schema: unknown, depth: number): unknown {
  const parsed = schemaShape.safeParse(schema);
  if (!parsed.success || depth > DEEPEST) {
    return null;
  }
  const { default: given, type, properties } = parsed.data;
  if (given !== undefined) {
    return given;
  }
  if (properties !== undefined) {
    return Object.fromEntries(
      Object.entries(properties).map(([name, part]) => [name, valueFor(part, depth + 1)]),
    );
  }
  return EMPTY[type ?? ''] ?? null;
}

const EMPTY: Readonly<Record<string, unknown>> = {
  object: {},
  array: [],
  string: '',
  number: 0,
  integer: 0,
  boolean: false,
};
