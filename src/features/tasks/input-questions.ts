import type { InputEdits } from '../../core/actions';
import type { TaskParameter } from '../../core/task-details';
import type { Choice, Dialogs } from '../../platform/contract';
import { joinArguments, splitArguments } from '../launch/argument-text';
import type { TaskTarget } from './task-targets';

/** What a run is given: parameters the server knows, and the arguments of a script launched from the editor. */
export interface RunInputs {
  readonly parameters: readonly TaskParameter[];
  readonly arguments?: readonly string[];
}

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

type Chosen = TaskParameter | 'arguments' | 'done';

/** Asks for one input after the other until the person is content. Undefined when they turn away. */
export async function askInputs(
  dialogs: Dialogs,
  { title, done }: InputQuestion,
  inputs: RunInputs,
): Promise<InputEdits | undefined> {
  const edits = new EditedInputs(inputs);
  while (inputs.parameters.length > 0 || inputs.arguments !== undefined) {
    const chosen = await dialogs.pick(
      `${title}: parameters`,
      edits.choices(done),
      `Choose what to change, or ${done.charAt(0).toLowerCase()}${done.slice(1)}`,
    );
    if (chosen === undefined) {
      return undefined;
    }
    if (chosen === 'done') {
      break;
    }
    await (chosen === 'arguments' ? askArguments(dialogs, edits) : askParameter(dialogs, edits, chosen));
  }
  return edits.result();
}

async function askParameter(dialogs: Dialogs, edits: EditedInputs, parameter: TaskParameter): Promise<void> {
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

class EditedInputs {
  arguments: readonly string[];
  private readonly values = new Map<TaskParameter, string>();

  constructor(private readonly inputs: RunInputs) {
    this.arguments = inputs.arguments ?? [];
  }

  valueOf(parameter: TaskParameter): string {
    return this.values.get(parameter) ?? parameter.value;
  }

  setValue(parameter: TaskParameter, value: string): void {
    if (value === parameter.value) {
      this.values.delete(parameter);
    } else {
      this.values.set(parameter, value);
    }
  }

  choices(done: string): Choice<Chosen>[] {
    const count = this.values.size + Number(this.hasOtherArguments());
    const changed = count === 0 ? 'without changes' : `${count} changed`;
    return [
      { label: done, description: changed, value: 'done' },
      ...(this.inputs.arguments === undefined ? [] : [this.argumentsChoice(this.inputs.arguments)]),
      ...this.inputs.parameters.map((parameter) => this.parameterChoice(parameter)),
    ];
  }

  result(): InputEdits {
    return {
      parameters: [...this.values].map(([{ section, name }, value]) => ({ section, name, value })),
      ...(this.hasOtherArguments() ? { arguments: this.arguments } : {}),
    };
  }

  private hasOtherArguments(): boolean {
    return JSON.stringify(this.arguments) !== JSON.stringify(this.inputs.arguments ?? []);
  }

  private argumentsChoice(before: readonly string[]): Choice<Chosen> {
    const was = joinArguments(before) || 'none';
    return {
      label: 'Arguments of the script',
      description: this.hasOtherArguments() ? `${was} → ${joinArguments(this.arguments) || 'none'}` : was,
      value: 'arguments',
    };
  }

  private parameterChoice(parameter: TaskParameter): Choice<Chosen> {
    const edit = this.values.get(parameter);
    return {
      label: `${parameter.section}/${parameter.name}`,
      description: edit === undefined ? parameter.value : `${parameter.value} → ${edit}`,
      value: parameter,
    };
  }
}
