import {
  WORKER_FIGURES,
  type EpochMs,
  type Worker,
  type WorkerFigure,
  type WorkerLoad,
} from '../../core/entities';
import { COMMANDS } from '../../platform/command-ids';
import type { ConnectionSession, StoreNeed } from '../../store/contract';
import { contextValue, type RowPart } from '../trees/context-value';
import { taskParts } from '../trees/row-parts';
import { factSheet } from '../trees/markdown-text';
import { exactDuration, momentText, timeAgo } from '../trees/relative-time';
import { coarser, highestIn, sparkline } from '../trees/sparkline';
import { commandOn, type RowModel } from '../trees/row-model';
import { taskRow, taskTooltip, unreadTaskRow } from '../trees/task-row';
import {
  hintNode,
  loadNode,
  workerNode,
  workerTaskNode,
  type TaskNode,
  type TreeNode,
  type WorkerNode,
} from '../trees/tree-nodes';
import { rowsOf, type TreeSource } from '../trees/tree-source';
import { FIGURES, memoryWords, percent } from './figure-words';

const WORKERS: StoreNeed = { kind: 'workers' };
/** Blocks in a row; more would push the words out of a narrow side bar. */
const ROW_STEPS = 12;
/** A worker that was seen within this time needs no word about it. */
const SEEN_LATELY_MS = 2 * 60_000;

/** Workers, the busy ones first, below each the task it runs and how busy it was lately. */
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
        return worker && workerRow(worker, now, partsFor(session));
      }
      if (node.kind === 'load') {
        const worker = workerOf(session, node.workerId);
        const row = worker && loadRow(node.figure, worker);
        return row && { ...row, command: commandOn(node, COMMANDS.openWorkerLoad, 'Open Load Charts') };
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
  const { task, history = {} } = workerOf(session, workerId) ?? {};
  const connectionId = session.info.id;
  return [
    task ? workerTaskNode(connectionId, workerId, task.id) : hintNode(connectionId, id, 'idleWorker'),
    ...WORKER_FIGURES.filter((figure) => highestIn(history[figure]) !== undefined).map((figure) =>
      loadNode(connectionId, workerId, figure),
    ),
  ];
}

function byUse(a: Worker, b: Worker): number {
  return (
    Number(b.isLocal) - Number(a.isLocal) ||
    Number(b.task !== undefined) - Number(a.task !== undefined) ||
    a.name.localeCompare(b.name, 'en', { numeric: true })
  );
}

type WorkerPart = Extract<RowPart, 'workerDeactivate' | 'loadHistory'>;

/** What can be done with a worker of this server, whatever it runs. */
function partsFor({ openBackend }: ConnectionSession): readonly WorkerPart[] {
  const { deactivate, history } = openBackend?.workers ?? {};
  return [...(deactivate ? ['workerDeactivate' as const] : []), ...(history ? ['loadHistory' as const] : [])];
}

/** Always has a row below: the editor does not open a row that had none when it was first drawn. */
export function workerRow(worker: Worker, now: EpochMs, offers: readonly WorkerPart[] = []): RowModel {
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
      has: ['id', ...(worker.task ? ['runningTask' as const] : []), ...offers],
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
  const { lastSeenAt } = worker;
  return factSheet(workerLabel(worker), [
    ['Runs', worker.isRunUnknown ? 'the server does not tell' : (worker.task?.name ?? 'nothing')],
    ['Description', worker.description],
    ['Queues', worker.queueNames.join(', ')],
    ...WORKER_FIGURES.map(
      (figure) => [FIGURES[figure].label, figureWords(figure, worker)?.join(', ')] as const,
    ),
    [
      'Last seen',
      lastSeenAt === undefined ? undefined : `${momentText(lastSeenAt)} (${timeAgo(lastSeenAt, now).text})`,
    ],
    ['Id', worker.id],
  ]);
}

/** `42 %`, `last 30 min ▂▃▇`, `up to 97 %`; undefined when nothing is known. */
function figureWords(
  figure: WorkerFigure,
  { load = {}, history = {} }: Worker,
): readonly string[] | undefined {
  const { now, say, top } = FIGURES[figure];
  const current = now(load);
  const past = history[figure];
  const highest = highestIn(past);
  const words = [
    ...(current === undefined ? [] : [current]),
    ...(past === undefined || highest === undefined
      ? []
      : [
          `last ${exactDuration(past.values.length * past.stepMs)} ${sparkline(past, top?.(load))}`,
          `up to ${say(highest) ?? ''}`,
        ]),
  ];
  return words.length === 0 ? undefined : words;
}

/** A figure as a row below its worker: how it was lately, what it is, and the highest it was. */
export function loadRow(figure: WorkerFigure, worker: Worker): RowModel | undefined {
  const { label, icon, now, say, top } = FIGURES[figure];
  const { load = {}, history = {} } = worker;
  const past = history[figure];
  const highest = highestIn(past);
  if (past === undefined || highest === undefined) {
    return undefined;
  }
  const current = now(load);
  const span = exactDuration(past.values.length * past.stepMs);
  const best = `up to ${say(highest) ?? ''} in ${span}`;
  const words = [...(current === undefined ? [] : [current]), best];
  const line = sparkline(coarser(past, ROW_STEPS), top?.(load));
  return {
    label,
    description: [...(current === undefined ? [] : [current]), line, best].join(' '),
    icon: { id: icon },
    contextValue: contextValue({ kind: 'load' }),
    collapsible: 'none',
    accessibleLabel: `${label}, ${words.join(', ')}`,
    subject: past,
  };
}

function runRow(session: ConnectionSession, node: TaskNode, now: EpochMs): RowModel | undefined {
  const worker = workerOf(session, node.place.in === 'worker' ? node.place.ownerId : '');
  if (worker?.task?.id !== node.taskId) {
    return undefined;
  }
  const task = session.store.task(node.taskId);
  return task
    ? taskRow(node, task, { showsProject: true, has: taskParts(session) }, now)
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

function workerOf(session: ConnectionSession, workerId: string): Worker | undefined {
  return session.store.workers().items.find(({ id }) => id === workerId);
}
