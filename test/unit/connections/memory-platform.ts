import { Emitter } from '../../../src/core/emitter';
import type { Secrets, StateStorage } from '../../../src/platform/contract';

/** State that lives in a map, with every value passed through JSON as a real memento does. */
export class MemoryState implements StateStorage {
  readonly values = new Map<string, string>();

  get<T>(key: string, parse: (value: unknown) => T): T | undefined {
    const text = this.values.get(key);
    try {
      return text === undefined ? undefined : parse(JSON.parse(text));
    } catch {
      return undefined;
    }
  }

  set(key: string, value: unknown): Promise<void> {
    this.values.set(key, JSON.stringify(value));
    return Promise.resolve();
  }
}

/** Secrets that live in a map and tell every listener, as SecretStorage tells all windows. */
export class MemorySecrets implements Secrets {
  readonly values = new Map<string, string>();
  private readonly changes = new Emitter<string>();
  readonly onDidChange = this.changes.event;

  get(key: string): Promise<string | undefined> {
    return Promise.resolve(this.values.get(key));
  }

  set(key: string, value: string): Promise<void> {
    this.values.set(key, value);
    this.changes.fire(key);
    return Promise.resolve();
  }

  delete(key: string): Promise<void> {
    this.values.delete(key);
    this.changes.fire(key);
    return Promise.resolve();
  }
}
