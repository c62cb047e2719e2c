import { DatabaseSync } from 'node:sqlite';

const SERIES = 10;

/** What the ingest row is compared with: plain rows into a table without an index. Returns rows per second. */
export function writeRawRows(file: string, rows: number, batchSize: number): number {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;');
  database.exec('CREATE TABLE scalars (task INTEGER, series INTEGER, step INTEGER, time REAL, value REAL)');
  const insert = database.prepare('INSERT INTO scalars VALUES (1, ?, ?, ?, ?)');
  const now = Date.now();
  const startedAt = performance.now();
  for (let first = 0; first < rows; first += batchSize) {
    database.exec('BEGIN');
    for (let index = first; index < first + batchSize; index += 1) {
      const step = Math.floor(index / SERIES);
      insert.run(index % SERIES, step, now + step, Math.exp(-step / 20_000) + Math.sin(index) * 0.01);
    }
    database.exec('COMMIT');
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  database.close();
  return rows / seconds;
}
