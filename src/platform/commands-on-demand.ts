import { DisposableStore, toDisposable, type Disposable } from '../core/disposable';
import { TracksideError } from '../core/errors';
import { OnDemand } from '../core/on-demand';
import type { CommandId } from './command-ids';
import type { CommandHandler, CommandRegistrar } from './contract';

/**
 * Commands whose code is loaded when the first of them is run, so that activation does not pay for it.
 *
 * @param load imports what registers them and gives it this platform, where it must register these `ids`.
 */
export function commandsOnDemand<P extends { readonly commands: CommandRegistrar }>(
  platform: P,
  ids: readonly CommandId[],
  load: (platform: P) => Promise<Disposable>,
): Disposable {
  const owned = new DisposableStore();
  const handlers = owned.add(
    new OnDemand(async (own) => {
      const found = new HandlersById();
      own(await load({ ...platform, commands: found }));
      found.requireAll(ids);
      return found;
    }),
  );
  for (const id of ids) {
    owned.add(
      platform.commands.register(id, async (...args) => {
        await (await handlers.get()).run(id, ...args);
      }),
    );
  }
  return owned;
}

/** Keeps the handlers instead of telling VS Code of them, where they stand under their ids already. */
class HandlersById implements CommandRegistrar {
  private readonly handlers = new Map<CommandId, CommandHandler>();

  register(id: CommandId, run: CommandHandler): Disposable {
    this.handlers.set(id, run);
    return toDisposable(() => this.handlers.delete(id));
  }

  /** Throws for ids without a handler, and for handlers that nobody could call. */
  requireAll(ids: readonly CommandId[]): void {
    const wrong = [
      ...ids.filter((id) => !this.handlers.has(id)),
      ...[...this.handlers.keys()].filter((id) => !ids.includes(id)),
    ];
    if (wrong.length > 0) {
      throw new TracksideError('server', `Commands and their code do not fit: ${wrong.join(', ')}.`, '');
    }
  }

  async run(id: CommandId, ...args: Parameters<CommandHandler>): Promise<void> {
    await this.handlers.get(id)?.(...args);
  }
}
