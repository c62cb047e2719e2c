import * as z from 'zod/mini';
import type { TracksideError } from '../../core/errors';

/** Why something is not shown and what the person can do, both whole sentences. Nothing else of an error goes to a page. */
export const failureSchema = z.object({ message: z.string(), nextStep: z.string() });
export type FailureView = z.infer<typeof failureSchema>;

export function failureView({ message, nextStep }: TracksideError): FailureView {
  return { message, nextStep };
}
