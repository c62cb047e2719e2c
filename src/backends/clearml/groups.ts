import * as z from 'zod';
import type { GroupKind, GroupPlace, ProjectGroup } from '../../core/project-groups';
import { rows } from '../readable-rows';
import { orNone } from './absent-call';
import { defined, toProject } from './map';
import { count, words, wireProject } from './schema';
import type { ClearMlSession } from './session';

/** The server silently gives no more than this per page. */
const PAGE_SIZE = 500;
const MAX_PAGES = 20;

/** System tags by which the server marks projects that its own pages list apart. */
const GROUP_OF_TAG: readonly (readonly [string, GroupKind])[] = [
  ['pipeline', 'pipelines'],
  ['dataset', 'datasets'],
  ['reports', 'reports'],
  ['hidden', 'hidden'],
];
/** Hidden projects of these names only hold what is listed already. */
const HOLDERS: readonly string[] = ['.pipelines', '.datasets', '.reports'];

const placesData = z.object({
  projects: rows(
    wireProject.extend({
      system_tags: words,
      dataset_stats: z.object({ file_count: count, total_size: count }).optional().catch(undefined),
    }),
  ),
});
type WirePlace = z.infer<typeof placesData>['projects'][number];

const anyTasks = z.object({ tasks: z.array(z.unknown()) });
const anyModels = z.object({ models: z.array(z.unknown()) });

/** What the server keeps apart, read in a few small requests; what it cannot tell is absent. */
export async function listGroups(session: ClearMlSession, signal: AbortSignal): Promise<ProjectGroup[]> {
  const one = { only_fields: ['id'], page: 0, page_size: 1 };
  const archived = { ...one, system_tags: ['__$and', 'archived'] };
  const hasModels = async (operator: string): Promise<boolean> => {
    const body = { ...one, system_tags: [operator, 'archived'] };
    const reading = session.read('models.get_all_ex', body, anyModels, signal);
    const { models } = await reading.catch((error: unknown) => orNone(error, { models: [] }));
    return models.length > 0;
  };
  const [places, models, archivedModels, tasks] = await Promise.all([
    readPlaces(session, signal).catch((error: unknown) => orNone(error, [])),
    hasModels('__$not'),
    hasModels('__$and'),
    session.read('tasks.get_all_ex', archived, anyTasks, signal),
  ]);
  const ofKind = (kind: GroupKind): ProjectGroup[] => {
    const found = places.filter((place) => groupOf(place) === kind).map(toPlace);
    return found.length === 0 ? [] : [{ id: kind, places: found }];
  };
  const list = (id: GroupKind, isThere: boolean): ProjectGroup[] => (isThere ? [{ id, places: [] }] : []);
  return [
    ...ofKind('pipelines'),
    ...ofKind('datasets'),
    ...list('models', models),
    ...ofKind('reports'),
    ...ofKind('hidden'),
    ...list('archived', tasks.tasks.length > 0),
    ...list('archivedModels', archivedModels),
  ];
}

async function readPlaces(session: ClearMlSession, signal: AbortSignal): Promise<WirePlace[]> {
  const found: WirePlace[] = [];
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { projects } = await session.read(
      'projects.get_all_ex',
      {
        only_fields: ['id', 'name', 'description', 'last_update', 'system_tags'],
        order_by: ['name'],
        system_tags: GROUP_OF_TAG.map(([tag]) => tag),
        search_hidden: true,
        shallow_search: false,
        include_stats: true,
        stats_with_children: true,
        include_dataset_stats: true,
        page,
        page_size: PAGE_SIZE,
      },
      placesData,
      signal,
    );
    found.push(...projects);
    if (projects.length < PAGE_SIZE) {
      break;
    }
  }
  return found;
}

/** Undefined for a project that is none of these, as from a server that does not filter by system tags. */
function groupOf({ name, system_tags: tags }: WirePlace): GroupKind | undefined {
  const kind = GROUP_OF_TAG.find(([tag]) => tags.includes(tag))?.[1];
  return kind === 'hidden' && HOLDERS.includes(name.split('/').at(-1) ?? '') ? undefined : kind;
}

/** `Vision/.datasets/digits` belongs to Vision and is called digits; `Vision/.reports` are the reports of Vision. */
function toPlace(wire: WirePlace): GroupPlace {
  const parts = wire.name.split('/');
  const holder = parts.findLastIndex((part) => HOLDERS.includes(part));
  const home = parts.slice(0, holder < 0 ? -1 : holder).join('/');
  const isDataset = groupOf(wire) === 'datasets';
  const label = parts.slice(holder < 0 ? -1 : holder + 1).join('/');
  return {
    ...toProject(wire),
    label: label === '' ? home || wire.name : label,
    ...defined({
      home: home === '' || label === '' ? undefined : home,
      // The server gives them with every project that is asked for along with datasets.
      fileCount: isDataset ? wire.dataset_stats?.file_count : undefined,
      sizeBytes: isDataset ? wire.dataset_stats?.total_size : undefined,
    }),
  };
}
