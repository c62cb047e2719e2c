import { MOST_DATASET_PATHS } from '../../core/datasets';
import { TracksideError } from '../../core/errors';
import type { DatasetAbility, GroupAbility, ModelAbility } from '../contract';
import { CATALOG_TIMEOUT_MS } from './gateway-limits';
import { toDataset, toModel } from './map';
import { datasetList, fileList, modelList } from './schema';
import type { GatewaySession } from './session';
import { readSlowly } from './slow-reads';
import type { GatewayTasks } from './tasks';

/** Asking whether there are any would cost as much as reading them, so both are always there. */
export const catalogGroups: GroupAbility = {
  list: () =>
    Promise.resolve([
      { id: 'datasets', places: [] },
      { id: 'models', places: [] },
    ]),
};

/** Every model at once, newest first; the gateway asks ClearML for each of them. */
export function modelAbility(
  session: GatewaySession,
  tasks: GatewayTasks,
  timeoutMs = CATALOG_TIMEOUT_MS,
): ModelAbility {
  return {
    isOnDemand: true,
    list: async ({ projectId, isArchived }, _limit, signal) => {
      if (isArchived) {
        return { items: [], hasMore: false };
      }
      const names = await tasks.knownProjectNames(signal);
      const call = { path: 'models', schema: modelList, what: 'its models', timeoutMs };
      const { models } = await readSlowly(session, call, signal);
      const items = models.map((row) => toModel(row, names));
      return {
        items: items.filter((model) => projectId === undefined || model.projectId === projectId),
        hasMore: false,
      };
    },
    act: (ids) => {
      const error = new TracksideError('invalid', 'The gateway only reads models.', IN_CLEARML);
      return Promise.resolve(ids.map((id) => ({ id, error })));
    },
  };
}

/**
 * Datasets, which the service's document does not mention. `/projects/{name}/datasets` and `/datasets/{id}/versions`
 * always fail, and `/datasets/{id}` tells nothing more than the list, so none of these is asked for.
 */
export function datasetAbility(session: GatewaySession, timeoutMs = CATALOG_TIMEOUT_MS): DatasetAbility {
  return {
    list: async (signal) => {
      const call = { path: 'datasets', schema: datasetList, what: 'its datasets', timeoutMs };
      const { datasets } = await readSlowly(session, call, signal);
      const byId = new Map(datasets.map((row) => [row.id, toDataset(row)]));
      return [...byId.values()].toSorted((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0));
    },
    contents: async (id, signal) => {
      const path = `datasets/${encodeURIComponent(id)}/files`;
      const call = { path, schema: fileList, what: 'the files of this dataset', timeoutMs };
      const { files } = await readSlowly(session, call, signal);
      const paths = [...new Set(files.map((file) => file.path))].sort(IN_NATURAL_ORDER.compare);
      return { id, fileCount: paths.length, paths: paths.slice(0, MOST_DATASET_PATHS) };
    },
  };
}

const IN_CLEARML = 'Look at them in ClearML itself, or connect to ClearML directly.';
const IN_NATURAL_ORDER = new Intl.Collator('en', { numeric: true });
