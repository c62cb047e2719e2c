import type * as vscode from 'vscode';
import type { Secrets } from './contract';
import { protect, type Redaction } from './redaction';

/** SecretStorage; every value that passes is also hidden from the log. */
export function createSecrets(storage: vscode.SecretStorage, redactor: Redaction): Secrets {
  return {
    onDidChange: (listener) => storage.onDidChange(({ key }) => listener(key)),
    get: async (key) => {
      const value = await storage.get(key);
      if (value !== undefined) {
        protect(redactor, value);
      }
      return value;
    },
    set: async (key, value) => {
      protect(redactor, value);
      await storage.store(key, value);
    },
    delete: async (key) => {
      await storage.delete(key);
    },
  };
}
