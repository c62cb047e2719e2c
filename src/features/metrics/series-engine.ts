import { parseSeriesKey, seriesKey, type SeriesDelta } from '../../core/series';
import type { Frame } from './panel-contract';
import type { SeriesEntry } from './series-entry';
import { partBreak, pointsText, seriesHeadText, seriesTailText, type TextPart } from './points-text';
import { StoredSeries } from './series-columns';
import { drawGroup, drawSeries, RunAxes, type SeriesGroup } from './series-drawing';
import type { ViewSelection } from './view-contract';

export interface IngestResult {
  /** Every series that changed, as it is now. */
  readonly changed: readonly SeriesEntry[];
  /** Keys of series that hold no point any more. */
  readonly removed: readonly string[];
}

/** Holds the points of all open panels and answers what to draw. Lives in a worker thread; knows nothing of it. */
export class SeriesEngine {
  private readonly panels = new Map<string, Map<string, StoredSeries>>();

  /** @param run whose points these are, where the panel shows several runs. */
  ingest(panelId: string, deltas: readonly SeriesDelta[], run = ''): IngestResult {
    const held = this.panels.get(panelId) ?? new Map<string, StoredSeries>();
    this.panels.set(panelId, held);
    const touched = new Map<string, StoredSeries>();
    for (const delta of deltas) {
      const key = seriesKey({ ...delta.name, run });
      const series = held.get(key) ?? new StoredSeries(delta.name, run);
      series.apply(delta);
      held.set(key, series);
      touched.set(key, series);
    }
    const changed: SeriesEntry[] = [];
    const removed: string[] = [];
    for (const [key, series] of touched) {
      if (series.pointCount > 0) {
        changed.push(series.entry());
      } else {
        held.delete(key);
        removed.push(key);
      }
    }
    return { changed, removed };
  }

  /** What to draw of these series, or of groups of runs; a key that is not held is left out. */
  frames(panelId: string, keys: readonly string[], selection: ViewSelection): readonly Frame[] {
    const held = this.panels.get(panelId) ?? new Map<string, StoredSeries>();
    const axes = new RunAxes(held, selection);
    const lineCounts = lineCountsOf(held, selection);
    return keys.flatMap((key) => {
      const series = held.get(key);
      const group = series === undefined ? groupOfKey(key, held, selection) : undefined;
      const name = series ?? group?.members[0];
      if (name === undefined) {
        return [];
      }
      const maxPoints = pointsPerLine(selection.maxPoints, lineCounts.get(chartOf(name)) ?? 1);
      const bounded = { ...selection, maxPoints };
      return (
        (series === undefined
          ? group && drawGroup(group, axes, bounded)
          : drawSeries(series, axes, bounded)) ?? []
      );
    });
  }

  /** Points as text of a file, UTF-8; undefined when so many are not held. */
  text(panelId: string, part: TextPart): Uint8Array<ArrayBuffer> | undefined {
    const series = this.panels.get(panelId)?.get(part.key);
    if (series === undefined || series.pointCount < part.to) {
      return undefined;
    }
    const { format } = part;
    const head = part.from === 0 ? seriesHeadText(series, part) : partBreak(format);
    const tail = part.isLastPart ? seriesTailText(format) : '';
    return new TextEncoder().encode(head + pointsText(series, part) + tail);
  }

  /** Forgets everything of one panel, or of one of its runs. */
  clear(panelId: string, run?: string): void {
    if (run === undefined) {
      this.panels.delete(panelId);
      return;
    }
    const held = this.panels.get(panelId) ?? new Map<string, StoredSeries>();
    for (const [key, series] of held) {
      if (series.run === run) {
        held.delete(key);
      }
    }
  }
}

/** One chart draws about so many points in all; each line has its share. */
const POINTS_PER_CHART = 100_000;
const LEAST_POINTS_PER_LINE = 200;

function pointsPerLine(wanted: number, lineCount: number): number {
  return Math.min(wanted, Math.max(LEAST_POINTS_PER_LINE, Math.floor(POINTS_PER_CHART / lineCount)));
}

/** How many lines each chart has. */
function lineCountsOf(
  held: ReadonlyMap<string, StoredSeries>,
  { groups }: ViewSelection,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const series of held.values()) {
    const chart = chartOf(series);
    counts.set(chart, groups.length > 0 ? groups.length : (counts.get(chart) ?? 0) + 1);
  }
  return counts;
}

/** One run has its variants in one chart; several runs have each variant in a chart of its own. */
function chartOf({ name, run }: StoredSeries): string {
  return run === '' ? name.metric : seriesKey(name);
}

/** The series of the group's runs that a key of a group means. */
function groupOfKey(
  key: string,
  held: ReadonlyMap<string, StoredSeries>,
  { groups }: ViewSelection,
): SeriesGroup | undefined {
  const name = groups.length === 0 ? undefined : parseSeriesKey(key);
  const group = groups.find(({ id }) => id === name?.run);
  return name === undefined || group === undefined
    ? undefined
    : {
        id: group.id,
        members: group.runs.flatMap((run) => held.get(seriesKey({ ...name, run })) ?? []),
      };
}
