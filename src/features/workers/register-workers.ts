import type { Disposable } from '../../core/disposable';
import { VIEWS } from '../../platform/command-ids';
import { createTreeView, type TreeDeps } from '../trees/tree-view';
import { createWorkersSource } from './workers-source';

/** The Workers view. */
export function registerWorkers(deps: TreeDeps): Disposable {
  return createTreeView(deps, VIEWS.workers, createWorkersSource());
}
