import type { SeriesOverview } from '../../core/series-overview';
import type { SeriesState } from '../storage/series-state';

/** About 10 MB. */
const MOST_POINTS = 400_000;

/** Overviews that were asked for last, so that a run that is looked at again is not read again for its first picture. */
export class OverviewCache {
  /** The one that was asked for last comes last. */
  private readonly kept = new Map<string, SeriesOverview>();
  private keptPoints = 0;

  /** @param make reads all points of the series; called only where it has changed or was not asked for lately. */
  get(state: Readonly<SeriesState>, maxPoints: number, make: () => SeriesOverview): SeriesOverview {
    // Of two states of one series the revision or the count differs, and ids that are given again have other totals.
    const key = `${maxPoints} ${JSON.stringify(state)}`;
    const overview = this.kept.get(key) ?? make();
    this.drop(key);
    this.kept.set(key, overview);
    this.keptPoints += overview.values.length;
    this.limit();
    return overview;
  }

  private limit(): void {
    for (const key of this.kept.keys()) {
      if (this.keptPoints <= MOST_POINTS) {
        return;
      }
      this.drop(key);
    }
  }

  private drop(key: string): void {
    this.keptPoints -= this.kept.get(key)?.values.length ?? 0;
    this.kept.delete(key);
  }
}
