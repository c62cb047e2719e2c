import { seriesKey, type SeriesDelta, type SeriesName } from '../../core/series';
import { SEGMENT_POINTS, SegmentStore } from './segment-store';
import { decodeCursor, encodeCursor, type SeriesPosition } from './series-cursor';
import { ordered, type Points } from './series-points';
import { emptied, insertSeries, loadSeries, saveSeries, type SeriesState } from './series-state';
import { countAppended, countReplaced } from './series-totals';
import type { Sqlite } from './sqlite';

/** Tasks whose series rows are kept in memory. */
const CACHED_TASKS = 64;
/** A series with more than this many segments that are not full is compacted in the background. */
const LOOSE_SEGMENTS = 64;

interface TaskSeries {
  readonly byKey: Map<string, SeriesState>;
  readonly inOrder: SeriesState[];
}

/** The scalar points of all tasks. Writing happens inside the caller's transaction. */
export class SeriesStore {
  private readonly segments: SegmentStore;
  private readonly cache = new Map<number, TaskSeries>();
  private readonly loose = new Map<number, number>();

  constructor(private readonly db: Sqlite) {
    this.segments = new SegmentStore(db);
  }

  /** Stores points in the order they were reported; a step that is already there is overwritten. */
  write(taskKey: number, name: SeriesName, reported: Points): void {
    const points = ordered(reported);
    const state = this.find(taskKey, name);
    if ((points.steps[0] ?? NaN) > state.highestStep) {
      state.segmentCount += this.segments.insert(state.id, points);
      countAppended(state, points);
    } else {
      this.overlay(state, points);
    }
    state.last = reported.values.at(-1) ?? state.last;
    state.lastStep = reported.steps.at(-1) ?? state.lastStep;
    state.lastTime = reported.times.at(-1) ?? state.lastTime;
    saveSeries(this.db, state);
    if (state.segmentCount - state.count / SEGMENT_POINTS > LOOSE_SEGMENTS) {
      this.loose.set(state.id, taskKey);
    }
  }

  /** Series with points, in the order they were first reported in. */
  list(taskKey: number): readonly Readonly<SeriesState>[] {
    return this.task(taskKey).inOrder.filter(({ count }) => count > 0);
  }

  /** All points of one series, sorted by step. */
  points(state: Readonly<SeriesState>): Points {
    return this.segments.readAll(state.id);
  }

  /** What a reader at `cursor` misses, and the cursor after it. A cursor that is not of this task reads everything. */
  read(
    taskKey: number,
    cursor: string | undefined,
  ): { cursor: string; series: Omit<SeriesDelta, 'fidelity'>[] } {
    const held = cursor === undefined ? undefined : decodeCursor(taskKey, cursor);
    const series: Omit<SeriesDelta, 'fidelity'>[] = [];
    const states = this.task(taskKey).inOrder;
    for (const [index, state] of states.entries()) {
      const delta = this.delta(state, held?.[index]);
      if (delta !== undefined) {
        series.push(delta);
      }
    }
    return { cursor: encodeCursor(taskKey, states), series };
  }

  /** Removes all points of a task; names stay, so that readers are told. */
  clear(taskKey: number): void {
    const task = this.task(taskKey);
    for (const [index, state] of task.inOrder.entries()) {
      this.segments.clear(state.id);
      const empty = emptied(state);
      saveSeries(this.db, empty);
      task.inOrder[index] = empty;
      task.byKey.set(seriesKey(empty.name), empty);
    }
  }

  /** Drops what is in memory, after a transaction was rolled back or a task was deleted. */
  forget(): void {
    this.cache.clear();
  }

  get needsCompaction(): boolean {
    return this.loose.size > 0;
  }

  /** Compacts up to `limit` series. */
  compactSome(limit: number): void {
    for (const [seriesId, taskKey] of [...this.loose].slice(0, limit)) {
      this.loose.delete(seriesId);
      const state = this.task(taskKey).inOrder.find(({ id }) => id === seriesId);
      if (state !== undefined) {
        this.compact(state);
      }
    }
  }

  /** Compacts all series of a task, also those that would not need it yet. */
  compactEverything(taskKey: number): void {
    this.task(taskKey).inOrder.forEach((state) => this.compact(state));
  }

  private overlay(state: SeriesState, points: Points): void {
    const overlaid = this.segments.overlay(state.id, points);
    state.segmentCount += overlaid.segmentChange;
    state.revision += 1;
    countReplaced(state, overlaid, {
      smallest: () => this.segments.withSmallest(state.id),
      largest: () => this.segments.withLargest(state.id),
      all: () => this.segments.readAll(state.id),
    });
  }

  private compact(state: SeriesState): void {
    this.db.transaction(() => {
      const segmentCount = state.segmentCount + this.segments.compact(state.id);
      saveSeries(this.db, { ...state, segmentCount });
      state.segmentCount = segmentCount;
    });
  }

  private delta(
    state: SeriesState,
    held: SeriesPosition | undefined,
  ): Omit<SeriesDelta, 'fidelity'> | undefined {
    if (held === undefined || held.revision !== state.revision || held.count > state.count) {
      const isNews = state.count > 0 || (held !== undefined && held.count > 0);
      return isNews ? { name: state.name, mode: 'replace', ...this.segments.readAll(state.id) } : undefined;
    }
    const missing = state.count - held.count;
    return missing === 0
      ? undefined
      : { name: state.name, mode: 'append', ...this.segments.readTail(state.id, missing) };
  }

  private find(taskKey: number, name: SeriesName): SeriesState {
    const task = this.task(taskKey);
    const key = seriesKey(name);
    const known = task.byKey.get(key);
    if (known !== undefined) {
      return known;
    }
    const state = insertSeries(this.db, taskKey, name);
    task.byKey.set(key, state);
    task.inOrder.push(state);
    return state;
  }

  private task(taskKey: number): TaskSeries {
    const known = this.cache.get(taskKey);
    if (known !== undefined) {
      this.cache.delete(taskKey);
      this.cache.set(taskKey, known);
      return known;
    }
    const inOrder = loadSeries(this.db, taskKey);
    const loaded = { inOrder, byKey: new Map(inOrder.map((state) => [seriesKey(state.name), state])) };
    this.cache.set(taskKey, loaded);
    const [oldest] = this.cache.keys();
    if (this.cache.size > CACHED_TASKS && oldest !== undefined) {
      this.cache.delete(oldest);
    }
    return loaded;
  }
}
