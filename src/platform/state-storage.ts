import type * as vscode from 'vscode';
import type { Logger } from '../core/logger';
import type { StateStorage } from './contract';

type Memento = Pick<vscode.Memento, 'get' | 'update'>;

/** A memento whose values are checked when read, since an older or newer Trackside may have written them. */
export function createStateStorage(memento: Memento, logger: Logger): StateStorage {
  return {
    get: (key, parse) => {
      const value = memento.get<unknown>(key);
      if (value === undefined) {
        return undefined;
      }
      try {
        return parse(value);
      } catch (error) {
        logger.warn(`The stored value of ${key} is not understood and is ignored: ${String(error)}`);
        return undefined;
      }
    },
    set: async (key, value) => {
      await memento.update(key, value);
    },
  };
}
