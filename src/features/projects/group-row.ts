import { byteSize } from '../../core/byte-size';
import type { GroupKind, GroupPlace } from '../../core/project-groups';
import { contextValue } from '../trees/context-value';
import { counted } from '../trees/plural';
import type { RowModel } from '../trees/row-model';

interface GroupWords {
  readonly label: string;
  /** Of the group and of the places in it. */
  readonly icon: string;
  /** What one place is, for those who listen. */
  readonly place: string;
  readonly tooltip: string;
}

export const GROUP_WORDS: Readonly<Record<GroupKind, GroupWords>> = {
  pipelines: {
    label: 'Pipelines',
    icon: 'type-hierarchy',
    place: 'Pipeline',
    tooltip: 'Pipelines, in each its runs, newest first',
  },
  datasets: {
    label: 'Datasets',
    icon: 'database',
    place: 'Dataset',
    tooltip: 'Datasets, in each its versions, newest first',
  },
  models: { label: 'Models', icon: 'package', place: 'Model', tooltip: 'Models that tasks made or used' },
  reports: { label: 'Reports', icon: 'notebook', place: 'Reports of', tooltip: 'Reports, by project' },
  hidden: {
    label: 'Hidden projects',
    icon: 'eye-closed',
    place: 'Hidden project',
    tooltip: 'Projects that are hidden on the server',
  },
  archivedModels: {
    label: 'Archived models',
    icon: 'archive',
    place: 'Model',
    tooltip: 'Models out of the way',
  },
  archived: { label: 'Archived tasks', icon: 'archive', place: 'Task', tooltip: 'Tasks out of the way' },
};

/** The row of a group at the end of the projects. `count` is absent where the group is a list read in pages. */
export function groupRow(group: GroupKind, count: number | undefined): RowModel {
  const { label, icon } = GROUP_WORDS[group];
  const description = count === undefined || count === 0 ? undefined : count.toLocaleString('en-US');
  return {
    label,
    ...(description === undefined ? {} : { description }),
    icon: { id: icon },
    contextValue: contextValue({ kind: 'group' }),
    collapsible: 'collapsed',
    accessibleLabel: [label, ...(description === undefined ? [] : [description])].join(', '),
  };
}

/** What is worth saying of a place beside its counts: where it belongs, and how much a dataset holds. */
export function placeFacts({ home, fileCount, sizeBytes }: GroupPlace): readonly string[] {
  return [
    ...(home === undefined ? [] : [home]),
    ...(fileCount === undefined || fileCount === 0 ? [] : [counted(fileCount, 'file')]),
    ...(sizeBytes === undefined || sizeBytes === 0 ? [] : [byteSize(sizeBytes)]),
  ];
}
