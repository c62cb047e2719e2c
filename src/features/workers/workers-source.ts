import type { EpochMs, History, Worker, WorkerLoad } from '../../core/entities';
import type { ConnectionSession, StoreNeed } from '../../store/contract';
import { contextValue } from '../trees/context-value';
import { dependencyParts } from '../trees/dependency-parts';
import { factSheet } from '../trees/markdown-text';
import { exactDuration, momentText, timeAgo } from '../trees/relative-time';
import type { RowModel } from '../trees/row-model';
import { highestIn, sparkline } from '../trees/sparkline';
import { taskRow, taskTooltip, unreadTaskRow } from '../trees/task-row';
import {
  hintNode,
  workerNode,
  workerTaskNode,
  type TaskNode,
  type TreeNode,
  type WorkerNode,
} from '../trees/tree-nodes';
import { rowsOf, type TreeSource } from '../trees/tree-source';

const WORKERS: StoreNeed = { kind: 'workers' };
/** A worker that was seen within this time needs no word about it. */
const SEEN_LATELY_MS = 2 * 60_000;

/** Workers, the busy ones first, below each the task it runs. */
export function createWorkersSource(): TreeSource {
  return {
    children: (session, parent) => {
      if (parent === undefined) {
        return topRows(session);
      }
      return parent.kind === 'worker' ? rowsInWorker(session, parent) : [];
    },
    needs: (_session, parent) => (parent === undefined ? [WORKERS] : []),
    row: (session, node, now) => {
      if (node.kind === 'worker') {
        const worker = workerOf(session, node.workerId);
        return worker && workerRow(worker, now, session.openBackend?.workers?.deactivate !== undefined);
      }
      return node.kind === 'task' ? runRow(session, node, now) : undefined;
    },
    tooltip: (session, node, now) => {
      if (node.kind === 'worker') {
        const worker = workerOf(session, node.workerId);
        return worker && workerTooltip(worker, now);
      }
      const task = node.kind === 'task' ? session.store.task(node.taskId) : undefined;
      return task && taskTooltip(task, now);
    },
  };
}

function topRows(session: ConnectionSession): readonly TreeNode[] {
  const { info, store, openBackend } = session;
  const listing = store.workers();
  const rows = [...listing.items].sort(byUse).map(({ id }) => workerNode(info.id, id));
  const hint = openBackend && !openBackend.workers ? 'noWorkerAbility' : 'noWorkers';
  return rowsOf({ connectionId: info.id, parentId: 'workers', need: WORKERS }, listing, rows, hint);
}

function rowsInWorker(session: ConnectionSession, { id, workerId }: WorkerNode): readonly TreeNode[] {
  const task = workerOf(session, workerId)?.task;
  return task
    ? [workerTaskNode(session.info.id, workerId, task.id)]
    : [hintNode(session.info.id, id, 'idleWorker')];
}

function byUse(a: Worker, b: Worker): number {
  return (
    Number(b.isLocal) - Number(a.isLocal) ||
    Number(b.task !== undefined) - Number(a.task !== undefined) ||
    a.name.localeCompare(b.name, 'en', { numeric: true })
  );
}

/** Always has a row below: the editor does not open a row that had none when it was first drawn. */
export function workerRow(worker: Worker, now: EpochMs, canBeTakenOut = false): RowModel {
  const label = workerLabel(worker);
  const silence = silenceOf(worker, now);
  const parts = [
    ...(worker.isRunUnknown ? [] : [worker.task ? `running ${worker.task.name}` : 'idle']),
    ...(worker.description === undefined ? [] : [worker.description]),
    ...loadWords(worker.load),
    ...(silence.text === undefined ? [] : [silence.text]),
  ];
  return {
    label,
    description: parts.join(' · '),
    icon:
      silence.text === undefined || worker.isRunUnknown
        ? workerIcon(worker)
        : { id: 'warning', color: 'list.warningForeground' },
    contextValue: contextValue({
      kind: 'worker',
      has: [
        'id',
        ...(worker.task ? ['runningTask' as const] : []),
        ...(canBeTakenOut ? ['workerDeactivate' as const] : []),
      ],
    }),
    collapsible: worker.task || worker.isLocal ? 'expanded' : 'collapsed',
    accessibleLabel: `Worker ${label}, ${parts.join(', ')}`,
    subject: worker,
    expiresAt: silence.expiresAt,
  };
}

function workerLabel({ isLocal, name }: Worker): string {
  return isLocal ? 'Local worker (this machine)' : name;
}

function workerIcon({ task }: Worker): NonNullable<RowModel['icon']> {
  return task ? { id: 'server-process', color: 'charts.green' } : { id: 'server-process' };
}

