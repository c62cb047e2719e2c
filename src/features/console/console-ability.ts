import type { ConsoleAbility } from '../../backends/contract';
import { TracksideError } from '../../core/errors';
import type { ConnectionSession } from '../../store/contract';

/** How consoles are read on this connection. Throws `notFound` where the server keeps none. */
export async function consoleAbility(
  session: ConnectionSession,
  signal: AbortSignal,
): Promise<ConsoleAbility> {
  const { console } = await session.backend(signal);
  if (console === undefined) {
    const message = `${session.info.label} keeps no console of its tasks.`;
    throw new TracksideError('notFound', message, 'Look where the task runs.');
  }
  return console;
}
