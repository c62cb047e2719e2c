import { systemClock } from '../../../src/core/clock';
import { ViewMemory } from '../../../src/features/metrics/view-memory';
import type { StateStorage } from '../../../src/platform/contract';

/** A store of small facts in memory. */
export function memoryState(): StateStorage {
  const kept = new Map<string, string>();
  return {
    get: (key, parse) => {
      const text = kept.get(key);
      return text === undefined ? undefined : parse(JSON.parse(text));
    },
    set: (key, value) => {
      kept.set(key, JSON.stringify(value));
      return Promise.resolve();
    },
  };
}

/** Remembers views for one test. */
export function memoryViews(state = memoryState(), clock = systemClock): ViewMemory {
  return new ViewMemory(state, clock);
}
