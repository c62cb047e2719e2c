import type { TaskDetails } from './task-details';

/** What parameters are known by: those that a server keeps, and arguments that a script was launched with. */
export interface KnownParameter {
  readonly section: string;
  readonly name: string;
  readonly value: string;
}

/** Sections under which the `clearml` package records what the script itself made of its arguments. */
const RECORDED = ['Args', 'Hydra'];
const SECTION = 'Arguments';
/** `--lr`, `--lr=0.1`, `-l`; never a negative number. */
const OPTION = /^-{1,2}([A-Za-z][^=]*)(?:=(.*))?$/su;
/** `lr=0.1`, as Hydra and others take them. */
const ASSIGNMENT = /^([A-Za-z_+][\w.+/-]*)=(.*)$/su;

/**
 * A task's parameters by which it is compared and grouped. Of a script that records none itself, the arguments it was
 * launched with count: how it reads them is not known, so that an option takes the one word after it, and without one is
 * `true`; words of no option are numbered from 1.
 */
export function knownParameters({
  parameters,
  arguments: given = [],
}: TaskDetails): readonly KnownParameter[] {
  return parameters.some(({ section }) => RECORDED.includes(section))
    ? parameters
    : [...parameters, ...argumentParameters(given)];
}

function argumentParameters(given: readonly string[]): readonly KnownParameter[] {
  const values = new Map<string, string>();
  const note = (name: string, value: string): void => {
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before} ${value}`);
  };
  const words = [...given];
  let place = 0;
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const [, option, given] = OPTION.exec(word) ?? [];
    const [, name, assigned] = ASSIGNMENT.exec(word) ?? [];
    if (option !== undefined) {
      note(option, given ?? (isValue(words[0]) ? (words.shift() ?? '') : 'true'));
    } else if (name !== undefined) {
      note(name, assigned ?? '');
    } else if (word !== '--') {
      place += 1;
      note(String(place), word);
    }
  }
  return [...values].map(([name, value]) => ({ section: SECTION, name, value }));
}

function isValue(word: string | undefined): boolean {
  return word !== undefined && word !== '--' && !OPTION.test(word);
}
