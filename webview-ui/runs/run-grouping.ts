import type { GroupBy } from '../../src/features/metrics/view-contract';
import type { RunParameters, RunView } from '../../src/features/metrics/runs-contract';

/** Runs that are drawn as one line. */
export interface RunGroup {
  /** The same for the same words, so that a group keeps its colour. */
  readonly id: string;
  readonly label: string;
  /** Keys of the runs. */
  readonly runs: readonly string[];
}

export type Parameters = ReadonlyMap<string, RunParameters['parameters']>;

/** In the order of their names, as numbers where they are; a run with several tags is in several groups. */
export function groupRuns(
  runs: readonly RunView[],
  parameters: Parameters,
  by: GroupBy,
): readonly RunGroup[] {
  const members = new Map<string, string[]>();
  for (const run of runs) {
    for (const label of new Set(labelsOf(run, parameters, by))) {
      members.set(label, [...(members.get(label) ?? []), run.key]);
    }
  }
  return [...members]
    .map(([label, keys]) => ({ id: `group ${label}`, label, runs: keys }))
    .sort((a, b) => a.label.localeCompare(b.label, 'en', { numeric: true }));
}

function labelsOf(run: RunView, parameters: Parameters, by: GroupBy): readonly string[] {
  switch (by.kind) {
    case 'project':
      return [run.projectName ?? 'no project'];
    case 'tag':
      return run.tags.length === 0 ? ['no tag'] : run.tags;
    case 'parameter': {
      const known = parameters.get(run.key);
      if (known === undefined || known === null) {
        return [known === null ? 'parameters unknown' : 'parameters not read yet'];
      }
      const found = known.find(({ section, name }) => section === by.section && name === by.name);
      return [
        `${by.name} = ${found === undefined ? 'not set' : found.value === '' ? '(empty)' : found.value}`,
      ];
    }
  }
}

/** A parameter that runs can be put together by. */
export interface ParameterChoice {
  readonly section: string;
  readonly name: string;
  /** How many values it has among the runs; one that is not set is one. */
  readonly valueCount: number;
}

/** Those that differ first, the ones with fewest values before the others. */
export function parameterChoices(parameters: Parameters): readonly ParameterChoice[] {
  const values = new Map<
    string,
    { readonly section: string; readonly name: string; readonly seen: string[] }
  >();
  const known = [...parameters.values()].flatMap((each) => (each === null ? [] : [each]));
  for (const { section, name, value } of known.flat()) {
    const key = JSON.stringify([section, name]);
    const entry = values.get(key) ?? { section, name, seen: [] };
    values.set(key, entry);
    entry.seen.push(value);
  }
  const choices = [...values.values()].map(({ section, name, seen }) => ({
    section,
    name,
    valueCount: new Set(seen).size + (seen.length < known.length ? 1 : 0),
  }));
  const rank = ({ valueCount }: ParameterChoice): number => (valueCount === 1 ? Infinity : valueCount);
  return choices.sort(
    (a, b) =>
      Math.sign(rank(a) - rank(b) || 0) || a.section.localeCompare(b.section) || a.name.localeCompare(b.name),
  );
}
