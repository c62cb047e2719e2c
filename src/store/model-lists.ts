import type { ModelOutcome } from '../backends/contract';
import { toDisposable, type Disposable } from '../core/disposable';
import { TracksideError } from '../core/errors';
import { modelQueryKey, type Model, type ModelQuery, type ModelRequest } from '../core/models';
import type { ModelListing, ScheduledNeed } from './contract';
import { SimpleListing } from './simple-listing';
import type { StoreRoom } from './store-room';
import { shown } from './task-lists';

/** Models that a list begins with, and that "load more" adds. */
const PAGE_SIZE = 100;
const FRESH_FOR_MS = 30_000;
const INTERVAL_MS = 60_000;
const PUSH_GAP_MS = 3_000;
/** Lists that nobody holds are kept for a quick return, this many of them. */
const MOST_UNHELD = 10;

interface ModelList {
  readonly query: ModelQuery;
  readonly listing: SimpleListing<Model>;
  limit: number;
  hasMore: boolean;
  /** Known once the server was opened. */
  isOnDemand: boolean;
  holders: number;
}

/** Lists of models of one connection, each read anew as far as it was asked for. */
export class ModelLists {
  private readonly lists = new Map<string, ModelList>();

  constructor(private readonly room: StoreRoom) {}

  listing(query: ModelQuery): ModelListing {
    const list = this.lists.get(modelQueryKey(query));
    return list
      ? { ...list.listing.value, hasMore: list.hasMore }
      : { items: [], isLoaded: false, isLoading: false, hasMore: false };
  }

  /** A model that some list holds. */
  find(modelId: string): Model | undefined {
    for (const { listing } of this.lists.values()) {
      const model = listing.value.items.find(({ id }) => id === modelId);
      if (model) {
        return model;
      }
    }
    return undefined;
  }

  hold(query: ModelQuery): Disposable {
    const list = this.obtain(query);
    list.holders += 1;
    return toDisposable(() => {
      list.holders -= 1;
      if (list.holders === 0) {
        list.limit = PAGE_SIZE;
        this.forgetOld();
      }
    });
  }

  needOf(query: ModelQuery): ScheduledNeed {
    const list = this.obtain(query);
    return {
      key: needKey(query),
      run: (signal) => this.read(list, signal),
      intervalMs: () => (list.isOnDemand ? undefined : INTERVAL_MS),
      matches: (change) => change.kind === 'projects',
      get freshForMs() {
        return freshForMs(list);
      },
      get isOnDemand() {
        return list.isOnDemand;
      },
      pushGapMs: PUSH_GAP_MS,
    };
  }

  async loadMore(query: ModelQuery, signal: AbortSignal): Promise<void> {
    const list = this.obtain(query);
    list.limit += PAGE_SIZE;
    await this.read(list, signal);
  }

  /** Never repeats anything; afterwards every list is read again. */
  async act(
    models: readonly Model[],
    request: ModelRequest,
    signal: AbortSignal,
  ): Promise<readonly ModelOutcome[]> {
    const { models: ability } = await this.room.backend(signal);
    if (!ability) {
      throw new TracksideError('invalid', 'This server has no models.', 'Refresh the view.');
    }
    try {
      return await ability.act(
        models.map(({ id }) => id),
        request,
        signal,
      );
    } finally {
      for (const { query } of this.lists.values()) {
        this.room.scheduler.nudge(needKey(query));
      }
      this.room.scheduler.nudge('groups');
    }
  }

  private async read(list: ModelList, signal: AbortSignal): Promise<void> {
    list.listing.begin();
    try {
      const backend = await this.room.backend(signal);
      list.isOnDemand = backend.models?.isOnDemand === true;
      const generation = this.room.generations.next();
      const { items, hasMore } = (await backend.models?.list(list.query, list.limit, signal)) ?? {
        items: [],
        hasMore: false,
      };
      const hadMore = list.hasMore;
      list.hasMore = hasMore;
      if (list.listing.finish(items, generation, this.room.clock.now()) || hadMore !== hasMore) {
        this.room.fire({ kind: 'models' });
      }
    } catch (thrown) {
      if (list.listing.fail(shown(thrown))) {
        this.room.fire({ kind: 'models' });
      }
      throw thrown;
    }
  }

  private obtain(query: ModelQuery): ModelList {
    const key = modelQueryKey(query);
    const list = this.lists.get(key) ?? {
      query,
      listing: new SimpleListing<Model>(),
      limit: PAGE_SIZE,
      hasMore: false,
      isOnDemand: false,
      holders: 0,
    };
    // Re-inserted so that the map's order is the order of last use.
    this.lists.delete(key);
    this.lists.set(key, list);
    return list;
  }

  private forgetOld(): void {
    const unheld = [...this.lists].filter(([, { holders }]) => holders === 0);
    unheld.slice(0, Math.max(0, unheld.length - MOST_UNHELD)).forEach(([key]) => this.lists.delete(key));
  }
}

function freshForMs({ listing, isOnDemand }: ModelList): number {
  if (!listing.value.isLoaded) {
    return 0;
  }
  return isOnDemand ? Number.POSITIVE_INFINITY : FRESH_FOR_MS;
}

function needKey(query: ModelQuery): string {
  return `models:${modelQueryKey(query)}`;
}
