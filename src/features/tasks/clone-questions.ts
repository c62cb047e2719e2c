import type { ParameterEdit, TaskActionRequest } from '../../core/actions';
import { copyName } from '../../core/copy-name';
import { TracksideError } from '../../core/errors';
import type { TaskParameter } from '../../core/task-details';
import type { Choice, Dialogs } from '../../platform/contract';
import type { ConnectionSession } from '../../store/contract';
import { counted } from '../trees/plural';
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
  const parameters = await askParameters(dialogs, title, await readParameters(dialogs, target));
  const isElsewhere = !('id' in project) || project.id !== task.projectId;
  return (
    parameters && {
      action: 'clone',
      name: name.trim(),
      parameters,
      ...(isElsewhere ? { project } : {}),
    }
  );
}

function readParameters(dialogs: Dialogs, { session, task }: TaskTarget): Promise<readonly TaskParameter[]> {
  return dialogs.withProgress(`Reading the parameters of “${task.name}”…`, async (signal) => {
    const { details } = await session.backend(signal);
    return (await details?.read(task.id, signal))?.parameters ?? [];
  });
}

/** One after the other until the person is content; none are asked for where there are none. */
async function askParameters(
  dialogs: Dialogs,
  title: string,
  parameters: readonly TaskParameter[],
): Promise<readonly ParameterEdit[] | undefined> {
  const edits = new Map<TaskParameter, string>();
  while (parameters.length > 0) {
    const chosen = await dialogs.pick(
      `${title}: parameters`,
      parameterChoices(parameters, edits),
      'Choose a parameter to change, or clone now',
    );
    if (chosen === undefined) {
      return undefined;
    }
    if (chosen === 'done') {
      break;
    }
    const value = await dialogs.ask({
      title: `${chosen.section}/${chosen.name}`,
      value: edits.get(chosen) ?? chosen.value,
      ...(chosen.description === undefined ? {} : { prompt: chosen.description }),
    });
    if (value === chosen.value) {
      edits.delete(chosen);
    } else if (value !== undefined) {
      edits.set(chosen, value);
    }
  }
  return [...edits].map(([{ section, name }, value]) => ({ section, name, value }));
}

function parameterChoices(
  parameters: readonly TaskParameter[],
  edits: ReadonlyMap<TaskParameter, string>,
): readonly Choice<TaskParameter | 'done'>[] {
  const changed = edits.size === 0 ? 'without changes' : `${counted(edits.size, 'parameter')} changed`;
  return [
    { label: 'Clone now', description: changed, value: 'done' },
    ...parameters.map((parameter) => {
      const edit = edits.get(parameter);
      return {
        label: `${parameter.section}/${parameter.name}`,
        description: edit === undefined ? parameter.value : `${parameter.value} → ${edit}`,
        value: parameter,
      };
    }),
  ];
}