/** Words about a worker that has not been heard of lately, and when they change. */
function silenceOf(
  { lastSeenAt }: Worker,
  now: EpochMs,
): { readonly text?: string; readonly expiresAt: EpochMs } {
  if (lastSeenAt === undefined) {
    return { expiresAt: Number.POSITIVE_INFINITY };
  }
  if (now - lastSeenAt <= SEEN_LATELY_MS) {
    return { expiresAt: lastSeenAt + SEEN_LATELY_MS + 1 };
  }
  const seen = timeAgo(lastSeenAt, now);
  return { text: `last seen ${seen.text}`, expiresAt: seen.expiresAt };
}

/** What it runs and has, and how busy it was lately. */
export function workerTooltip(worker: Worker, now: EpochMs): string {
  const { load = {}, history = {}, lastSeenAt } = worker;
  return factSheet(workerLabel(worker), [
    ['Runs', worker.isRunUnknown ? 'the server does not tell' : (worker.task?.name ?? 'nothing')],
    ['Description', worker.description],
    ['Queues', worker.queueNames.join(', ')],
    ['CPU', withHistory(percent(load.cpuPercent), history.cpu, { top: 100, say: percent })],
    [
      'Memory',
      withHistory(memoryWords(load.memoryUsedMb, load.memoryTotalMb), history.memory, {
        top: load.memoryTotalMb,
        say: memoryOf,
      }),
    ],
    ['GPU', withHistory(percent(load.gpuPercent), history.gpu, { top: 100, say: percent })],
    [
      'GPU memory',
      withHistory(memoryWords(load.gpuMemoryUsedMb, undefined), history.gpuMemory, { say: memoryOf }),
    ],
    ['Received', withHistory(undefined, history.received, { say: rateOf })],
    ['Sent', withHistory(undefined, history.sent, { say: rateOf })],
    [
      'Last seen',
      lastSeenAt === undefined ? undefined : `${momentText(lastSeenAt)} (${timeAgo(lastSeenAt, now).text})`,
    ],
    ['Id', worker.id],
  ]);
}

/** `42 %, last 30 min ▂▃▇, up to 97 %`. */
function withHistory(
  now: string | undefined,
  history: History | undefined,
  { top, say }: { readonly top?: number | undefined; readonly say: (value: number) => string | undefined },
): string | undefined {
  const highest = history && highestIn(history);
  if (history === undefined || highest === undefined) {
    return now;
  }
  const span = exactDuration(history.values.length * history.stepMs);
  const words = `last ${span} ${sparkline(history, top)}, up to ${say(highest) ?? ''}`;
  return now === undefined ? words : `${now}, ${words}`;
}

function memoryOf(mb: number): string | undefined {
  return memoryWords(mb, undefined);
}

function rateOf(mbPerSecond: number): string {
  return `${mbPerSecond.toLocaleString('en-US', { maximumFractionDigits: 1 })} MB/s`;
}

function runRow(session: ConnectionSession, node: TaskNode, now: EpochMs): RowModel | undefined {
  const worker = workerOf(session, node.place.in === 'worker' ? node.place.ownerId : '');
  if (worker?.task?.id !== node.taskId) {
    return undefined;
  }
  const task = session.store.task(node.taskId);
  return task
    ? taskRow(node, task, { showsProject: true, has: dependencyParts(session, 'task') }, now)
    : unreadTaskRow(node, worker.task.name, 'running');
}

function loadWords(load: WorkerLoad = {}): string[] {
  const memory = memoryWords(load.memoryUsedMb, load.memoryTotalMb);
  return [
    ...(load.cpuPercent === undefined ? [] : [`CPU ${percent(load.cpuPercent)}`]),
    ...(memory === undefined ? [] : [memory]),
    ...(load.gpuPercent === undefined ? [] : [`GPU ${percent(load.gpuPercent)}`]),
  ];
}

function percent(value: number | undefined): string | undefined {
  return value === undefined ? undefined : `${Math.round(value)} %`;
}

function memoryWords(usedMb: number | undefined, totalMb: number | undefined): string | undefined {
  if (usedMb === undefined) {
    return undefined;
  }
  return totalMb === undefined
    ? `${gigabytes(usedMb)} GB`
    : `${gigabytes(usedMb)} of ${gigabytes(totalMb)} GB`;
}

function gigabytes(mb: number): string {
  return (mb / 1024).toFixed(1);
}

function workerOf(session: ConnectionSession, workerId: string): Worker | undefined {
  return session.store.workers().items.find(({ id }) => id === workerId);
}
