import type { ConnectionSession } from '../../store/contract';
import {
  datasetFileNode,
  datasetNode,
  hintNode,
  type DatasetNode,
  type GroupNode,
  type TreeNode,
} from '../trees/tree-nodes';
import { rowsOf } from '../trees/tree-source';

/** Datasets that a server lists by themselves. */
export function datasetRows({ info, store }: ConnectionSession, parent: GroupNode): readonly TreeNode[] {
  const listing = store.datasets();
  return rowsOf(
    { connectionId: info.id, parentId: parent.id, need: { kind: 'datasets' } },
    listing,
    listing.items.map(({ id }) => datasetNode(info.id, id)),
    'emptyList',
  );
}

/** Paths in a dataset, as far as they are told. */
export function datasetFileRows(
  { info, store }: ConnectionSession,
  { id: parentId, datasetId }: DatasetNode,
): readonly TreeNode[] {
  const listing = store.datasetContents(datasetId);
  const rows = listing.items.flatMap(({ paths, fileCount }): TreeNode[] => [
    ...paths.map((path) => datasetFileNode(info.id, datasetId, path)),
    ...(fileCount > paths.length ? [hintNode(info.id, parentId, 'moreFiles')] : []),
  ]);
  return rowsOf(
    { connectionId: info.id, parentId, need: { kind: 'datasetContents', datasetId } },
    listing,
    rows,
    'emptyDataset',
  );
}
