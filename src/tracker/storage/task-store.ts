import { parseObject, parseStrings, type JsonObject } from '../json';
import { ARCHIVED, HIDDEN, isWireStatus, type Section, type WireStatus } from '../tasks/task-words';
import {
  integer,
  numberOrUndefined,
  text,
  textOrUndefined,
  type Row,
  type Sqlite,
  type Value,
} from './sqlite';

/** What commands need to know of a task; documents are made from the row itself. */
export interface TaskRecord {
  readonly key: number;
  readonly id: string;
  readonly name: string;
  readonly status: WireStatus;
  readonly statusMessage: string;
  readonly enqueueStatus: WireStatus | undefined;
  readonly queue: string | undefined;
  readonly project: string | undefined;
  readonly parent: string | undefined;
  readonly started: number | undefined;
  readonly lastUpdate: number;
  readonly lastIteration: number;
  readonly lastWorker: string | undefined;
  readonly tags: readonly string[];
  readonly systemTags: readonly string[];
  readonly isSdkAttached: boolean;
}

/** What is asked of a task with every batch of events. */
export type ReportedTask = Pick<TaskRecord, 'key' | 'id' | 'status' | 'lastIteration' | 'isSdkAttached'>;

/** Columns that may be written one by one. Times are epoch milliseconds. */
export interface TaskColumns {
  name: string;
  type: string;
  status: WireStatus;
  status_reason: string;
  status_message: string;
  status_changed: number;
  enqueue_status: string | null;
  queue: string | null;
  comment: string;
  report: string | null;
  project: string | null;
  parent: string | null;
  user: string;
  created: number;
  started: number | null;
  completed: number | null;
  published: number | null;
  last_update: number;
  last_change: number;
  last_iteration: number;
  last_worker: string | null;
  last_worker_report: number | null;
  is_sdk_attached: number;
}

export type TagKind = 'tags' | 'system_tags';

/** Tasks by id and key. Writing happens inside the caller's transaction. */
export class TaskStore {
  constructor(private readonly db: Sqlite) {}

  /** Adds a task and returns its key. Columns that are not given start empty. */
  insert(
    id: string,
    columns: Partial<TaskColumns> & Pick<TaskColumns, 'name' | 'type' | 'user' | 'created'>,
  ): number {
    const now = columns.created;
    const all = {
      status: 'created',
      status_reason: '',
      status_message: '',
      status_changed: now,
      comment: '',
      last_update: now,
      last_change: now,
      last_iteration: 0,
      tags: '[]',
      system_tags: '[]',
      is_archived: 0,
      is_hidden: 0,
      is_sdk_attached: 0,
      ...columns,
    };
    const entries = Object.entries(all);
    const names = entries.map(([name]) => name).join(', ');
    const places = entries.map(() => '?').join(', ');
    const values = entries.map(([, value]) => value);
    return this.db.run(`INSERT INTO tasks (id, ${names}) VALUES (?, ${places})`, id, ...values).lastId;
  }

  find(id: string): TaskRecord | undefined {
    const row = this.db.get('SELECT * FROM tasks WHERE id = ?', id);
    return row === undefined ? undefined : toRecord(row);
  }

  /** Reads no more than it answers: this is done some hundred times a second. */
  findReported(id: string): ReportedTask | undefined {
    const sql = 'SELECT key, status, last_iteration, is_sdk_attached FROM tasks WHERE id = ?';
    const row = this.db.get(sql, id);
    return (
      row && {
        key: integer(row, 'key'),
        id,
        status: wireStatus(row),
        lastIteration: integer(row, 'last_iteration'),
        isSdkAttached: integer(row, 'is_sdk_attached') !== 0,
      }
    );
  }

  row(id: string): Row | undefined {
    return this.db.get('SELECT * FROM tasks WHERE id = ?', id);
  }

