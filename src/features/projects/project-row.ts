import type { EpochMs, Project } from '../../core/entities';
import type { GroupKind } from '../../core/project-groups';
import { TASK_STATUSES, type TaskStatus } from '../../core/status';
import { contextValue, type RowPart } from '../trees/context-value';
import { factSheet } from '../trees/markdown-text';
import { momentText, timeAgo } from '../trees/relative-time';
import { counted } from '../trees/plural';
import type { RowModel } from '../trees/row-model';
import { GROUP_WORDS, placeFacts } from './group-row';
import type { KnownPlace } from './place-lookup';

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
export function projectRow({ name, project, apart }: KnownPlace, parts: readonly RowPart[] = []): RowModel {
  const counts = project ? wordsOf(project, apart) : '';
  const label = name === '' ? '(no name)' : name;
  return {
    label,
    ...(counts === '' ? {} : { description: counts }),
    icon: { id: iconOf(project, apart?.group) },
    contextValue: contextValue({
      kind: 'project',
      has: project ? ['id', ...pipelineParts(project), ...parts] : parts,
    }),
    collapsible: 'collapsed',
    accessibleLabel: [
      `${apart ? GROUP_WORDS[apart.group].place : 'Project'} ${label}`,
      ...(counts === '' ? [] : [counts]),
    ].join(', '),
  };
}

function pipelineParts({ isPipeline }: Project): readonly RowPart[] {
  return isPipeline === true ? ['pipeline'] : [];
}

function wordsOf(project: Project, apart: KnownPlace['apart']): string {
  return [
    ...(apart ? placeFacts(apart.place) : []),
    project.isArchived ? 'archived' : '',
    apart?.group === 'datasets' ? versionWords(project) : countWords(project),
    project.note ?? '',
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

function iconOf(project: Project | undefined, group: GroupKind | undefined): string {
  if (group !== undefined && group !== 'hidden') {
    return GROUP_WORDS[group].icon;
  }
  return (project?.taskCounts?.running ?? 0) > 0 ? 'folder-active' : 'folder';
}

export function projectTooltip({ path, project }: KnownPlace, now: EpochMs): string {
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

/** A dataset's tasks are its versions. */
function versionWords({ taskCounts = {} }: Project): string {
  const total = sum(Object.values(taskCounts));
  const published = taskCounts.published ?? 0;
  return [
    ...(total === 0 ? [] : [counted(total, 'version')]),
    ...(published === 0 ? [] : [`${published.toLocaleString('en-US')} published`]),
  ].join(' · ');
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
