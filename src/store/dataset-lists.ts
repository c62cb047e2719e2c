import type { DatasetAbility } from '../backends/contract';
import type { Dataset, DatasetContents } from '../core/datasets';
import type { Listing, ScheduledNeed, StoreNeed } from './contract';
import { SimpleListing } from './simple-listing';
import type { StoreRoom } from './store-room';
import { readWhole } from './whole-reading';

export type DatasetNeed = Extract<StoreNeed, { readonly kind: 'datasets' | 'datasetContents' }>;

/** Datasets of one connection and what is in them: read when a person asks for it, then kept until one asks anew. */
export class DatasetLists {
  private readonly all = new SimpleListing<Dataset>();
  private readonly contents = new Map<string, SimpleListing<DatasetContents>>();

  constructor(private readonly room: StoreRoom) {}

  get listing(): Listing<Dataset> {
    return this.all.value;
  }

  contentsOf(datasetId: string): Listing<DatasetContents> {
    return this.contents.get(datasetId)?.value ?? new SimpleListing<DatasetContents>().value;
  }

  needOf(need: DatasetNeed): ScheduledNeed {
    switch (need.kind) {
      case 'datasets':
        return this.onDemand(need.kind, this.all, (datasets, signal) => datasets.list(signal));
      case 'datasetContents': {
        const { kind, datasetId } = need;
        const listing = this.contents.get(datasetId) ?? new SimpleListing<DatasetContents>();
        this.contents.set(datasetId, listing);
        return this.onDemand(`${kind}:${datasetId}`, listing, async (datasets, signal) => [
          await datasets.contents(datasetId, signal),
        ]);
      }
    }
  }

  private onDemand<T extends { readonly id: string }>(
    key: string,
    listing: SimpleListing<T>,
    list: (datasets: DatasetAbility, signal: AbortSignal) => Promise<readonly T[]>,
  ): ScheduledNeed {
    const change = { kind: 'datasets' } as const;
    return {
      key,
      isOnDemand: true,
      run: (signal) =>
        readWhole(
          this.room,
          { change, listing, list: async ({ datasets }) => (datasets ? list(datasets, signal) : []) },
          signal,
        ),
      intervalMs: () => undefined,
      matches: () => false,
      get freshForMs() {
        return listing.value.isLoaded ? Number.POSITIVE_INFINITY : 0;
      },
    };
  }
}
