import { emptyPoints, extremes, fromBytes, join, merge, slice, toBytes, type Points } from './series-points';
import { blob, integer, real, storable, type Row, type Sqlite } from './sqlite';

/** Points in one full segment; reading a long series then costs one row per 96 kB. */
export const SEGMENT_POINTS = 4096;
/** Points in one segment where stored points are replaced: the next replacement near by then rewrites little. */
const REPLACED_SEGMENT_POINTS = 512;

/** Neighbouring segments, by their first steps. */
interface LooseRun {
  readonly from: number;
  to: number;
  count: number;
}

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
    const touched = this.touchedBy(seriesId, points);
    if (touched.length === 0) {
      return { segmentChange: this.insert(seriesId, points), before: emptyPoints, after: points };
    }
    const before = join(touched.map((row) => fromBytes(blob(row, 'points'))));
    const after = merge(before, points);
    touched.forEach((row) => this.db.run('DELETE FROM segments WHERE id = ?', integer(row, 'id')));
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
    for (const { from, to, count } of this.looseRuns(seriesId)) {
      const range = 'FROM segments WHERE series_id = ? AND first_step BETWEEN ? AND ?';
      const rows = this.db.all(`SELECT points ${range} ORDER BY first_step`, seriesId, from, to);
      this.db.run(`DELETE ${range}`, seriesId, from, to);
      change += this.insert(seriesId, join(rows.map((row) => fromBytes(blob(row, 'points'))))) - count;
    }
    return change;
  }

  clear(seriesId: number): void {
    this.db.run('DELETE FROM segments WHERE series_id = ?', seriesId);
  }

  /** Since ranges never overlap, at most one segment that begins before the points reaches into them. */
  private touchedBy(seriesId: number, { steps }: Points): Row[] {
    const sql = `SELECT id, points FROM segments WHERE series_id = ?1 AND last_step >= ?2 AND first_step <= ?3
      AND first_step >= ifnull((SELECT max(first_step) FROM segments WHERE series_id = ?1 AND first_step <= ?2), ?2)
      ORDER BY first_step`;
    return this.db.all(sql, seriesId, steps[0] ?? 0, steps.at(-1) ?? 0);
  }

  private withExtreme(seriesId: number, extreme: string, column: string): Points {
    const sql = `SELECT points FROM segments WHERE series_id = ?1
      AND ${column} = (SELECT ${extreme} FROM segments WHERE series_id = ?1) ORDER BY first_step LIMIT 1`;
    const row = this.db.get(sql, seriesId);
    return row === undefined ? emptyPoints : fromBytes(blob(row, 'points'));
  }

  /** Where there are two or more segments one after the other that are not full. */
  private looseRuns(seriesId: number): LooseRun[] {
    const runs: LooseRun[] = [];
    let run: LooseRun | undefined;
    const sql = 'SELECT first_step, point_count FROM segments WHERE series_id = ? ORDER BY first_step';
    for (const row of this.db.all(sql, seriesId)) {
      const at = real(row, 'first_step');
      if (integer(row, 'point_count') >= SEGMENT_POINTS) {
        run = undefined;
      } else if (run === undefined) {
        run = { from: at, to: at, count: 1 };
        runs.push(run);
      } else {
        run.to = at;
        run.count += 1;
      }
    }
    return runs.filter(({ count }) => count > 1);
  }
}
