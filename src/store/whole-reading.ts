import type { Backend } from '../backends/contract';
import type { StoreChange } from './contract';
import type { SimpleListing } from './simple-listing';
import type { StoreRoom } from './store-room';
import { shown } from './task-lists';

/** Asks for a whole list. Where that takes long, `onPart` is told what is known meanwhile. */
export type ListReading<T> = (
  backend: Backend,
  onPart: (items: readonly T[]) => void,
) => Promise<readonly T[]>;

interface WholeRead<T extends { readonly id: string }> {
  /** What is told when people see something else now. */
  readonly change: StoreChange;
  readonly listing: SimpleListing<T>;
  readonly list: ListReading<T>;
}

/** Reads a whole list into its listing, which keeps what it had and why when that fails; then this rejects too. */
export async function readWhole<T extends { readonly id: string }>(
  room: StoreRoom,
  { change, listing, list }: WholeRead<T>,
  signal: AbortSignal,
): Promise<void> {
  listing.begin();
  try {
    const backend = await room.backend(signal);
    const generation = room.generations.next();
    const items = await list(backend, (part) => {
      if (listing.finish(part, generation, room.clock.now())) {
        room.fire(change);
      }
      listing.begin();
    });
    if (listing.finish(items, generation, room.clock.now())) {
      room.fire(change);
    }
  } catch (thrown) {
    if (listing.fail(shown(thrown))) {
      room.fire(change);
    }
    throw thrown;
  }
}
