import * as z from 'zod';
import type { ConfigurationEdit, InputEdits } from '../../core/actions';
import { TracksideError } from '../../core/errors';
import { LAUNCH_CONFIGURATION_NAME, launchConfiguration } from '../../core/launch-configuration';
import { text } from './schema';
import type { ClearMlSession } from './session';

/** What the server keeps beside a text goes back with the new one: an entry is replaced whole. */
const entry = z.looseObject({ name: text, value: text });
type Entry = z.infer<typeof entry>;
const configurationData = z.object({
  tasks: z.array(z.object({ configuration: z.record(z.string(), z.unknown()).nullish() })),
});

/** For `tasks.edit_configuration` and `tasks.delete_configuration`. */
export interface ConfigurationChanges {
  readonly entries: readonly object[];
  readonly removed: readonly string[];
}

/**
 * What makes these edits, compared with what the server has now. Throws `conflict` for a text that somebody else
 * changed, for a new one of a name that is taken, and for arguments of a task that keeps none.
 */
export async function configurationChanges(
  session: ClearMlSession,
  taskId: string,
  { arguments: args, configurations = [] }: InputEdits,
  signal: AbortSignal,
): Promise<ConfigurationChanges> {
  if (args === undefined && configurations.length === 0) {
    return { entries: [], removed: [] };
  }
  const body = { id: [taskId], only_fields: ['id', 'configuration'] };
  const { tasks } = await session.read('tasks.get_by_id_ex', body, configurationData, signal);
  const found = byName(tasks[0]?.configuration ?? {});
  const edited = configurations.map((edit) => ({
    name: edit.name,
    entry: editedEntry(found.get(edit.name), edit),
  }));
  return {
    entries: [
      ...edited.flatMap((each) => each.entry ?? []),
      ...(args === undefined ? [] : [launchEntry(found.get(LAUNCH_CONFIGURATION_NAME), args)]),
    ],
    removed: edited.flatMap((each) => (each.entry === undefined ? [each.name] : [])),
  };
}

/** Keys may be escaped; an entry that says its own name is believed. */
function byName(configuration: Readonly<Record<string, unknown>>): ReadonlyMap<string, Entry> {
  return new Map(
    Object.entries(configuration).flatMap(([key, each]) => {
      const { data } = entry.safeParse(each);
      return data === undefined ? [] : [[data.name ?? key, data] as const];
    }),
  );
}

/** Undefined where it is to be taken away. */
function editedEntry(
  found: Entry | undefined,
  { name, before, text: after }: ConfigurationEdit,
): object | undefined {
  if (before === undefined) {
    return newEntry(found, name, after ?? '');
  }
  if (found === undefined) {
    throw new TracksideError(
      'conflict',
      `The task has no configuration “${name}” any more.`,
      'Copy your text, then open the task’s details to see what it has now.',
    );
  }
  if ((found.value ?? '') !== before) {
    throw new TracksideError(
      'conflict',
      `“${name}” was changed on the server meanwhile.`,
      after === undefined ? 'Look at it before you delete it.' : 'Save again to compare both texts.',
    );
  }
  return after === undefined ? undefined : { ...found, name, value: after };
}

function newEntry(found: Entry | undefined, name: string, value: string): object {
  if (found !== undefined) {
    throw new TracksideError(
      'conflict',
      `The task has a configuration “${name}” already.`,
      'Give the new one another name, or edit the one that is there.',
    );
  }
  const [, type] = /\.(json|ya?ml)$/iu.exec(name) ?? [];
  return { name, value, ...(type === undefined ? {} : { type: type.toLowerCase() }) };
}

/** What the launcher noted, with other arguments. */
function launchEntry(found: Entry | undefined, args: readonly string[]): object {
  const noted = launchConfiguration.safeParse(jsonOf(found?.value));
  if (found === undefined || !noted.success) {
    throw new TracksideError(
      'conflict',
      'The arguments of this task are not known.',
      'Only tasks that were launched from the editor keep theirs; change its parameters instead.',
    );
  }
  const value = JSON.stringify({ ...noted.data, arguments: args }, undefined, 2);
  return { ...found, name: LAUNCH_CONFIGURATION_NAME, value };
}

function jsonOf(json: string | undefined): unknown {
  try {
    return JSON.parse(json ?? '');
  } catch {
    return undefined; // edited by hand into something else
  }
}
