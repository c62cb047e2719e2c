import * as z from 'zod/mini';
import { TASK_ACTIONS } from '../../core/actions';
import type { Task } from '../../core/entities';
import type { ConnectionSession } from '../../store/contract';
import { taskParts } from '../trees/row-parts';

/** What the editor's own menu offers of a task that a page shows: what the menu of its row does. */
export const taskMenu = z.object({
  actions: z.array(z.enum(TASK_ACTIONS)),
  has: z.array(z.enum(['webUrl', 'console', 'dependencies', 'pipeline'])),
});
export type TaskMenu = z.infer<typeof taskMenu>;

export function taskMenuOf({ can, webUrl, isPipelineRun }: Task, session: ConnectionSession): TaskMenu {
  return {
    actions: [...can],
    has: [
      ...(webUrl === undefined ? [] : ['webUrl' as const]),
      ...taskParts(session),
      ...(isPipelineRun === true ? ['pipeline' as const] : []),
    ],
  };
}
