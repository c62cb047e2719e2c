import type { TaskActionRequest } from '../../core/actions';
import { copyName } from '../../core/copy-name';
import { TracksideError } from '../../core/errors';
import type { Dialogs } from '../../platform/contract';
import type { ConnectionSession } from '../../store/contract';
import { askInputs, readInputs } from './input-questions';
import { askProject } from './project-question';
import type { TaskTarget } from './task-targets';

/**
 * Asks for the name, the project and the parameters of a copy. Undefined when the person turns away from any of it,
 * before anything was sent. Throws `invalid` for several tasks.
 */
export async function askCloneWithChanges(
  dialogs: Dialogs,
  session: ConnectionSession,
  targets: readonly TaskTarget[],
): Promise<TaskActionRequest | undefined> {
  const [target, second] = targets;
  if (!target || second) {
    throw new TracksideError(
      'invalid',
      'One task can be cloned with changes at a time.',
      'Select one, or use Clone for copies without changes.',
    );
  }
  const { task } = target;
  const title = `Clone “${task.name}”`;
  const name = await dialogs.ask({
    title: `${title}: name of the copy`,
    value: copyName(task.name),
    validate: (text) => (text.trim() === '' ? 'A task needs a name.' : undefined),
  });
  if (name === undefined) {
    return undefined;
  }
  const project = await askProject(dialogs, session, {
    title: `${title}: project`,
    current: task,
    offersCurrent: true,
  });
  if (!project) {
    return undefined;
  }
  const inputs = await askInputs(dialogs, { title, done: 'Clone now' }, await readInputs(dialogs, target));
  const isElsewhere = !('id' in project) || project.id !== task.projectId;
  return inputs && { action: 'clone', name: name.trim(), inputs, ...(isElsewhere ? { project } : {}) };
}
