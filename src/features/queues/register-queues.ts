import type { Disposable } from '../../core/disposable';
import { VIEWS } from '../../platform/command-ids';
import { createTreeView, type TreeDeps } from '../trees/tree-view';
import { createQueuesSource } from './queues-source';

/** The Queues view. */
export function registerQueues(deps: TreeDeps): Disposable {
  return createTreeView(deps, VIEWS.queues, createQueuesSource());
}
