import type { Project } from '../../core/entities';

/** A place in the nesting of projects; `project` is absent where the server only knows places below it. */
export interface ProjectPlace {
  readonly path: string;
  readonly name: string;
  readonly project: Project | undefined;
  /** Full paths, in the order people expect. */
  readonly childPaths: readonly string[];
}

/** Projects by full path, nested by `/`; the place at '' holds the top. */
export function projectPlaces(projects: readonly Project[]): ReadonlyMap<string, ProjectPlace> {
  const byPath = new Map(projects.map((project) => [project.name, project]));
  const children = new Map<string, Set<string>>([['', new Set()]]);
  for (const path of byPath.keys()) {
    for (let current = path; current !== ''; current = parentPath(current)) {
      const siblings = children.get(parentPath(current)) ?? new Set();
      siblings.add(current);
      children.set(parentPath(current), siblings);
    }
  }
  const paths = new Set([...byPath.keys(), ...children.keys()]);
  return new Map(
    [...paths].map((path) => [
      path,
      {
        path,
        name: lastSegment(path),
        project: byPath.get(path),
        childPaths: [...(children.get(path) ?? [])].sort(byName),
      },
    ]),
  );
}

export function parentPath(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function byName(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true, sensitivity: 'base' }) || (a < b ? -1 : 1);
}
