import { CONTEXT_KEYS } from '../../platform/command-ids';
import type { Platform } from '../../platform/contract';
import { isFilterSet, NO_FILTER, parseTaskFilter, TaskFilterState } from './task-filter';

export const FILTER_STATE_KEY = 'tasks.filter';

/** The filter of the Tasks view as it was left, kept in the window's state and in the context key of its button. */
export function createTaskFilterState(platform: Platform): TaskFilterState {
  const state = new TaskFilterState(platform.state.get(FILTER_STATE_KEY, parseTaskFilter) ?? NO_FILTER);
  platform.setContext(CONTEXT_KEYS.isTaskFilterSet, isFilterSet(state.current));
  return state;
}
