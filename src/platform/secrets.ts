import type * as vscode from 'vscode';
import { systemClock, type Clock } from '../core/clock';
import type { Disposable } from '../core/disposable';
import type { EpochMs } from '../core/entities';
import type { Secrets } from './contract';
import { protect, type Redaction } from './redaction';

/**
 * Some servers want their key with every request, and the storage is in another process, with Remote-SSH on another
 * machine. Changes are told at once, those of other windows too.
 */
const FRESH_FOR_MS = 1_000;

type Storage = Pick<vscode.SecretStorage, 'get' | 'store' | 'delete' | 'onDidChange'>;

interface Reading {
  readonly value: Promise<string | undefined>;
  readonly startedAt: EpochMs;
}

/** SecretStorage, read once a second at most; every value that passes is also hidden from the log. */
export function createSecrets(
  storage: Storage,
  redactor: Redaction,
  clock: Clock = systemClock,
): Secrets & Disposable {
  const readings = new Map<string, Reading>();
  const hidden = new Set<string>();
  const hide = (value: string | undefined): void => {
    if (value !== undefined && !hidden.has(value)) {
      hidden.add(value);
      protect(redactor, value);
    }
  };
  const read = async (key: string): Promise<string | undefined> => {
    const value = await storage.get(key);
    hide(value);
    return value;
  };
  const change = async (key: string, work: () => Thenable<void>): Promise<void> => {
    try {
      await work();
    } finally {
      // Who read meanwhile may have got what was there before.
      readings.delete(key);
    }
  };
  // The first to listen, so that whoever is told reads anew.
  const listening = storage.onDidChange(({ key }) => readings.delete(key));
  return {
    onDidChange: (listener) => storage.onDidChange(({ key }) => listener(key)),
    get: (key) => {
      const known = readings.get(key);
      if (known !== undefined && Math.abs(clock.now() - known.startedAt) < FRESH_FOR_MS) {
        return known.value;
      }
      const reading = { value: read(key), startedAt: clock.now() };
      readings.set(key, reading);
      reading.value.catch(() => readings.delete(key));
      return reading.value;
    },
    set: (key, value) => {
      hide(value);
      return change(key, () => storage.store(key, value));
    },
    delete: (key) => change(key, () => storage.delete(key)),
    dispose: () => void listening.dispose(),
  };
}
