import type { Task } from '../../core/entities';
import { PANEL_ACTIONS, type TaskView } from './panel-contract';

/** The part of a task that its panel shows. */
export function taskView(task: Task, connectionLabel: string): TaskView {
  return {
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
    actions: PANEL_ACTIONS.filter((action) => task.can.includes(action)),
    hasWebPage: task.webUrl !== undefined,
  };
}
