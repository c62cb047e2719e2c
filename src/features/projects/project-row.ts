import type { EpochMs, Project } from '../../core/entities';
import { TASK_STATUSES } from '../../core/status';
import { contextValue } from '../trees/context-value';
import { factSheet } from '../trees/markdown-text';
import { momentText, timeAgo } from '../trees/relative-time';
import type { RowModel } from '../trees/row-model';
import type { ProjectPlace } from './project-paths';

/** Statuses in the order a person looks for them. */
const ORDER = [
  'running',
  'queued',
  'failed',
  'completed',
  'published',
  'stopped',
  'draft',
  'blocked',
  'unknown',
] as const;

export function projectRow({ name, project }: ProjectPlace): RowModel {
  const counts = project && countWords(project);
  const label = name === '' ? '(no name)' : name;
  const isBusy = (project?.taskCounts?.running ?? 0) > 0;
  return {
    label,
    ...(counts === undefined || counts === '' ? {} : { description: counts }),
    icon: { id: isBusy ? 'folder-active' : 'folder' },
    contextValue: contextValue({ kind: 'project', has: project ? ['id'] : [] }),
    collapsible: 'collapsed',
    accessibleLabel:
      counts === undefined || counts === '' ? `Project ${label}` : `Project ${label}, ${counts}`,
    subject: project,
  };
}

export function projectTooltip({ path, project }: ProjectPlace, now: EpochMs): string {
  const total = project?.taskCounts && sum(Object.values(project.taskCounts));
  return factSheet(path, [
    ['Tasks here and below', total?.toLocaleString('en-US')],
    ['By status', project && countWords(project)],
    ['Description', project?.description],
    [
      'Changed',
      project?.updatedAt === undefined
        ? undefined
        : `${momentText(project.updatedAt)} (${timeAgo(project.updatedAt, now).text})`,
    ],
    ['Id', project?.id],
  ]);
}

/** `2 running · 14 completed`; empty when there are no tasks or the server does not count. */
function countWords({ taskCounts }: Project): string {
  if (!taskCounts) {
    return '';
  }
  return ORDER.flatMap((status) => {
    const count = taskCounts[status] ?? 0;
    return count > 0 ? [`${count.toLocaleString('en-US')} ${status}`] : [];
  }).join(' · ');
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

/** Every status is in {@link ORDER}: a missing one fails to compile here. */
type Missing = Exclude<(typeof TASK_STATUSES)[number], (typeof ORDER)[number]>;
export type AllStatusesAreOrdered = Missing extends never ? true : never;
