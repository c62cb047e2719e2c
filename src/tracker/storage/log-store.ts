import { integer, text, type Row, type Sqlite } from './sqlite';

/** One reported piece of console output; `text` may hold many lines. */
export interface LogEntry {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly level: string;
  readonly worker: string;
  readonly text: string;
}

export interface StoredLogEntry extends LogEntry {
  /** Rises with every entry of any task and is never used twice. */
  readonly id: number;
}

/** Pieces beyond this much text wait for the next page: an answer is parsed at once, and its reader has other work. */
const PAGE_CHARACTERS = 1024 * 1024;

/** The console output of all tasks. Writing happens inside the caller's transaction. */
export class LogStore {
  constructor(private readonly db: Sqlite) {}

  append(taskKey: number, { at, level, worker, text: body }: LogEntry): void {
    this.db.run(
      'INSERT INTO logs (task_key, at, level, worker, body) VALUES (?, ?, ?, ?, ?)',
      taskKey,
      at,
      level,
      worker,
      body,
    );
  }

  /** Entries after the one with id `afterId`, in the order they arrived in. */
  after(taskKey: number, afterId: number, limit: number): { entries: StoredLogEntry[]; hasMore: boolean } {
    const entries: StoredLogEntry[] = [];
    let characters = 0;
    const sql = `SELECT id, at, level, worker, body FROM logs INDEXED BY logs_task_id
      WHERE task_key = ? AND id > ? ORDER BY id LIMIT ?`;
    for (const row of this.db.iterate(sql, taskKey, afterId, limit + 1)) {
      if (entries.length === limit || characters > PAGE_CHARACTERS) {
        return { entries, hasMore: true };
      }
      const entry = fromRow(row);
      characters += entry.text.length;
      entries.push(entry);
    }
    return { entries, hasMore: false };
  }

  /**
   * By time: those before or after `fromMs` (exclusive), nearest first, at most `limit`. Those of the same millisecond
   * are in the order in which they came, in both directions, as ClearML's server has them.
   */
  byTime(taskKey: number, fromMs: number | undefined, isBackward: boolean, limit: number): StoredLogEntry[] {
    const [compare, order, unset] = isBackward ? ['<', 'DESC', Number.MAX_SAFE_INTEGER] : ['>', 'ASC', -1];
    const sql = `SELECT id, at, level, worker, body FROM logs WHERE task_key = ? AND at ${compare} ?
      ORDER BY at ${order}, id ${order} LIMIT ?`;
    const found = this.db.all(sql, taskKey, fromMs ?? unset, limit).map(fromRow);
    return isBackward ? found.sort((left, right) => right.at - left.at || left.id - right.id) : found;
  }

  count(taskKey: number): number {
    const row = this.db.get('SELECT count(*) AS entries FROM logs WHERE task_key = ?', taskKey);
    return row === undefined ? 0 : integer(row, 'entries');
  }

  clear(taskKey: number): void {
    this.db.run('DELETE FROM logs WHERE task_key = ?', taskKey);
  }
}

function fromRow(row: Row): StoredLogEntry {
  return {
    id: integer(row, 'id'),
    at: integer(row, 'at'),
    level: text(row, 'level'),
    worker: text(row, 'worker'),
    text: text(row, 'body'),
  };
}
