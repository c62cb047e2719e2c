import { seriesKey, type SeriesName } from '../../src/core/series';

/** ClearML's own name for the group of values that are not curves. */
const DEFAULT_GROUP = 'Summary';

/** A series by the name of its metric and, where it says more, its own. */
export function seriesTitle({ metric, variant }: SeriesName): string {
  return metric === variant ? metric : `${metric} / ${variant}`;
}

/** A value in the group that values are in by themselves is called by its own name. */
export function valueTitle(name: SeriesName): string {
  return name.metric === DEFAULT_GROUP ? name.variant : seriesTitle(name);
}

/**
 * Titles by the key of the series without a run. Names may contain what joins them: titles that read alike say the
 * metric as well, which is then another for each.
 */
export function distinctTitles(
  names: Iterable<SeriesName>,
  titleOf = seriesTitle,
): ReadonlyMap<string, string> {
  const byKey = new Map(
    [...names].map(({ metric, variant }) => [seriesKey({ metric, variant }), { metric, variant }]),
  );
  const alike = Map.groupBy(byKey, ([, name]) => titleOf(name));
  return new Map(
    [...byKey].map(([key, name]) => {
      const title = titleOf(name);
      const isAlone = alike.get(title)?.length === 1;
      return [key, isAlone ? title : `${title} · metric “${name.metric}”`];
    }),
  );
}
