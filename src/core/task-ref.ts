import * as z from 'zod/mini';

const id = z.string().check(z.minLength(1));

/**
 * Points at one task of one connection. Every task row of a tree is one, panels pass one to commands, and a command
 * accepts anything that parses as one.
 */
export const taskRef = z.object({ connectionId: id, taskId: id });
export type TaskRef = z.infer<typeof taskRef>;

/** Names a run among those of all connections; the same text for the same run, always. */
export function runKey({ connectionId, taskId }: TaskRef): string {
  return JSON.stringify([connectionId, taskId]);
}
