import type { EpochMs, History, Queue } from '../../core/entities';
import type { ConnectionSession, StoreNeed } from '../../store/contract';
import { contextValue, type RowPart } from '../trees/context-value';
import { taskParts } from '../trees/row-parts';
import { factSheet } from '../trees/markdown-text';
import { counted } from '../trees/plural';
import { exactDuration } from '../trees/relative-time';
import type { RowModel } from '../trees/row-model';
import { highestIn, sparkline } from '../trees/sparkline';
import { taskRow, taskTooltip, unreadTaskRow } from '../trees/task-row';
import {
  hintNode,
  loadingNode,
  queuedTaskNode,
  queueNode,
  type QueueNode,
  type TaskNode,
  type TreeNode,
} from '../trees/tree-nodes';
import { rowsOf, type TreeSource } from '../trees/tree-source';

const QUEUES: StoreNeed = { kind: 'queues' };

/** Queues, the default one first, in each its entries in the order they will run. */
export function createQueuesSource(): TreeSource {
  return {
    children: (session, parent) => {
      if (parent === undefined) {
        return topRows(session);
      }
      return parent.kind === 'queue' ? rowsInQueue(session, parent) : [];
    },
    needs: (_session, parent) => (parent === undefined ? [QUEUES] : []),
    row: (session, node, now) => {
      if (node.kind === 'queue') {
        const queue = queueOf(session, node.queueId);
        return queue && queueRow(queue, canChange(session), canClear(session));
      }
      return node.kind === 'task' ? entryRow(session, node, now) : undefined;
    },
    tooltip: (session, node, now) => tooltipOf(session, node, now),
  };
}

function topRows(session: ConnectionSession): readonly TreeNode[] {
  const { info, store, openBackend } = session;
  const listing = store.queues();
  const rows = [...listing.items]
    .sort(
      (a, b) =>
        Number(b.isDefault) - Number(a.isDefault) || a.name.localeCompare(b.name, 'en', { numeric: true }),
    )
    .map(({ id }) => queueNode(info.id, id));
  const hint = openBackend && !openBackend.queues ? 'noQueueAbility' : 'noQueues';
  return rowsOf({ connectionId: info.id, parentId: 'queues', need: QUEUES }, listing, rows, hint);
}

function rowsInQueue({ info, store }: ConnectionSession, { id, queueId }: QueueNode): readonly TreeNode[] {
  const { entries = [], unreadCount = 0 } = store.queues().items.find((queue) => queue.id === queueId) ?? {};
  return entries.length === 0
    ? [unreadCount === 0 ? hintNode(info.id, id, 'emptyQueue') : loadingNode(info.id, id)]
    : entries.map(({ taskId }) => queuedTaskNode(info.id, queueId, taskId));
}

/** Always has rows below: the editor does not open a row that had none when it was first drawn. */
export function queueRow(queue: Queue, canBeChanged = false, canBeCleared = canBeChanged): RowModel {
  const parts = [
    ...waitingWords(queue),
    queue.workerNames &&
      (queue.workerNames.length === 0 ? 'no worker' : counted(queue.workerNames.length, 'worker')),
    queue.isDefault && queue.name !== 'default' ? 'default' : undefined,
  ].filter((part) => part !== undefined);
  return {
    label: queue.name,
    description: parts.join(' · '),
    icon: { id: 'list-ordered' },
    contextValue: contextValue({
      kind: 'queue',
      has: [...partsOf(queue, canBeChanged), ...(canBeCleared ? ['queueClear' as const] : [])],
    }),
    collapsible: queue.isDefault || queue.entries.length > 0 ? 'expanded' : 'collapsed',
    accessibleLabel: `Queue ${queue.name}, ${parts.join(', ')}`,
    subject: queue,
  };
}

function waitingWords({ entries, unreadCount = 0 }: Queue): readonly (string | undefined)[] {
  const known = entries.length === 0 ? undefined : `${entries.length.toLocaleString('en-US')} waiting`;
  return unreadCount === 0
    ? [known ?? 'empty']
    : [known, `${unreadCount.toLocaleString('en-US')} tasks not read yet`];
}

