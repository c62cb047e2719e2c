import * as z from 'zod/mini';
import { TASK_ACTIONS } from '../../core/actions';
import type { Task } from '../../core/entities';

/** What the editor's own menu offers of a task that a page shows: what the menu of its row does. */
export const taskMenu = z.object({
  actions: z.array(z.enum(TASK_ACTIONS)),
  has: z.array(z.enum(['webUrl', 'pipeline'])),
});
export type TaskMenu = z.infer<typeof taskMenu>;

export function taskMenuOf({ can, webUrl, isPipelineRun }: Task): TaskMenu {
  return {
    actions: [...can],
    has: [
      ...(webUrl === undefined ? [] : ['webUrl' as const]),
      ...(isPipelineRun === true ? ['pipeline' as const] : []),
    ],
  };
}
