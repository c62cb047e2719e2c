import * as z from 'zod';

/** Rows of a list that can be read; the others are left out: one broken row must not hide a whole list. */
export const rows = <T>(row: z.ZodType<T>): z.ZodType<T[]> =>
  z.array(z.unknown()).transform((items) =>
    items.flatMap((item) => {
      const parsed = row.safeParse(item);
      return parsed.success ? [parsed.data] : [];
    }),
  );
