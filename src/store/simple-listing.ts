import type { EpochMs } from '../core/entities';
import type { TracksideError } from '../core/errors';
import type { Listing } from './contract';
import { isSame } from './structural-equality';

/** A list that is always read whole. Entities that did not change keep their identity. */
export class SimpleListing<T extends { readonly id: string }> {
  private current: Listing<T> = { items: [], isLoaded: false, isLoading: false };
  private generation = -1;

  get value(): Listing<T> {
    return this.current;
  }

  begin(): void {
    this.current = { ...this.current, isLoading: true };
  }

  /** Returns whether anything that people see changed. */
  finish(items: readonly T[], generation: number, now: EpochMs): boolean {
    if (generation < this.generation) {
      return false;
    }
    this.generation = generation;
    const before = this.current;
    const known = new Map(before.items.map((item) => [item.id, item]));
    const merged = items.map((item) => {
      const old = known.get(item.id);
      return old && isSame(old, item) ? old : item;
    });
    const isUnchanged =
      merged.length === before.items.length && merged.every((item, index) => item === before.items[index]);
    this.current = {
      items: isUnchanged ? before.items : merged,
      isLoaded: true,
      isLoading: false,
      loadedAt: now,
    };
    return !isUnchanged || !before.isLoaded || before.error !== undefined;
  }

  fail(error: TracksideError | undefined): boolean {
    const before = this.current;
    const { error: _, ...rest } = before;
    this.current = { ...rest, isLoading: false, ...(error ? { error } : {}) };
    return error?.message !== before.error?.message;
  }
}
