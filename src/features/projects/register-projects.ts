import { DisposableStore, type Disposable } from '../../core/disposable';
import { VIEWS } from '../../platform/command-ids';
import { createTreeView, type TreeDeps } from '../trees/tree-view';
import { registerProjectCommands } from './project-commands';
import { createProjectsSource } from './projects-source';

/** The Projects view. */
export function registerProjects(deps: TreeDeps): Disposable {
  const owned = new DisposableStore();
  owned.add(createTreeView(deps, VIEWS.projects, createProjectsSource()));
  owned.add(registerProjectCommands(deps));
  return owned;
}
