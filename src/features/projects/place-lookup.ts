import type { TaskQuery } from '../../backends/contract';
import type { Project } from '../../core/entities';
import type { GroupKind, GroupPlace, ProjectGroup } from '../../core/project-groups';
import type { ConnectionSession } from '../../store/contract';
import type { ProjectNode } from '../trees/tree-nodes';
import { projectPlaces, type ProjectPlace } from './project-paths';

/** A place among ordinary projects, or one that the server keeps apart. */
export interface KnownPlace extends ProjectPlace {
  readonly apart?: { readonly group: GroupKind; readonly place: GroupPlace };
}

type Places = ReadonlyMap<string, KnownPlace>;
/** Nesting is worked out once per list that was read. */
const nested = new WeakMap<readonly Project[], Places>();
const kept = new WeakMap<readonly ProjectGroup[], Places>();

/** Ordinary projects by full path; the place at '' holds the top. */
export function placesOf({ store }: ConnectionSession): Places {
  const { items } = store.projects();
  const places = nested.get(items) ?? projectPlaces(items);
  nested.set(items, places);
  return places;
}

/** What a project's row stands for; undefined when it is gone. */
export function placeOf(
  session: ConnectionSession,
  { path, isApart }: Pick<ProjectNode, 'path' | 'isApart'>,
): KnownPlace | undefined {
  return (isApart ? placesApart(session) : placesOf(session)).get(path);
}

/** The tasks right in a place, newest first; undefined where the server only knows places below it. */
export function tasksIn(place: KnownPlace | undefined): TaskQuery | undefined {
  return (
    place?.project && {
      projectId: place.project.id,
      includeSubprojects: false,
      order: 'newest',
      ...(place.apart ? { includesHidden: true } : { omitsApart: true }),
    }
  );
}

function placesApart({ store }: ConnectionSession): Places {
  const { items } = store.groups();
  const places =
    kept.get(items) ??
    new Map(
      items.flatMap(({ id, places }) =>
        places.map((place) => {
          const { name: path, label } = place;
          const known: KnownPlace = {
            path,
            name: label,
            project: place,
            childPaths: [],
            apart: { group: id, place },
          };
          return [path, known] as const;
        }),
      ),
    );
  kept.set(items, places);
  return places;
}
