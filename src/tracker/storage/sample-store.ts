import { parseObject, type JsonObject } from '../json';
import { integer, text, type Row, type Sqlite } from './sqlite';

/** A reported plot, image or vector: one per owner, type, metric, variant, iteration and key. */
export interface Sample {
  readonly type: string;
  readonly metric: string;
  readonly variant: string;
  readonly iter: number;
  readonly eventKey: string;
  readonly at: number;
  /** The event as it was reported. */
  readonly body: JsonObject;
}

/** Events that are neither scalars nor console lines. Writing happens inside the caller's transaction. */
export class SampleStore {
  constructor(private readonly db: Sqlite) {}

  /** `owner` is the id of a task, or of a model for model events. */
  put(owner: string, sample: Sample): void {
    this.db.run(
      `INSERT OR REPLACE INTO samples (owner, type, metric, variant, iter, event_key, at, body)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      owner,
      sample.type,
      sample.metric,
      sample.variant,
      sample.iter,
      sample.eventKey,
      sample.at,
      JSON.stringify(sample.body),
    );
  }

  /** Newest iteration first. */
  list(owner: string, type: string): Sample[] {
    const sql = 'SELECT * FROM samples WHERE owner = ? AND type = ? ORDER BY iter DESC, id';
    return this.db.all(sql, owner, type).map(toSample);
  }

  clear(owner: string): void {
    this.db.run('DELETE FROM samples WHERE owner = ?', owner);
  }
}

function toSample(row: Row): Sample {
  return {
    type: text(row, 'type'),
    metric: text(row, 'metric'),
    variant: text(row, 'variant'),
    iter: integer(row, 'iter'),
    eventKey: text(row, 'event_key'),
    at: integer(row, 'at'),
    body: parseObject(text(row, 'body')),
  };
}
