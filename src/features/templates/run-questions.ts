import { TracksideError } from '../../core/errors';
import type { TemplateInput, TemplateRun } from '../../core/run-template';
import type { Dialogs } from '../../platform/contract';
import type { TemplateChoice } from './template-choice';
import { differences, gridOf, MOST_RUNS, valuesOf } from './value-grid';

/** Tasks offered as dependencies. */
const MOST_OFFERED = 300;
const never = new AbortController().signal;

const MANY = 'One value, a list like 0.1, 0.2, or a range like 1..5; "in quotes" it is one value';

/** What all runs of one sending share. */
export type SharedWish = Pick<TemplateRun, 'dependsOn' | 'priority'>;

/** The runs that a person wants, one step per input; undefined when the person turns away. */
export async function askRuns(
  dialogs: Dialogs,
  choice: TemplateChoice,
): Promise<readonly TemplateRun[] | undefined> {
  const { template } = choice;
  const values: [string, readonly string[]][] = [];
  for (const [index, input] of template.inputs.entries()) {
    const step = `${index + 1} of ${template.inputs.length}`;
    const text = await askInput(dialogs, `${template.name}: ${input.name} (${step})`, input);
    if (text === undefined) {
      return undefined;
    }
    values.push([input.name, readValues(input, text)]);
  }
  const rows = gridOf(values);
  if (rows.length > MOST_RUNS) {
    throw new TracksideError(
      'invalid',
      `These values make more than ${MOST_RUNS.toLocaleString('en-US')} tasks.`,
      'Give fewer values for one of them.',
    );
  }
  const name =
    template.isUnnamed === true ? template.name : await askName(dialogs, template.name, rows.length);
  const shared = name === undefined ? undefined : await askShared(dialogs, choice);
  if (name === undefined || !shared) {
    return undefined;
  }
  return rows.map((inputs) => {
    const suffix = differences(inputs, rows);
    return { name: suffix === '' ? name.trim() : `${name.trim()} ${suffix}`, inputs, ...shared };
  });
}

function askName(dialogs: Dialogs, value: string, count: number): Promise<string | undefined> {
  return dialogs.ask({
    title: count === 1 ? 'Name of the task' : `Name of the ${count} tasks`,
    value,
    validate: (text) => (text.trim() === '' ? 'A task needs a name.' : undefined),
  });
}

function readValues({ isSingle }: TemplateInput, text: string): readonly string[] {
  return isSingle === true ? [text.trim()] : valuesOf(text);
}

function askInput(dialogs: Dialogs, title: string, input: TemplateInput): Promise<string | undefined> {
  const prompts = [
    ...(input.description === undefined ? [] : [input.description]),
    ...(input.isSingle === true ? [] : [MANY]),
  ];
  return dialogs.ask({
    title,
    ...(prompts.length === 0 ? {} : { prompt: prompts.join('. ') }),
    ...(input.default === undefined ? {} : { value: input.default }),
    validate: (text) =>
      readValues(input, text).length === 0 || (input.isRequired && text.trim() === '')
        ? 'This needs a value.'
        : undefined,
  });
}

/** Dependencies and priority, where the server has them. */
export async function askShared(
  dialogs: Dialogs,
  { session, ability, template }: TemplateChoice,
): Promise<SharedWish | undefined> {
  const dependsOn = ability.takesDependencies
    ? await askDependencies(dialogs, async () => {
        const backend = await session.backend(never);
        const query = { projectId: template.projectId };
        return (await backend.listTasks(query, { size: MOST_OFFERED }, never)).items;
      })
    : [];
  const priority = dependsOn && ability.takesPriority ? await askPriority(dialogs, '0') : undefined;
  if (!dependsOn || (ability.takesPriority && priority === undefined)) {
    return undefined;
  }
  return {
    ...(dependsOn.length === 0 ? {} : { dependsOn }),
    ...(priority === undefined ? {} : { priority }),
  };
}

/** A whole number; undefined when the person turns away. */
export async function askPriority(dialogs: Dialogs, value: string): Promise<number | undefined> {
  const text = await dialogs.ask({
    title: 'Priority',
    prompt: 'A whole number; higher runs first',
    value,
    validate: (typed) => (/^-?\d{1,9}$/.test(typed.trim()) ? undefined : 'Write a whole number.'),
  });
  return text === undefined ? undefined : Number(text.trim());
}

async function askDependencies(
  dialogs: Dialogs,
  read: () => Promise<readonly { readonly id: string; readonly name: string; readonly status: string }[]>,
): Promise<readonly string[] | undefined> {
  const waits = await dialogs.pick('When may it run?', [
    { label: 'As soon as a worker is free', value: false },
    { label: 'After other tasks have completed…', value: true },
  ]);
  if (waits !== true) {
    return waits === undefined ? undefined : [];
  }
  const choices = (await read()).map(({ id, name, status }) => ({
    label: name,
    description: `${status} · ${id}`,
    value: id,
  }));
  return dialogs.pickMany('After which tasks?', choices);
}
