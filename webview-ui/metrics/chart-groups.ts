/** What the machine did: last, and folded at first. */
export const MACHINE_GROUP = 'System';

/** Which group a chart is in: the pinned ones, those that share a prefix with no other, or those of a prefix. */
export type ChartGroup =
  { readonly kind: 'pinned' | 'single' } | { readonly kind: 'prefix'; readonly name: string };

/** Puts charts together by the prefix of their names; in the order they come. */
export function groupCharts<Chart extends { readonly name: string }>(
  charts: Iterable<Chart>,
  isPinned: (chart: Chart) => boolean,
): ReadonlyMap<Chart, ChartGroup> {
  const all = [...charts];
  const prefixes = new Map(all.map((chart) => [chart, isPinned(chart) ? undefined : prefixOf(chart.name)]));
  const counts = Map.groupBy(prefixes.values(), (prefix) => prefix);
  return new Map(
    all.map((chart) => {
      const name = prefixes.get(chart);
      return [chart, name === undefined ? { kind: 'pinned' } : groupOf(name, counts.get(name)?.length ?? 0)];
    }),
  );
}

/** A group of one would have rows of its own for nothing. Of the machine even one chart is to be last and folded. */
function groupOf(name: string, chartCount: number): ChartGroup {
  const isGroup = name === MACHINE_GROUP || (name !== '' && chartCount > 1);
  return isGroup ? { kind: 'prefix', name } : { kind: 'single' };
}

/** `train/loss` and `train / loss` belong to `train`; ClearML's `:monitor:gpu` to System. Others have no prefix. */
export function prefixOf(name: string): string {
  if (name.startsWith(':monitor:')) {
    return MACHINE_GROUP;
  }
  const slash = name.indexOf('/');
  return slash > 0 ? name.slice(0, slash).trimEnd() : '';
}
