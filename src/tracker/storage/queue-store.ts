import { newId } from '../ids';
import { parseObject, type JsonObject } from '../json';
import { integer, text, type Row, type Sqlite } from './sqlite';

export interface QueueRecord {
  readonly id: string;
  readonly name: string;
  readonly created: number;
  readonly lastUpdate: number;
  /** display_name, tags, system_tags, metadata. */
  readonly body: JsonObject;
}

export interface QueueEntryRecord {
  readonly task: string;
  readonly added: number;
}

/** Queues and what waits in them. Writing happens inside the caller's transaction. */
export class QueueStore {
  constructor(private readonly db: Sqlite) {}

  all(): QueueRecord[] {
    return this.db.all('SELECT * FROM queues ORDER BY created, name').map(toRecord);
  }

  find(id: string): QueueRecord | undefined {
    const row = this.db.get('SELECT * FROM queues WHERE id = ?', id);
    return row === undefined ? undefined : toRecord(row);
  }

  findByName(name: string): QueueRecord | undefined {
    const row = this.db.get('SELECT * FROM queues WHERE name = ?', name);
    return row === undefined ? undefined : toRecord(row);
  }

  create(name: string, nowMs: number, body: JsonObject): string {
    const id = newId();
    const sql = 'INSERT INTO queues (id, name, created, last_update, body) VALUES (?, ?, ?, ?, ?)';
    this.db.run(sql, id, name, nowMs, nowMs, JSON.stringify(body));
    return id;
  }

  save(queue: QueueRecord, nowMs: number): void {
    const sql = 'UPDATE queues SET name = ?, last_update = ?, body = ? WHERE id = ?';
    this.db.run(sql, queue.name, nowMs, JSON.stringify(queue.body), queue.id);
  }

  delete(id: string): void {
    this.db.run('DELETE FROM queues WHERE id = ?', id);
  }

  /** Of each queue how many wait, and the mean of the times (epoch milliseconds) since when. */
  lengths(): { readonly queue: string; readonly length: number; readonly addedMean: number }[] {
    const sql = `SELECT queues.id AS id, count(added) AS length, coalesce(avg(added), 0) AS added_mean
      FROM queues LEFT JOIN queue_entries ON queue = queues.id GROUP BY queues.id`;
    return this.db.all(sql).map((row) => ({
      queue: text(row, 'id'),
      length: integer(row, 'length'),
      addedMean: integer(row, 'added_mean'),
    }));
  }

  /** Front first. */
  entries(queueId: string): QueueEntryRecord[] {
    const sql = 'SELECT task, added FROM queue_entries WHERE queue = ? ORDER BY position';
    return this.db
      .all(sql, queueId)
      .map((row) => ({ task: text(row, 'task'), added: integer(row, 'added') }));
  }

  append(queueId: string, taskId: string, nowMs: number): void {
    const sql = `INSERT INTO queue_entries (queue, task, added, position)
      SELECT ?, ?, ?, coalesce(max(position), 0) + 1 FROM queue_entries WHERE queue = ?`;
    this.db.run(sql, queueId, taskId, nowMs, queueId);
  }

  contains(queueId: string, taskId: string): boolean {
    return (
      this.db.get('SELECT 1 FROM queue_entries WHERE queue = ? AND task = ?', queueId, taskId) !== undefined
    );
  }

  remove(queueId: string, taskId: string): boolean {
    return this.db.run('DELETE FROM queue_entries WHERE queue = ? AND task = ?', queueId, taskId).changes > 0;
  }

  removeEverywhere(taskId: string): boolean {
    return this.db.run('DELETE FROM queue_entries WHERE task = ?', taskId).changes > 0;
  }

  /** Takes the first entry off. */
  takeFirst(queueId: string): QueueEntryRecord | undefined {
    const [first] = this.entries(queueId);
    if (first !== undefined) {
      this.remove(queueId, first.task);
    }
    return first;
  }

  /** Puts the entry at an index, clamped to the ends; returns the index. The task must be in the queue. */
  moveTo(queueId: string, taskId: string, index: number): number {
    const others = this.entries(queueId).filter(({ task }) => task !== taskId);
    const at = Math.min(Math.max(index, 0), others.length);
    const order = [
      ...others.slice(0, at).map(({ task }) => task),
      taskId,
      ...others.slice(at).map(({ task }) => task),
    ];
    for (const [position, task] of order.entries()) {
      this.db.run(
        'UPDATE queue_entries SET position = ? WHERE queue = ? AND task = ?',
        position + 1,
        queueId,
        task,
      );
    }
    return at;
  }
}

function toRecord(row: Row): QueueRecord {
  return {
    id: text(row, 'id'),
    name: text(row, 'name'),
    created: integer(row, 'created'),
    lastUpdate: integer(row, 'last_update'),
    body: parseObject(text(row, 'body')),
  };
}
