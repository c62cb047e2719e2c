import { text, type Sqlite } from './sqlite';

/** Names of the single facts that the tracker keeps about itself. */
export type MetaName =
  'signing-secret' | 'user-id' | 'port' | 'worker-settings' | 'accepted-keys' | 'preferences';

/** Single facts by name. */
export class MetaStore {
  constructor(private readonly db: Sqlite) {}

  get(name: MetaName): string | undefined {
    const row = this.db.get('SELECT value FROM meta WHERE name = ?', name);
    return row === undefined ? undefined : text(row, 'value');
  }

  set(name: MetaName, value: string): void {
    this.db.run('INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)', name, value);
  }

  /** The stored value, or the one that `create` makes and that is stored from now on. */
  getOrCreate(name: MetaName, create: () => string): string {
    const known = this.get(name);
    if (known !== undefined) {
      return known;
    }
    const value = create();
    this.set(name, value);
    return value;
  }
}
