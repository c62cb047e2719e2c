import type { ConfigurationEdit } from '../../core/actions';
import { TracksideError } from '../../core/errors';
import { LAUNCH_CONFIGURATION_NAME } from '../../core/launch-configuration';
import type { TaskConfiguration } from '../../core/task-details';
import type { TaskRef } from '../../core/task-ref';
import type { Choice, Platform } from '../../platform/contract';
import type { Connections } from '../../store/contract';
import { pickTask } from '../tasks/pick-task';
import { cannotSentence, splitByAbility, targetOf, type TaskTarget } from '../tasks/task-targets';
import { counted } from '../trees/plural';

export interface EditConfigurationsDeps {
  readonly platform: Platform;
  readonly connections: Connections;
  /** As a file that can be saved. */
  readonly openConfiguration: (ref: TaskRef, name: string) => Promise<void>;
}

type Wish = TaskConfiguration | 'add' | 'delete';

/** Opens, adds or deletes a configuration of a task that can be edited; without `ref` it asks which task is meant. */
export async function editConfigurations(
  deps: EditConfigurationsDeps,
  ref: TaskRef | undefined,
): Promise<void> {
  const target = await targetFor(deps, ref);
  if (!target) {
    return;
  }
  const { dialogs } = deps.platform;
  const title = `Configurations of “${target.task.name}”`;
  const there = await readConfigurations(deps, target);
  const wish = await dialogs.pick(title, choices(there), 'Choose one to edit it in an editor');
  switch (wish) {
    case undefined:
      return;
    case 'add':
      return add(deps, target, there);
    case 'delete':
      return remove(deps, target, there.filter(isDispensable));
    default:
      return deps.openConfiguration(refOf(target), wish.name);
  }
}

async function targetFor(
  deps: EditConfigurationsDeps,
  ref: TaskRef | undefined,
): Promise<TaskTarget | undefined> {
  if (!ref) {
    return pickTask(deps, { title: 'Edit Configurations: which task?', action: 'edit' });
  }
  const { able, unable } = await splitByAbility([await targetOf(deps.connections, ref)], 'edit');
  const [refused] = unable;
  if (refused) {
    throw new TracksideError(
      'conflict',
      cannotSentence(refused, 'edit'),
      'Clone it to run it with other configurations.',
    );
  }
  return able[0];
}

function readConfigurations(
  { platform }: EditConfigurationsDeps,
  { session, task }: TaskTarget,
): Promise<readonly TaskConfiguration[]> {
  return platform.dialogs.withProgress(`Reading the configurations of “${task.name}”…`, async (signal) => {
    const { details } = await session.backend(signal);
    const read = await details?.read(task.id, signal);
    return (read?.configurations ?? []).filter(({ isEditable }) => isEditable === true);
  });
}

function choices(there: readonly TaskConfiguration[]): readonly Choice<Wish>[] {
  return [
    ...there.map((each) => ({
      label: each.name,
      description: counted(each.text.split('\n').length, 'line'),
      value: each,
    })),
    { label: 'Add a configuration…', value: 'add' },
    ...(there.some(isDispensable) ? [{ label: 'Delete a configuration…', value: 'delete' as const }] : []),
  ];
}

/** Without what the launcher noted, the task could not be run again here. */
function isDispensable({ name }: TaskConfiguration): boolean {
  return name !== LAUNCH_CONFIGURATION_NAME;
}

async function add(
  deps: EditConfigurationsDeps,
  target: TaskTarget,
  there: readonly TaskConfiguration[],
): Promise<void> {
  const typed = await deps.platform.dialogs.ask({
    title: `New configuration of “${target.task.name}”: name`,
    prompt: 'A script reads it by this name; with .json or .yaml at its end the editor knows the language',
    validate: (text) =>
      text.trim() === ''
        ? 'A configuration needs a name.'
        : there.some(({ name }) => name === text.trim())
          ? 'There is one of this name already.'
          : undefined,
  });
  if (typed !== undefined) {
    await change(target, { name: typed.trim(), text: '' });
    await deps.openConfiguration(refOf(target), typed.trim());
  }
}

async function remove(
  deps: EditConfigurationsDeps,
  target: TaskTarget,
  there: readonly TaskConfiguration[],
): Promise<void> {
  const { dialogs } = deps.platform;
  const of = `of “${target.task.name}”`;
  const chosen = await dialogs.pick(
    `Delete a configuration ${of}`,
    there.map((each) => ({ label: each.name, value: each })),
  );
  const detail = 'The server keeps no copy of its text.';
  if (
    chosen &&
    (await dialogs.confirm(`Delete the configuration “${chosen.name}” ${of}?`, detail, 'Delete'))
  ) {
    await change(target, { name: chosen.name, before: chosen.text });
  }
}

async function change({ session, task }: TaskTarget, edit: ConfigurationEdit): Promise<void> {
  const inputs = { parameters: [], configurations: [edit] };
  const [outcome] = await session.store.act([task], { action: 'edit', inputs });
  if (outcome?.ok === false) {
    throw outcome.error;
  }
}

function refOf({ session, task }: TaskTarget): TaskRef {
  return { connectionId: session.info.id, taskId: task.id };
}
