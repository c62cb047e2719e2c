import * as z from 'zod/mini';
import { METRIC_FIGURES, TABLE_FIELDS } from './task-table';

/** A {@link TableColumn} as it is kept and sent. */
export const columnSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('field'), field: z.enum(TABLE_FIELDS) }),
  z.object({
    kind: z.literal('metric'),
    metric: z.string(),
    variant: z.string(),
    figure: z.enum(METRIC_FIGURES),
  }),
  z.object({ kind: z.literal('parameter'), section: z.string(), name: z.string() }),
]);

/** A {@link ColumnRange}. */
export const rangeSchema = z.object({
  column: columnSchema,
  min: z.nullable(z.number()),
  max: z.nullable(z.number()),
});

/** A {@link TableSort}. */
export const sortSchema = z.object({ column: columnSchema, isDescending: z.boolean() });