  change(key: number, columns: Partial<TaskColumns>): void {
    const entries: [string, Value][] = Object.entries(columns);
    if (entries.length > 0) {
      const assignments = entries.map(([name]) => `${name} = ?`).join(', ');
      this.db.run(`UPDATE tasks SET ${assignments} WHERE key = ?`, ...entries.map(([, value]) => value), key);
    }
  }

  setTags(key: number, kind: TagKind, tags: readonly string[]): void {
    const unique = [...new Set(tags)];
    this.db.run(`UPDATE tasks SET ${kind} = ? WHERE key = ?`, JSON.stringify(unique), key);
    if (kind === 'system_tags') {
      const [archived, hidden] = [unique.includes(ARCHIVED), unique.includes(HIDDEN)].map(Number);
      this.db.run(
        'UPDATE tasks SET is_archived = ?, is_hidden = ? WHERE key = ?',
        archived ?? 0,
        hidden ?? 0,
        key,
      );
    }
    this.db.run('DELETE FROM task_tags WHERE task_key = ? AND kind = ?', key, kind);
    for (const tag of unique) {
      this.db.run('INSERT INTO task_tags (task_key, kind, tag) VALUES (?, ?, ?)', key, kind, tag);
    }
  }

  section(key: number, section: Section): JsonObject {
    const row = this.db.get(
      'SELECT body FROM task_sections WHERE task_key = ? AND section = ?',
      key,
      section,
    );
    return row === undefined ? {} : parseObject(text(row, 'body'));
  }

  setSection(key: number, section: Section, body: JsonObject): void {
    this.db.run(
      'INSERT OR REPLACE INTO task_sections (task_key, section, body) VALUES (?, ?, ?)',
      key,
      section,
      JSON.stringify(body),
    );
  }

  clearSection(key: number, section: Section): void {
    this.db.run('DELETE FROM task_sections WHERE task_key = ? AND section = ?', key, section);
  }

  /** Removes the task with everything that was reported for it; its children then name a deleted parent. */
  delete(task: TaskRecord): { readonly updatedChildren: number } {
    const orphaned = this.db.run(
      'UPDATE tasks SET parent = ? WHERE parent = ?',
      `__DELETED__${task.id}`,
      task.id,
    );
    this.db.run('DELETE FROM samples WHERE owner = ?', task.id);
    this.db.run('DELETE FROM queue_entries WHERE task = ?', task.id);
    this.db.run('DELETE FROM tasks WHERE key = ?', task.key);
    return { updatedChildren: orphaned.changes };
  }

  /** Ids of tasks in a status that name this worker. */
  idsByWorker(status: WireStatus, worker: string): string[] {
    const sql = 'SELECT id FROM tasks WHERE status = ? AND last_worker = ?';
    return this.db.all(sql, status, worker).map((row) => text(row, 'id'));
  }
}

function toRecord(row: Row): TaskRecord {
  const enqueueStatus = text(row, 'enqueue_status');
  return {
    key: integer(row, 'key'),
    id: text(row, 'id'),
    name: text(row, 'name'),
    status: wireStatus(row),
    statusMessage: text(row, 'status_message'),
    enqueueStatus: isWireStatus(enqueueStatus) ? enqueueStatus : undefined,
    queue: textOrUndefined(row, 'queue'),
    project: textOrUndefined(row, 'project'),
    parent: textOrUndefined(row, 'parent'),
    started: numberOrUndefined(row, 'started'),
    lastUpdate: integer(row, 'last_update'),
    lastIteration: integer(row, 'last_iteration'),
    lastWorker: textOrUndefined(row, 'last_worker'),
    tags: parseStrings(text(row, 'tags')),
    systemTags: parseStrings(text(row, 'system_tags')),
    isSdkAttached: integer(row, 'is_sdk_attached') !== 0,
  };
}

function wireStatus(row: Row): WireStatus {
  const status = text(row, 'status');
  return isWireStatus(status) ? status : 'unknown';
}