/** The default queue cannot be taken away: tasks that name no queue go there. */
function partsOf({ isDefault }: Queue, canBeChanged: boolean): readonly RowPart[] {
  if (!canBeChanged) {
    return ['id'];
  }
  return isDefault ? ['id', 'queueEdit'] : ['id', 'queueEdit', 'queueDelete'];
}

function canChange({ openBackend }: ConnectionSession): boolean {
  return openBackend?.queues?.change !== undefined && openBackend.queues.changes === undefined;
}

function canClear({ openBackend }: ConnectionSession): boolean {
  const { change, changes } = openBackend?.queues ?? {};
  return change !== undefined && (changes === undefined || changes.includes('clear'));
}

function entryRow(session: ConnectionSession, node: TaskNode, now: EpochMs): RowModel | undefined {
  const queue = queueOf(session, node.place.in === 'queue' ? node.place.ownerId : '');
  const index = queue?.entries.findIndex(({ taskId }) => taskId === node.taskId) ?? -1;
  const entry = queue?.entries[index];
  if (!entry) {
    return undefined;
  }
  const prefix = queue.isOrderUnknown ? undefined : index === 0 ? 'next' : `${index + 1}.`;
  const task = session.store.task(node.taskId);
  const place = {
    ...(prefix === undefined ? {} : { prefix }),
    showsProject: true,
    has: [...(canChange(session) ? neighboursOf(index, queue.entries.length) : []), ...taskParts(session)],
    ...(entry.addedAt === undefined ? {} : { waitingSince: entry.addedAt }),
  };
  return task ? taskRow(node, task, place, now) : unreadTaskRow(node, entry.taskName, prefix);
}

function neighboursOf(index: number, count: number): readonly RowPart[] {
  return [
    ...(index > 0 ? ['placeBefore' as const] : []),
    ...(index < count - 1 ? ['placeAfter' as const] : []),
  ];
}

/** How long the tasks that wait now have been waiting. */
function waitFacts({ entries }: Queue, now: EpochMs): [string, string | undefined][] {
  const waitsMs = entries.flatMap(({ addedAt }) => (addedAt === undefined ? [] : [now - addedAt]));
  if (waitsMs.length === 0) {
    return [];
  }
  const averageMs = waitsMs.reduce((sum, waitMs) => sum + waitMs, 0) / waitsMs.length;
  return [
    ['Longest wait', exactDuration(Math.max(...waitsMs))],
    ['Average wait', waitsMs.length > 1 ? exactDuration(averageMs) : undefined],
  ];
}

/** `last 24 h ▁▃▇, up to 12 min`. */
function recordWords(history: History | undefined, say: (value: number) => string): string | undefined {
  const highest = highestIn(history);
  return history === undefined || highest === undefined || highest === 0
    ? undefined
    : `last ${exactDuration(history.values.length * history.stepMs)} ${sparkline(history)}, up to ${say(highest)}`;
}

function tooltipOf(session: ConnectionSession, node: TreeNode, now: EpochMs): string | undefined {
  if (node.kind === 'queue') {
    const queue = queueOf(session, node.queueId);
    return (
      queue &&
      factSheet(queue.name, [
        ['Waiting', String(queue.entries.length)],
        ['Not read yet', queue.unreadCount === undefined ? undefined : counted(queue.unreadCount, 'task')],
        ...waitFacts(queue, now),
        ['Average wait by hour', recordWords(queue.waits, exactDuration)],
        ['Waiting by hour', recordWords(queue.lengths, (count) => String(Math.round(count)))],
        [
          'Workers',
          queue.workerNames?.join(', ') ||
            (queue.workerNames ? 'none: nothing takes tasks from it' : undefined),
        ],
        ['Id', queue.id],
      ])
    );
  }
  const task = node.kind === 'task' ? session.store.task(node.taskId) : undefined;
  return task && taskTooltip(task, now);
}

function queueOf(session: ConnectionSession, queueId: string): Queue | undefined {
  return session.store.queues().items.find(({ id }) => id === queueId);
}
