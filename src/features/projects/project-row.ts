import type { EpochMs, Project } from '../../core/entities';
import { TASK_STATUSES, type TaskStatus } from '../../core/status';
import { contextValue, type RowPart } from '../trees/context-value';
import { factSheet } from '../trees/markdown-text';
import { momentText, timeAgo } from '../trees/relative-time';
import type { RowModel } from '../trees/row-model';
import type { ProjectPlace } from './project-paths';

/** Every status, in the order a person looks for them. */
const ORDER: Readonly<Record<TaskStatus, number>> = {
  running: 0,
  queued: 1,
  failed: 2,
  completed: 3,
  published: 4,
  stopped: 5,
  draft: 6,
  blocked: 7,
  unknown: 8,
};
const STATUSES_IN_ORDER = TASK_STATUSES.toSorted((a, b) => ORDER[a] - ORDER[b]);

/** `parts`: what the server offers to do with a project. */
export function projectRow({ name, project }: ProjectPlace, parts: readonly RowPart[] = []): RowModel {
  const counts = project
    ? [project.isArchived ? 'archived' : '', countWords(project), project.note ?? '']
        .filter((part) => part !== '')
        .join(' · ')
    : '';
  const label = name === '' ? '(no name)' : name;
  return {
    label,
    ...(counts === '' ? {} : { description: counts }),
    icon: { id: counts.includes('running') ? 'folder-active' : 'folder' },
    contextValue: contextValue({
      kind: 'project',
      has: project ? ['id', ...(project.isPipeline === true ? ['pipeline' as const] : []), ...parts] : [],
    }),
    collapsible: 'collapsed',
    accessibleLabel: [`Project ${label}`, ...(counts === '' ? [] : [counts])].join(', '),
  };
}

export function projectTooltip({ path, project }: ProjectPlace, now: EpochMs): string {
  const total = project?.taskCounts && sum(Object.values(project.taskCounts));
  return factSheet(path, [
    ['Tasks here and below', total?.toLocaleString('en-US')],
    ['By status', project && countWords(project)],
    ['Description', project?.description],
    ['Note', project?.note],
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
  return STATUSES_IN_ORDER.flatMap((status) => {
    const count = taskCounts[status] ?? 0;
    return count > 0 ? [`${count.toLocaleString('en-US')} ${status}`] : [];
  }).join(' · ');
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
