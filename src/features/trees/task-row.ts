import { byteSize } from '../../core/byte-size';
import type { EpochMs, Task } from '../../core/entities';
import { isEnded, statusLabel, statusWords, type TaskStatus } from '../../core/status';
import { COMMANDS } from '../../platform/command-ids';
import { contextValue, type RowPart } from './context-value';
import { factSheet } from './markdown-text';
import { counted } from './plural';
import { exactDuration, momentText, timeAgo, timeSince, type TimePhrase } from './relative-time';
import { commandOn, type RowModel } from './row-model';
import type { TaskNode } from './tree-nodes';

/** What the place adds to a task's row. */
export interface TaskRowPlace {
  /** Before everything else, such as a position in a queue. */
  readonly prefix?: string;
  /** Since when it waits there. */
  readonly waitingSince?: EpochMs;
  /** Whether the project is worth saying. */
  readonly showsProject: boolean;
  /** What the row has because it stands there. */
  readonly has?: readonly RowPart[];
}

const ICONS: Readonly<Record<TaskStatus, { readonly id: string; readonly color?: string }>> = {
  draft: { id: 'circle-outline' },
  queued: { id: 'watch', color: 'charts.yellow' },
  running: { id: 'play-circle', color: 'charts.green' },
  completed: { id: 'pass', color: 'charts.blue' },
  failed: { id: 'error', color: 'charts.red' },
  stopped: { id: 'circle-slash', color: 'descriptionForeground' },
  published: { id: 'verified', color: 'charts.purple' },
  blocked: { id: 'lock', color: 'charts.yellow' },
  unknown: { id: 'question' },
};
const STOPPING_ICON = { id: 'loading~spin', color: 'charts.orange' };

export function taskIcon(task: Task): { readonly id: string; readonly color?: string } {
  return task.isStopping && task.status === 'running' ? STOPPING_ICON : ICONS[task.status];
}

/** The row of a task that is known. */
export function taskRow(node: TaskNode, task: Task, place: TaskRowPlace, now: EpochMs): RowModel {
  const state = stateWords(task);
  const time = timeOf(task, place, now);
  const parts = [
    place.prefix,
    state,
    time?.text,
    task.status === 'running' && task.lastIteration !== undefined
      ? `iteration ${task.lastIteration.toLocaleString('en-US')}`
      : undefined,
    ...datasetWords(task),
    task.isArchived ? 'archived' : undefined,
    place.showsProject ? task.projectName : undefined,
  ].filter((part) => part !== undefined);
  const label = labelOf(task);
  return {
    label,
    description: parts.join(' · '),
    icon: taskIcon(task),
    contextValue: contextValue({
      kind: 'task',
      status: task.status,
      can: task.can,
      has: [
        'id',
        ...(task.webUrl === undefined ? [] : ['webUrl' as const]),
        ...(task.isPipelineRun === true ? ['pipeline' as const] : []),
        ...(task.dataset ? ['datasetFiles' as const] : []),
        ...(place.has ?? []),
      ],
    }),
    collapsible: 'none',
    command: commandOn(node, COMMANDS.openTask, 'Open Live Panel'),
    accessibleLabel: `Task ${label}, ${parts.join(', ')}`,
    subject: task,
    ...(time ? { expiresAt: time.expiresAt } : {}),
  };
}

function labelOf({ name, dataset }: Task): string {
  const shown = name.trim() === '' ? '(no name)' : name;
  return dataset?.version === undefined ? shown : `${shown} ${dataset.version}`;
}

function datasetWords({ dataset: { fileCount, sizeBytes } = {} }: Task): readonly string[] {
  return [
    ...(fileCount === undefined ? [] : [counted(fileCount, 'file')]),
    ...(sizeBytes === undefined ? [] : [byteSize(sizeBytes)]),
  ];
}

/** The row of a task of which only the name is known, because the server named it elsewhere. */
export function unreadTaskRow(node: TaskNode, name: string, prefix?: string): RowModel {
  return {
    label: name === '' ? node.taskId : name,
    ...(prefix === undefined ? {} : { description: prefix }),
    icon: ICONS.unknown,
    contextValue: contextValue({ kind: 'task', has: ['id'] }),
    collapsible: 'none',
    command: commandOn(node, COMMANDS.openTask, 'Open Live Panel'),
    accessibleLabel: `Task ${name}${prefix === undefined ? '' : `, ${prefix}`}`,
  };
}

/** Markdown with everything worth knowing about a task. */
export function taskTooltip(task: Task, now: EpochMs): string {
  return factSheet(task.name, [
    ['Status', statusSentence(task)],
    ['Project', task.projectName],
    ['Type', task.type],
    ['Tags', task.tags.join(', ')],
    ['User', task.user],
    ['Comment', task.comment],
    ['Version', task.dataset?.version],
    ['Holds', datasetWords(task).join(', ')],
    ['Created', momentOf(task.createdAt, now)],
    ['Started', momentOf(task.startedAt, now)],
    ['Ended', momentOf(task.endedAt, now)],
    ['Took', durationOf(task)],
    ['Iteration', task.lastIteration?.toLocaleString('en-US')],
    ['Worker', task.workerId],
    ['Id', task.id],
  ]);
}

function stateWords(task: Task): string {
  return task.isStopping && task.status === 'running' ? 'stopping…' : task.status;
}

function timeOf(task: Task, { waitingSince }: TaskRowPlace, now: EpochMs): TimePhrase | undefined {
  if (task.status === 'running' && task.startedAt !== undefined) {
    return timeSince(task.startedAt, now);
  }
  if (task.status === 'queued' && waitingSince !== undefined) {
    const phrase = timeSince(waitingSince, now);
    return { ...phrase, text: `waiting ${phrase.text}` };
  }
  const at = isEnded(task.status) ? (task.endedAt ?? task.updatedAt) : task.createdAt;
  return at === undefined ? undefined : timeAgo(at, now);
}

function statusSentence(task: Task): string {
  const own = statusLabel(task.status);
  const word =
    own.toLowerCase() === task.serverStatus.toLowerCase() ? own : `${own} (server: ${task.serverStatus})`;
  const { reason, message } = statusWords(task);
  return [task.isStopping ? `${word}, stopping` : word, reason, message]
    .filter((part) => part !== undefined)
    .join('; ');
}

function momentOf(at: EpochMs | undefined, now: EpochMs): string | undefined {
  return at === undefined ? undefined : `${momentText(at)} (${timeAgo(at, now).text})`;
}

function durationOf({ startedAt, endedAt }: Task): string | undefined {
  return startedAt === undefined || endedAt === undefined ? undefined : exactDuration(endedAt - startedAt);
}
