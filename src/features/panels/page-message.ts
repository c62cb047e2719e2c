import type * as z from 'zod/mini';
import type { Logger } from '../../core/logger';

/** What checks the messages of a kind of page, and what such a panel is called in the log. */
export interface PageMessages<T> {
  readonly schema: z.ZodMiniType<T>;
  /** `A table`. */
  readonly sender: string;
  readonly logger: Logger;
}

/** Takes what a page sent; anything that is not in the contract is logged and dropped. */
export function takeMessage<T>(
  message: unknown,
  { schema, sender, logger }: PageMessages<T>,
  handle: (message: T) => void,
): void {
  const parsed = schema.safeParse(message);
  if (parsed.success) {
    handle(parsed.data);
  } else {
    logger.warn(`${sender} sent something unexpected: ${parsed.error.message}`);
  }
}
