import { isoTime, type JsonObject } from '../json';
import type { StoredLogEntry } from '../storage/log-store';

/** A console line in the shape of an event. */
export function logEvent(task: string, { at, level, worker, text }: StoredLogEntry): JsonObject {
  const common = { task, type: 'log', timestamp: at, worker, metric: '', variant: '' };
  return { ...common, level, msg: text, '@timestamp': isoTime(at) };
}
