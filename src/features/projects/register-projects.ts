import type { Disposable } from '../../core/disposable';
import { VIEWS } from '../../platform/command-ids';
import { createTreeView, type TreeDeps } from '../trees/tree-view';
import { createProjectsSource } from './projects-source';

/** The Projects view. */
export function registerProjects(deps: TreeDeps): Disposable {
  return createTreeView(deps, VIEWS.projects, createProjectsSource());
}
