import type { Backend } from '../../backends/contract';
import type { Task } from '../../core/entities';
import { statusWords } from '../../core/status';
import { PANEL_ACTIONS, PANEL_PARTS, type Fact, type PanelPart, type TaskView } from './panel-contract';

/** The part of a task that its panel shows. `backend`: absent until the connection is open. */
export function taskView(task: Task, connectionLabel: string, backend: Backend | undefined): TaskView {
  return {
    id: task.id,
    name: task.name,
    status: task.status,
    serverStatus: task.serverStatus,
    isStopping: task.isStopping,
    statusReason: task.statusReason ?? task.statusMessage ?? null,
    projectName: task.projectName ?? null,
    connectionLabel,
    startedAt: task.startedAt ?? null,
    endedAt: task.endedAt ?? null,
    lastIteration: task.lastIteration ?? null,
    stepNoun: backend?.series?.stepNoun ?? null,
    actions: PANEL_ACTIONS.filter((action) => task.can.includes(action)),
    hasWebPage: task.webUrl !== undefined,
    parentId: task.parentId ?? null,
    tags: [...task.tags],
    canEditInputs: task.can.includes('edit'),
    lacks: backend === undefined ? [] : PANEL_PARTS.filter((part) => backend[ABILITIES[part]] === undefined),
    facts: factsOf(task, connectionLabel),
  };
}

const ABILITIES = {
  curves: 'series',
  plots: 'plots',
  images: 'images',
  console: 'console',
} as const satisfies Readonly<Record<PanelPart, keyof Backend>>;

/** In the order a reader asks: which task, what came of it, when, where, by whom. */
function factsOf(task: Task, connectionLabel: string): Fact[] {
  const { reason, message } = statusWords(task);
  return [
    told('Comment', task.comment),
    told('Reason', reason),
    told('Message', message),
    moment('Created', task.createdAt),
    moment('Started', task.startedAt),
    moment('Ended', task.endedAt),
    told('Worker', task.workerId),
    told('User', task.user),
    told('Type', task.type),
    told('Project', task.projectName),
    told('Connection', connectionLabel),
    told('Archived', task.isArchived ? 'yes' : undefined),
  ].flat();
}

function told(label: string, value: string | undefined): Fact[] {
  return value === undefined || value.trim() === '' ? [] : [{ label, value, at: null }];
}

function moment(label: string, at: number | undefined): Fact[] {
  return at === undefined ? [] : [{ label, value: '', at }];
}
