import { emptyPoints, extremes, fromBytes, join, merge, slice, toBytes, type Points } from './series-points';
import { blob, integer, storable, type Sqlite } from './sqlite';

/** Points in one full segment; reading a long series then costs one row per 96 kB. */
export const SEGMENT_POINTS = 4096;
/** Points in one segment where stored points are replaced: the next replacement near by then rewrites little. */
const REPLACED_SEGMENT_POINTS = 512;

/** What laying points over stored ones did. */
export interface Overlaid {
  /** Segments gained; negative: lost. */
  readonly segmentChange: number;
  /** The stored points in the region that was written anew. */
  readonly before: Points;
  /** The points of that region now. */
  readonly after: Points;
}

/**
 * The points of a series as segments whose step ranges never overlap, ordered by their first step. Every call belongs
 * inside the caller's transaction; those that write answer how many segments the series gained or lost.
 */
export class SegmentStore {
  constructor(private readonly db: Sqlite) {}

  /** Adds points that are sorted and lie in no stored segment's range. */
  insert(seriesId: number, points: Points, segmentPoints = SEGMENT_POINTS): number {
    const sql = `INSERT INTO segments (series_id, first_step, last_step, point_count, min_value, max_value, points)
      VALUES (?, ?, ?, ?, ?, ?, ?)`;
    let inserted = 0;
    for (let start = 0; start < points.steps.length; start += segmentPoints) {
      const part = slice(points, start, start + segmentPoints);
      const { min, max } = extremes(part);
      const [first, last] = [part.steps[0] ?? 0, part.steps.at(-1) ?? 0];
      const count = part.steps.length;
      this.db.run(sql, seriesId, first, last, count, storable(min), storable(max), toBytes(part));
      inserted += 1;
    }
    return inserted;
  }

  /** Lays sorted points over the stored ones: equal steps are replaced, others put in their place. */
  overlay(seriesId: number, points: Points): Overlaid {
    const first = points.steps[0] ?? 0;
    const last = points.steps.at(-1) ?? 0;
    const range = 'series_id = ? AND last_step >= ? AND first_step <= ?';
    const touched = this.db.all(
      `SELECT points FROM segments WHERE ${range} ORDER BY first_step`,
      seriesId,
      first,
      last,
    );
    const before = join(touched.map((row) => fromBytes(blob(row, 'points'))));
    const after = merge(before, points);
    this.db.run(`DELETE FROM segments WHERE ${range}`, seriesId, first, last);
    const inserted = this.insert(seriesId, after, REPLACED_SEGMENT_POINTS);
    return { segmentChange: inserted - touched.length, before, after };
  }

  /** The points of the segment that holds the series' smallest value first; empty when every value is NaN. */
  withSmallest(seriesId: number): Points {
    return this.withExtreme(seriesId, 'MIN(min_value)', 'min_value');
  }

  /** The same for the largest value. */
  withLargest(seriesId: number): Points {
    return this.withExtreme(seriesId, 'MAX(max_value)', 'max_value');
  }

  readAll(seriesId: number): Points {
    const sql = 'SELECT points FROM segments WHERE series_id = ? ORDER BY first_step';
    return join(this.db.all(sql, seriesId).map((row) => fromBytes(blob(row, 'points'))));
  }

  /** The last `count` points by step. */
  readTail(seriesId: number, count: number): Points {
    const parts: Points[] = [];
    let missing = count;
    const sql = 'SELECT points FROM segments WHERE series_id = ? ORDER BY first_step DESC';
    for (const row of this.db.iterate(sql, seriesId)) {
      const points = fromBytes(blob(row, 'points'));
      parts.unshift(points.steps.length > missing ? slice(points, points.steps.length - missing) : points);
      missing -= points.steps.length;
      if (missing <= 0) {
        break;
      }
    }
    return parts.length === 0 ? emptyPoints : join(parts);
  }

  /** Joins neighbouring segments that are not full; the points stay the same. */
  compact(seriesId: number): number {
    let change = 0;
    for (const ids of this.looseRuns(seriesId)) {
      const parts = ids.map((id) => {
        const row = this.db.get('SELECT points FROM segments WHERE id = ?', id);
        return row === undefined ? emptyPoints : fromBytes(blob(row, 'points'));
      });
      for (const id of ids) {
        this.db.run('DELETE FROM segments WHERE id = ?', id);
      }
      change += this.insert(seriesId, join(parts)) - ids.length;
    }
    return change;
  }

  clear(seriesId: number): void {
    this.db.run('DELETE FROM segments WHERE series_id = ?', seriesId);
  }

  private withExtreme(seriesId: number, extreme: string, column: string): Points {
    const sql = `SELECT points FROM segments WHERE series_id = ?1
      AND ${column} = (SELECT ${extreme} FROM segments WHERE series_id = ?1) ORDER BY first_step LIMIT 1`;
    const row = this.db.get(sql, seriesId);
    return row === undefined ? emptyPoints : fromBytes(blob(row, 'points'));
  }

  private looseRuns(seriesId: number): number[][] {
    const runs: number[][] = [[]];
    const sql = 'SELECT id, point_count FROM segments WHERE series_id = ? ORDER BY first_step';
    for (const row of this.db.all(sql, seriesId)) {
      if (integer(row, 'point_count') >= SEGMENT_POINTS) {
        runs.push([]);
      } else {
        runs.at(-1)?.push(integer(row, 'id'));
      }
    }
    return runs.filter((run) => run.length > 1);
  }
}
