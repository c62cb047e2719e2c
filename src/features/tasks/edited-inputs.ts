import type { InputEdits } from '../../core/actions';
import type { TaskParameter } from '../../core/task-details';
import type { Choice } from '../../platform/contract';
import { joinArguments } from '../launch/argument-text';

/** What a run is given: parameters the server knows, and the arguments of a script launched from the editor. */
export interface RunInputs {
  readonly parameters: readonly TaskParameter[];
  readonly arguments?: readonly string[];
}

export type InputChoice = TaskParameter | 'arguments' | 'add' | 'remove' | 'done';

/** The first slash ends the section. */
export function sectionAndName(
  typed: string,
): { readonly section: string; readonly name: string } | undefined {
  const [, section, name] = /^\s*([^/]*[^/\s])\s*\/\s*(\S.*?)\s*$/u.exec(typed) ?? [];
  return section === undefined || name === undefined ? undefined : { section, name };
}

/** What a person has changed so far, and what they can choose next. */
export class EditedInputs {
  arguments: readonly string[];
  private readonly values = new Map<TaskParameter, string>();
  private readonly removed = new Set<TaskParameter>();
  private added: readonly TaskParameter[] = [];

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

  add(parameter: TaskParameter): void {
    this.added = [...this.added, parameter];
  }

  nameProblem(typed: string): string | undefined {
    const named = sectionAndName(typed);
    if (named === undefined) {
      return 'Type a section, a slash and a name, such as Args/lr.';
    }
    const isTaken = this.all().some(({ section, name }) => section === named.section && name === named.name);
    return isTaken ? 'There is a parameter of this name; choose it from the list.' : undefined;
  }

  remove(parameter: TaskParameter | undefined): void {
    if (parameter !== undefined && this.added.includes(parameter)) {
      this.added = this.added.filter((each) => each !== parameter);
    } else if (parameter !== undefined) {
      this.removed.add(parameter);
    }
  }

  /** False for one that was not removed. */
  bringBack(parameter: TaskParameter): boolean {
    return this.removed.delete(parameter);
  }

  removable(): Choice<TaskParameter>[] {
    return this.all()
      .filter((parameter) => !this.removed.has(parameter))
      .map((parameter) => ({
        label: `${parameter.section}/${parameter.name}`,
        description: this.valueOf(parameter),
        value: parameter,
      }));
  }

  choices(done: string): Choice<InputChoice>[] {
    const { parameters, removedParameters = [] } = this.result();
    const count = parameters.length + removedParameters.length + Number(this.hasOtherArguments());
    const changed = count === 0 ? 'without changes' : `${count} changed`;
    return [
      { label: done, description: changed, value: 'done' },
      ...(this.inputs.arguments === undefined ? [] : [this.argumentsChoice(this.inputs.arguments)]),
      ...this.all().map((parameter) => this.parameterChoice(parameter)),
      { label: 'Add a parameter…', value: 'add' },
      ...(this.removable().length === 0 ? [] : [{ label: 'Remove a parameter…', value: 'remove' as const }]),
    ];
  }

  result(): InputEdits {
    const named = ({ section, name }: TaskParameter): { section: string; name: string } => ({
      section,
      name,
    });
    const changed = [...this.values.keys()].filter(
      (parameter) => !this.added.includes(parameter) && !this.removed.has(parameter),
    );
    return {
      parameters: [...changed, ...this.added].map((parameter) => ({
        ...named(parameter),
        value: this.valueOf(parameter),
      })),
      ...(this.removed.size === 0 ? {} : { removedParameters: [...this.removed].map(named) }),
      ...(this.hasOtherArguments() ? { arguments: this.arguments } : {}),
    };
  }

  private all(): readonly TaskParameter[] {
    return [...this.inputs.parameters, ...this.added];
  }

  private hasOtherArguments(): boolean {
    return JSON.stringify(this.arguments) !== JSON.stringify(this.inputs.arguments ?? []);
  }

  private argumentsChoice(before: readonly string[]): Choice<InputChoice> {
    const was = joinArguments(before) || 'none';
    return {
      label: 'Arguments of the script',
      description: this.hasOtherArguments() ? `${was} → ${joinArguments(this.arguments) || 'none'}` : was,
      value: 'arguments',
    };
  }

  private parameterChoice(parameter: TaskParameter): Choice<InputChoice> {
    const edit = this.values.get(parameter);
    const is = this.removed.has(parameter)
      ? `${parameter.value} → removed`
      : this.added.includes(parameter)
        ? `${edit ?? parameter.value} (new)`
        : edit === undefined
          ? parameter.value
          : `${parameter.value} → ${edit}`;
    return { label: `${parameter.section}/${parameter.name}`, description: is, value: parameter };
  }
}
