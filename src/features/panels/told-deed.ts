import type { Dialogs } from '../../platform/contract';

/** Does what a panel asked for, and tells the person when it fails: a page has no place for that. */
export async function toldDeed(dialogs: Dialogs, context: string, deed: () => Promise<void>): Promise<void> {
  try {
    await deed();
  } catch (error) {
    dialogs.failure(error, context);
  }
}
