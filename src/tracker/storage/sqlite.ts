import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite';

/** One row as node:sqlite gives it. Read it with {@link text}, {@link integer} and their siblings. */
export type Row = Record<string, SQLOutputValue>;
export type Value = SQLInputValue;

/** A thin owner of one SQLite connection: cached statements, transactions, and typed reading of rows. */
export class Sqlite {
  private readonly connection: DatabaseSync;
  private readonly statements = new Map<string, StatementSync>();
  private depth = 0;
  /** Whether a commit returns only when it is on disk. */
  private isWaiting = true;

  constructor(readonly path: string) {
    this.connection = new DatabaseSync(path);
  }

  /** Runs a script of statements without parameters. */
  exec(sql: string): void {
    this.waitForDisk(true);
    this.connection.exec(sql);
  }

  /** Changed rows and the id of the last insert. */
  run(sql: string, ...values: Value[]): { readonly changes: number; readonly lastId: number } {
    this.waitForDisk(true);
    const { changes, lastInsertRowid } = this.statement(sql).run(...values);
    return { changes: Number(changes), lastId: Number(lastInsertRowid) };
  }

  get(sql: string, ...values: Value[]): Row | undefined {
    return this.statement(sql).get(...values);
  }

  all(sql: string, ...values: Value[]): Row[] {
    return this.statement(sql).all(...values);
  }

  /** Rows one by one; the statement is released when the loop ends, also early. */
  iterate(sql: string, ...values: Value[]): IterableIterator<Row> {
    return this.statement(sql).iterate(...values);
  }

  /** Registers a function for SQL that depends on its arguments alone. */
  define(name: string, run: (...values: SQLOutputValue[]) => SQLInputValue): void {
    this.connection.function(name, { deterministic: true, varargs: true }, run);
  }

  /** False outside transactions, and inside one that SQLite itself has rolled back. */
  get isTransactionOpen(): boolean {
    return this.connection.isTransaction;
  }

  /**
   * Runs `work` so that either all or nothing of it is stored. On the outermost level the data is on disk when this
   * returns; inside another transaction it is a savepoint of it. Rethrows what `work` throws, after rolling back.
   */
  transaction<T>(work: () => T): T {
    this.waitForDisk(true);
    return this.transact(work);
  }

  /**
   * An outermost {@link transaction} that is written to the write-ahead log when this returns, but on disk only when
   * that file has been flushed. What comes later in full takes it along.
   */
  transactionWithoutFlush<T>(work: () => T): T {
    this.waitForDisk(false);
    return this.transact(work);
  }

  close(): void {
    this.statements.clear();
    if (this.connection.isOpen) {
      this.connection.close();
    }
  }

  private transact<T>(work: () => T): T {
    const name = this.depth === 0 ? undefined : `level${this.depth}`;
    this.statement(name === undefined ? 'BEGIN IMMEDIATE' : `SAVEPOINT ${name}`).run();
    this.depth += 1;
    try {
      const result = work();
      this.statement(name === undefined ? 'COMMIT' : `RELEASE ${name}`).run();
      return result;
    } catch (error) {
      this.rollBack(name);
      throw error;
    } finally {
      this.depth -= 1;
    }
  }

  /** Sets it for what begins now; within a transaction it stays as it is. Set only when it changes: it takes 25 µs. */
  private waitForDisk(isWaiting: boolean): void {
    if (this.depth === 0 && this.isWaiting !== isWaiting) {
      this.connection.exec(`PRAGMA synchronous = ${isWaiting ? 'FULL' : 'NORMAL'}`);
      this.isWaiting = isWaiting;
    }
  }

  private rollBack(savepoint: string | undefined): void {
    // A full disk makes SQLite roll back by itself; another ROLLBACK would then be an error that hides the cause.
    if (this.connection.isTransaction) {
      this.connection.exec(
        savepoint === undefined ? 'ROLLBACK' : `ROLLBACK TO ${savepoint}; RELEASE ${savepoint}`,
      );
    }
  }

  private statement(sql: string): StatementSync {
    const known = this.statements.get(sql);
    if (known !== undefined) {
      return known;
    }
    const prepared = this.connection.prepare(sql);
    if (this.statements.size >= 500) {
      this.statements.clear();
    }
    this.statements.set(sql, prepared);
    return prepared;
  }
}

/** What kind of trouble an error thrown by {@link Sqlite} is; `undefined` when it is not a trouble of the storage. */
export function storageTrouble(error: unknown): 'full' | 'readOnly' | 'corrupt' | 'other' | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') {
    return undefined;
  }
  switch (error.errcode & 0xff) {
    case 13:
      return 'full';
    case 8:
    case 14:
      return 'readOnly';
    case 11:
    case 26:
      return 'corrupt';
    case 10:
      return 'full';
    default:
      return 'other';
  }
}

export function text(row: Row, column: string): string {
  const value = row[column];
  return typeof value === 'string' ? value : '';
}

export function textOrUndefined(row: Row, column: string): string | undefined {
  const value = row[column];
  return typeof value === 'string' ? value : undefined;
}

/** A number column; NULL reads as NaN, which is how NaN is stored. */
export function real(row: Row, column: string): number {
  const value = row[column];
  return typeof value === 'number' ? value : NaN;
}

export function integer(row: Row, column: string): number {
  const value = row[column];
  return typeof value === 'number' ? value : 0;
}

export function numberOrUndefined(row: Row, column: string): number | undefined {
  const value = row[column];
  return typeof value === 'number' ? value : undefined;
}

export function blob(row: Row, column: string): Uint8Array {
  const value = row[column];
  return value instanceof Uint8Array ? value : new Uint8Array();
}

/** NaN has no form in SQLite; it is stored as NULL. */
export function storable(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
