import { runKey, type TaskRef } from '../../core/task-ref';
import type { PanelDeps } from '../panels/lazy-panels';
import { pickTasks } from '../tasks/pick-task';

/** Lets the person pick runs that are not among the ones shown. */
export async function pickRuns(
  deps: PanelDeps,
  title: string,
  shown: readonly TaskRef[],
): Promise<readonly TaskRef[]> {
  const known = new Set(shown.map(runKey));
  const targets = await pickTasks(deps, { title, none: 'There is no other task. Launch a script first.' });
  return (targets ?? [])
    .map(({ session, task }) => ({ connectionId: session.info.id, taskId: task.id }))
    .filter((ref) => !known.has(runKey(ref)));
}
