import type { Dataset, DatasetContents } from '../../core/datasets';
import type { EpochMs } from '../../core/entities';
import { contextValue } from '../trees/context-value';
import { factSheet } from '../trees/markdown-text';
import { counted } from '../trees/plural';
import { momentText, timeAgo } from '../trees/relative-time';
import type { RowModel } from '../trees/row-model';
import type { DatasetFileNode } from '../trees/tree-nodes';

/** The row of a dataset; `contents` are known once somebody opened it. */
export function datasetRow(dataset: Dataset, contents: DatasetContents | undefined, now: EpochMs): RowModel {
  const { name, version, tags, projectName, createdAt } = dataset;
  const label = name.trim() === '' ? '(no name)' : name;
  const at = createdAt === undefined ? undefined : timeAgo(createdAt, now);
  const description = [
    version,
    contents && counted(contents.fileCount, 'file'),
    tags.length === 0 ? undefined : tags.map((tag) => `#${tag}`).join(' '),
    at?.text,
    projectName,
  ]
    .filter((part) => part !== undefined)
    .join(' · ');
  return {
    label,
    ...(description === '' ? {} : { description }),
    icon: { id: 'database' },
    contextValue: contextValue({ kind: 'dataset', has: ['id'] }),
    collapsible: 'collapsed',
    accessibleLabel: `Dataset ${[label, ...(description === '' ? [] : [description])].join(', ')}`,
    subject: dataset,
    ...(at ? { expiresAt: at.expiresAt } : {}),
  };
}

export function datasetTooltip({ id, name, version, tags, projectName, createdAt }: Dataset): string {
  return factSheet(name, [
    ['Version', version],
    ['Project', projectName],
    ['Tags', tags.join(', ')],
    ['Created', createdAt === undefined ? undefined : momentText(createdAt)],
    ['Id', id],
  ]);
}

export function datasetFileRow({ path }: DatasetFileNode): RowModel {
  return {
    label: path === '' ? '(no name)' : path,
    icon: { id: 'file' },
    contextValue: contextValue({ kind: 'datasetFile' }),
    collapsible: 'none',
    accessibleLabel: `File ${path}`,
  };
}
