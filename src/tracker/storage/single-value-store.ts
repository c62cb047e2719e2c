import { integer, real, storable, text, type Sqlite } from './sqlite';

/** A value that belongs to the whole run, such as a final accuracy. */
export interface SingleValue {
  readonly metric: string;
  readonly variant: string;
  readonly value: number;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Values without a step. Writing happens inside the caller's transaction. */
export class SingleValueStore {
  constructor(private readonly db: Sqlite) {}

  put(taskKey: number, { metric, variant, value, at }: SingleValue): void {
    const sql =
      'INSERT OR REPLACE INTO single_values (task_key, metric, variant, value, at) VALUES (?, ?, ?, ?, ?)';
    this.db.run(sql, taskKey, metric, variant, storable(value), at);
  }

  list(taskKey: number): SingleValue[] {
    const sql =
      'SELECT metric, variant, value, at FROM single_values WHERE task_key = ? ORDER BY metric, variant';
    return this.db.all(sql, taskKey).map((row) => ({
      metric: text(row, 'metric'),
      variant: text(row, 'variant'),
      value: real(row, 'value'),
      at: integer(row, 'at'),
    }));
  }

  clear(taskKey: number): void {
    this.db.run('DELETE FROM single_values WHERE task_key = ?', taskKey);
  }
}
