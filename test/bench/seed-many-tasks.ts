import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Makes `count` more tasks out of the newest one, in the database of a tracker that is not running: over HTTP each is
 * a commit of its own, and a hundred thousand of them take longer than everything else that is measured here.
 */
export function copyNewestTask(dataDir: string, count: number): void {
  const database = new DatabaseSync(path.join(dataDir, 'tracker.sqlite'));
  database.exec('BEGIN');
  const values = columnsOf(database, 'tasks')
    .filter((column) => column !== 'key')
    .map((column) => [column, copiedValue(column)] as const);
  database
    .prepare(
      `INSERT INTO tasks (${values.map(([column]) => column).join(', ')})
       WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
       SELECT ${values.map(([, value]) => value).join(', ')}
       FROM numbers, (SELECT * FROM tasks ORDER BY key DESC LIMIT 1) AS task`,
    )
    .run(count);
  database.exec(
    `INSERT INTO task_sections (task_key, section, body)
     SELECT tasks.key, one.section, one.body
     FROM tasks, (SELECT * FROM task_sections WHERE task_key = (SELECT MIN(key) FROM tasks)) AS one
     WHERE tasks.key <> one.task_key`,
  );
  database.exec('COMMIT');
  database.close();
}

function columnsOf(database: DatabaseSync, table: string): string[] {
  return database
    .prepare('SELECT name FROM pragma_table_info(?)')
    .all(table)
    .map(({ name }) => String(name));
}

/** SQL of a column of the n-th copy. */
function copiedValue(column: string): string {
  switch (column) {
    case 'id':
      return 'lower(hex(randomblob(16)))';
    case 'name':
      return "'Run ' || n";
    case 'status':
      return "CASE n % 4 WHEN 0 THEN 'failed' WHEN 1 THEN 'stopped' ELSE 'completed' END";
    case 'created':
    case 'last_update':
      return `task.${column} - n * 1000`;
    default:
      return `task.${column}`;
  }
}
