import * as z from 'zod';

export const hostResultsSchema = z.object({
  passed: z.array(z.string()),
  failures: z.array(z.object({ title: z.string(), message: z.string() })),
});

/** Full titles of the tests that ran inside the extension host. */
export type HostResults = z.infer<typeof hostResultsSchema>;
