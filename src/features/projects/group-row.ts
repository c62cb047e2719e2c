import { byteSize } from '../../core/byte-size';
import type { EpochMs } from '../../core/entities';
import type { GroupKind, GroupPlace } from '../../core/project-groups';
import { contextValue } from '../trees/context-value';
import { factSheet } from '../trees/markdown-text';
import { counted } from '../trees/plural';
import { momentText, timeAgo } from '../trees/relative-time';
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
  deployments: {
    label: 'Deployments',
    icon: 'cloud',
    place: 'Deployments to',
    tooltip: 'What can be deployed to, in each its deployments, newest first',
  },
  agents: {
    label: 'Agents',
    icon: 'hubot',
    place: 'Agent',
    tooltip: 'Agents, in each its versions, newest first',
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

/** What is known of a group beside its kind. */
export interface GroupFacts {
  /** Absent where the group is a list read in pages. */
  readonly count: number | undefined;
  /** True where it is read only when a person opens or refreshes it; then its age is told. */
  readonly isOnDemand?: boolean;
  readonly readAt?: EpochMs;
}

/** The row of a group at the end of the projects. */
export function groupRow(group: GroupKind, { count, readAt }: GroupFacts, now: EpochMs): RowModel {
  const { label, icon } = GROUP_WORDS[group];
  const age = readAt === undefined ? undefined : timeAgo(readAt, now);
  const parts = [
    ...(count === undefined || count === 0 ? [] : [count.toLocaleString('en-US')]),
    ...(age ? [`read ${age.text}`] : []),
  ];
  return {
    label,
    ...(parts.length === 0 ? {} : { description: parts.join(' · ') }),
    icon: { id: icon },
    contextValue: contextValue({ kind: 'group' }),
    collapsible: 'collapsed',
    accessibleLabel: [label, ...parts].join(', '),
    ...(age ? { expiresAt: age.expiresAt } : {}),
  };
}

export function groupTooltip(group: GroupKind, { isOnDemand, readAt }: GroupFacts): string {
  const { label, tooltip } = GROUP_WORDS[group];
  return isOnDemand === true
    ? factSheet(label, [
        ['Read', 'when it is opened, and again by Refresh: it keeps the server busy'],
        ['Last read', readAt === undefined ? undefined : momentText(readAt)],
      ])
    : tooltip;
}

/** What is worth saying of a place beside its counts: how much a dataset holds, and where it belongs. */
export function placeFacts({ home, fileCount, sizeBytes }: GroupPlace): readonly string[] {
  return [
    ...(fileCount === undefined || fileCount === 0 ? [] : [counted(fileCount, 'file')]),
    ...(sizeBytes === undefined || sizeBytes === 0 ? [] : [byteSize(sizeBytes)]),
    ...(home === undefined ? [] : [home]),
  ];
}
