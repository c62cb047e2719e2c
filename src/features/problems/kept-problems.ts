import type { StateStorage } from '../../platform/contract';

export const PROBLEMS_STATE_KEY = 'problems';

/** Whether problems of before are there to be shown. */
export function hasKeptProblems(state: StateStorage): boolean {
  return state.get(PROBLEMS_STATE_KEY, (value) => Array.isArray(value) && value.length > 0) ?? false;
}
