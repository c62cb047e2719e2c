import type { InputEdits } from '../../core/actions';
import type { TaskParameter } from '../../core/task-details';
import type { Dialogs } from '../../platform/contract';
import { joinArguments, splitArguments } from '../launch/argument-text';
import { EditedInputs, sectionAndName, type RunInputs } from './edited-inputs';
import type { TaskTarget } from './task-targets';

export function readInputs(dialogs: Dialogs, { session, task }: TaskTarget): Promise<RunInputs> {
  return dialogs.withProgress(`Reading the parameters of “${task.name}”…`, async (signal) => {
    const { details } = await session.backend(signal);
    const read = await details?.read(task.id, signal);
    return {
      parameters: read?.parameters ?? [],
      ...(read?.arguments === undefined ? {} : { arguments: read.arguments }),
    };
  });
}

export interface InputQuestion {
  /** Begins every title. */
  readonly title: string;
  /** The choice that ends the asking, such as `Clone now`. */
  readonly done: string;
}

/** Asks for one input after the other until the person is content. Undefined when they turn away. */
export async function askInputs(
  dialogs: Dialogs,
  { title, done }: InputQuestion,
  inputs: RunInputs,
): Promise<InputEdits | undefined> {
  const edits = new EditedInputs(inputs);
  for (;;) {
    const chosen = await dialogs.pick(
      `${title}: parameters`,
      edits.choices(done),
      `Choose what to change, or ${done.charAt(0).toLowerCase()}${done.slice(1)}`,
    );
    if (chosen === undefined) {
      return undefined;
    }
    switch (chosen) {
      case 'done':
        return edits.result();
      case 'arguments':
        await askArguments(dialogs, edits);
        break;
      case 'add':
        await askNew(dialogs, edits);
        break;
      case 'remove':
        edits.remove(await dialogs.pick(`${title}: remove a parameter`, edits.removable()));
        break;
      default:
        await askParameter(dialogs, edits, chosen);
    }
  }
}

/** Whether the server has anything to do. */
export function changesInputs({ parameters, removedParameters = [], arguments: args }: InputEdits): boolean {
  return parameters.length > 0 || removedParameters.length > 0 || args !== undefined;
}

async function askNew(dialogs: Dialogs, edits: EditedInputs): Promise<void> {
  const typed = await dialogs.ask({
    title: 'New parameter: section and name',
    prompt: 'Such as Args/lr; Args is what a script takes from its command line',
    value: 'Args/',
    validate: (text) => edits.nameProblem(text),
  });
  const named = typed === undefined ? undefined : sectionAndName(typed);
  const value = named && (await dialogs.ask({ title: `${named.section}/${named.name}` }));
  if (named && value !== undefined) {
    edits.add({ ...named, value });
  }
}

async function askParameter(dialogs: Dialogs, edits: EditedInputs, parameter: TaskParameter): Promise<void> {
  if (edits.bringBack(parameter)) {
    return;
  }
  const value = await dialogs.ask({
    title: `${parameter.section}/${parameter.name}`,
    value: edits.valueOf(parameter),
    ...(parameter.description === undefined ? {} : { prompt: parameter.description }),
  });
  if (value !== undefined) {
    edits.setValue(parameter, value);
  }
}

async function askArguments(dialogs: Dialogs, edits: EditedInputs): Promise<void> {
  const text = await dialogs.ask({
    title: 'Arguments of the script',
    prompt: 'As in a terminal; quotes keep blanks together',
    value: joinArguments(edits.arguments),
    validate: (typed) => {
      const split = splitArguments(typed);
      return split.ok ? undefined : split.problem;
    },
  });
  const split = text === undefined ? undefined : splitArguments(text);
  if (split?.ok === true) {
    edits.arguments = split.arguments;
  }
}
