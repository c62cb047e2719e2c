import type { Sqlite } from './sqlite';

/**
 * Every step from an empty file to today's layout, in order. A step is never edited once released; a change is a new
 * step. The file's `user_version` is the number of steps it has seen.
 */
const STEPS: readonly string[] = [
  `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

  CREATE TABLE projects (
    id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, parent TEXT, user TEXT NOT NULL,
    created INTEGER NOT NULL, last_update INTEGER NOT NULL, body TEXT NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE tasks (
    key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, type TEXT NOT NULL,
    status TEXT NOT NULL, status_reason TEXT NOT NULL, status_message TEXT NOT NULL, status_changed INTEGER NOT NULL,
    enqueue_status TEXT, queue TEXT,
    comment TEXT NOT NULL, report TEXT, project TEXT, parent TEXT, user TEXT NOT NULL,
    created INTEGER NOT NULL, started INTEGER, completed INTEGER, published INTEGER,
    last_update INTEGER NOT NULL, last_change INTEGER NOT NULL,
    last_iteration INTEGER NOT NULL, last_worker TEXT, last_worker_report INTEGER,
    tags TEXT NOT NULL, system_tags TEXT NOT NULL,
    is_archived INTEGER NOT NULL, is_hidden INTEGER NOT NULL, is_sdk_attached INTEGER NOT NULL
  );
  CREATE INDEX tasks_project_created ON tasks (project, is_archived, created);
  CREATE INDEX tasks_project_update ON tasks (project, is_archived, last_update);
  CREATE INDEX tasks_project_status ON tasks (project, status, is_archived);
  CREATE INDEX tasks_project_name ON tasks (project, name);
  CREATE INDEX tasks_created ON tasks (created);
  CREATE INDEX tasks_update ON tasks (last_update);
  CREATE INDEX tasks_status ON tasks (status, created);
  CREATE INDEX tasks_name ON tasks (name);
  CREATE INDEX tasks_parent ON tasks (parent) WHERE parent IS NOT NULL;

  CREATE TABLE task_sections (
    task_key INTEGER NOT NULL REFERENCES tasks (key) ON DELETE CASCADE,
    section TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (task_key, section)
  ) WITHOUT ROWID;
  CREATE TABLE task_tags (
    task_key INTEGER NOT NULL REFERENCES tasks (key) ON DELETE CASCADE,
    kind TEXT NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (task_key, kind, tag)
  ) WITHOUT ROWID;
  CREATE INDEX task_tags_tag ON task_tags (kind, tag, task_key);

  CREATE TABLE queues (
    id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, created INTEGER NOT NULL, last_update INTEGER NOT NULL,
    body TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE queue_entries (
    queue TEXT NOT NULL REFERENCES queues (id) ON DELETE CASCADE, task TEXT NOT NULL,
    position INTEGER NOT NULL, added INTEGER NOT NULL, PRIMARY KEY (queue, task)
  ) WITHOUT ROWID;
  CREATE INDEX queue_entries_position ON queue_entries (queue, position);
  CREATE INDEX queue_entries_task ON queue_entries (task);

  CREATE TABLE models (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, project TEXT, task TEXT, uri TEXT NOT NULL, is_ready INTEGER NOT NULL,
    created INTEGER NOT NULL, last_update INTEGER NOT NULL, body TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX models_task ON models (task);
  CREATE INDEX models_project ON models (project, created);

  CREATE TABLE series (
    id INTEGER PRIMARY KEY, task_key INTEGER NOT NULL REFERENCES tasks (key) ON DELETE CASCADE,
    metric TEXT NOT NULL, variant TEXT NOT NULL, revision INTEGER NOT NULL,
    point_count INTEGER NOT NULL, segment_count INTEGER NOT NULL, highest_step REAL,
    last_value REAL, last_step REAL, last_time REAL, first_value REAL, first_step REAL,
    min_value REAL, min_step REAL, max_value REAL, max_step REAL, value_sum REAL,
    UNIQUE (task_key, metric, variant)
  );
  CREATE TABLE segments (
    id INTEGER PRIMARY KEY, series_id INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
    first_step REAL NOT NULL, last_step REAL NOT NULL, point_count INTEGER NOT NULL,
    min_value REAL, max_value REAL, points BLOB NOT NULL
  );
  CREATE UNIQUE INDEX segments_order ON segments (series_id, first_step);

  CREATE TABLE single_values (
    task_key INTEGER NOT NULL REFERENCES tasks (key) ON DELETE CASCADE,
    metric TEXT NOT NULL, variant TEXT NOT NULL, value REAL, at INTEGER NOT NULL,
    PRIMARY KEY (task_key, metric, variant)
  ) WITHOUT ROWID;

  CREATE TABLE logs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, task_key INTEGER NOT NULL REFERENCES tasks (key) ON DELETE CASCADE,
    at INTEGER NOT NULL, level TEXT NOT NULL, worker TEXT NOT NULL, body TEXT NOT NULL
  );
  CREATE INDEX logs_task_id ON logs (task_key, id);
  CREATE INDEX logs_task_time ON logs (task_key, at);

  CREATE TABLE samples (
    id INTEGER PRIMARY KEY, owner TEXT NOT NULL, type TEXT NOT NULL,
    metric TEXT NOT NULL, variant TEXT NOT NULL, iter INTEGER NOT NULL, event_key TEXT NOT NULL,
    at INTEGER NOT NULL, body TEXT NOT NULL,
    UNIQUE (owner, type, metric, variant, iter, event_key)
  );
  `,
  // Counts by project and status, and how many tasks a filter matches, are answered from the index alone.
  `
  DROP INDEX tasks_project_status;
  CREATE INDEX tasks_counts ON tasks (is_archived, project, status, is_hidden, started, completed, last_update);
  `,
  `
  CREATE TABLE files (path TEXT PRIMARY KEY, size INTEGER NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
  `,
];

/** The newest layout this program knows. */
export const LAYOUT_VERSION = STEPS.length;

/** The layout of the open file; 0 for an empty one. Throws when the file is not a database. */
export function layoutVersion(db: Sqlite): number {
  const row = db.get('PRAGMA user_version');
  const value = row?.['user_version'];
  return typeof value === 'number' ? value : 0;
}

/** Brings the file to {@link LAYOUT_VERSION}, each step in its own transaction, so that an interrupted one is repeated. */
export function migrate(db: Sqlite): void {
  for (const [index, step] of STEPS.entries()) {
    if (index >= layoutVersion(db)) {
      db.transaction(() => {
        db.exec(step);
        db.exec(`PRAGMA user_version = ${index + 1}`);
      });
    }
  }
}
