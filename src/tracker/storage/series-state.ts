import type { SeriesName } from '../../core/series';
import { integer, real, storable, text, type Row, type Sqlite } from './sqlite';

/** One series row in memory. `count` is exact: overwritten points count once. */
export interface SeriesState {
  readonly id: number;
  readonly name: SeriesName;
  /** Grows whenever points that a reader may hold were changed or removed. */
  revision: number;
  count: number;
  segmentCount: number;
  /** -Infinity while there are no points. */
  highestStep: number;
  last: number;
  lastStep: number;
  lastTime: number;
  first: number;
  firstStep: number;
  min: number;
  minStep: number;
  max: number;
  maxStep: number;
  sum: number;
}

const COLUMNS = `revision, point_count, segment_count, highest_step, last_value, last_step, last_time, first_value,
  first_step, min_value, min_step, max_value, max_step, value_sum`;

/** All series of a task in the order they were first reported in. */
export function loadSeries(db: Sqlite, taskKey: number): SeriesState[] {
  const sql = `SELECT id, metric, variant, ${COLUMNS} FROM series WHERE task_key = ? ORDER BY id`;
  return db.all(sql, taskKey).map(fromRow);
}

export function insertSeries(db: Sqlite, taskKey: number, name: SeriesName): SeriesState {
  const sql = `INSERT INTO series (task_key, metric, variant, revision, point_count, segment_count)
    VALUES (?, ?, ?, 0, 0, 0)`;
  const { lastId } = db.run(sql, taskKey, name.metric, name.variant);
  return { id: lastId, name, revision: 0, ...noPoints() };
}

/** Writes everything of the state but its name. */
export function saveSeries(db: Sqlite, state: SeriesState): void {
  db.run(
    `UPDATE series SET (${COLUMNS}) = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) WHERE id = ?`,
    state.revision,
    state.count,
    state.segmentCount,
    storable(state.highestStep),
    storable(state.last),
    storable(state.lastStep),
    storable(state.lastTime),
    storable(state.first),
    storable(state.firstStep),
    storable(state.min),
    storable(state.minStep),
    storable(state.max),
    storable(state.maxStep),
    storable(state.sum),
    state.id,
  );
}

/** Forgets all points but not the name, so that readers learn that theirs are gone. */
export function emptied(state: SeriesState): SeriesState {
  return { id: state.id, name: state.name, revision: state.revision + 1, ...noPoints() };
}

function noPoints(): Omit<SeriesState, 'id' | 'name' | 'revision'> {
  const nothing = { last: NaN, lastStep: NaN, lastTime: NaN, first: NaN, firstStep: NaN };
  const extreme = { min: NaN, minStep: NaN, max: NaN, maxStep: NaN };
  return { count: 0, segmentCount: 0, highestStep: -Infinity, ...nothing, ...extreme, sum: 0 };
}

function fromRow(row: Row): SeriesState {
  const count = integer(row, 'point_count');
  return {
    id: integer(row, 'id'),
    name: { metric: text(row, 'metric'), variant: text(row, 'variant') },
    revision: integer(row, 'revision'),
    count,
    segmentCount: integer(row, 'segment_count'),
    highestStep: count === 0 ? -Infinity : real(row, 'highest_step'),
    last: real(row, 'last_value'),
    lastStep: real(row, 'last_step'),
    lastTime: real(row, 'last_time'),
    first: real(row, 'first_value'),
    firstStep: real(row, 'first_step'),
    min: real(row, 'min_value'),
    minStep: real(row, 'min_step'),
    max: real(row, 'max_value'),
    maxStep: real(row, 'max_step'),
    sum: real(row, 'value_sum'),
  };
}
