import type { Choice, Dialogs } from '../../platform/contract';
import type { Connections } from '../../store/contract';
import { filterWords, type SavedFilters, type TaskFilter } from './task-filter';

/** What can be done with filters that a person keeps. */
export type SavedDeed = 'pick' | 'save' | 'delete';

const LONGEST_NAME = 100;

interface Entry {
  readonly connectionId: string;
  readonly name: string;
  readonly filter: TaskFilter;
}

/** Filters under names, each kept for one connection. */
export class SavedFilterList {
  constructor(
    private readonly filters: SavedFilters,
    private readonly store: (filters: SavedFilters) => Promise<void>,
  ) {}

  /** What is offered now. */
  choices(isFilterSet: boolean): readonly Choice<SavedDeed>[] {
    const count = this.entries().length;
    return [
      ...(count > 0
        ? [
            { label: 'Saved filters…', description: String(count), value: 'pick' as const },
            { label: 'Delete a saved filter…', value: 'delete' as const },
          ]
        : []),
      ...(isFilterSet ? [{ label: 'Save this filter…', value: 'save' as const }] : []),
    ];
  }

  /** The filter that is on afterwards; undefined when it stays as it is. */
  run(
    dialogs: Dialogs,
    deed: SavedDeed,
    current: TaskFilter,
    connections: Connections,
  ): Promise<TaskFilter | undefined> {
    switch (deed) {
      case 'pick':
        return this.pick(dialogs, connections);
      case 'save':
        return this.save(dialogs, current, connections);
      case 'delete':
        return this.delete(dialogs, current, connections);
    }
  }

  private async pick(dialogs: Dialogs, connections: Connections): Promise<TaskFilter | undefined> {
    const entry = await this.choose(dialogs, 'Show tasks as saved under', connections);
    return entry && { ...entry.filter, name: entry.name };
  }

  private async save(
    dialogs: Dialogs,
    current: TaskFilter,
    connections: Connections,
  ): Promise<TaskFilter | undefined> {
    const connectionId = current.own?.connectionId ?? (await chooseConnection(dialogs, connections));
    if (connectionId === undefined) {
      return undefined;
    }
    const text = await dialogs.ask({
      title: 'Save this filter as',
      prompt: filterWords(current).join(', '),
      value: current.name ?? '',
      validate: (typed) =>
        typed.trim() === '' || typed.trim().length > LONGEST_NAME
          ? `A filter needs a name of at most ${LONGEST_NAME} characters.`
          : undefined,
    });
    const name = text?.trim() ?? '';
    if (name === '') {
      return undefined;
    }
    const { name: _name, ...filter } = current;
    const others = this.of(connectionId).filter((each) => each.name !== name);
    await this.store({ ...this.filters, [connectionId]: [...others, { name, filter }] });
    return { ...filter, name };
  }

  /** The filter that is on stays on; it only has no name any more. */
  private async delete(
    dialogs: Dialogs,
    current: TaskFilter,
    connections: Connections,
  ): Promise<TaskFilter | undefined> {
    const entry = await this.choose(dialogs, 'Delete which saved filter?', connections);
    if (entry === undefined) {
      return undefined;
    }
    const left = this.of(entry.connectionId).filter(({ name }) => name !== entry.name);
    await this.store({ ...this.filters, [entry.connectionId]: left });
    const { name, ...filter } = current;
    return name === entry.name ? filter : undefined;
  }

  private choose(dialogs: Dialogs, title: string, connections: Connections): Promise<Entry | undefined> {
    const isSeveral = connections.all().length > 1;
    return dialogs.pick(
      title,
      this.entries()
        .filter(({ connectionId }) => connections.get(connectionId) !== undefined)
        .map((entry) => ({
          label: entry.name,
          description: filterWords(entry.filter).join(', '),
          ...(isSeveral ? { detail: connections.get(entry.connectionId)?.info.label ?? '' } : {}),
          value: entry,
        })),
    );
  }

  private of(connectionId: string): SavedFilters[string] {
    return this.filters[connectionId] ?? [];
  }

  private entries(): readonly Entry[] {
    return Object.entries(this.filters).flatMap(([connectionId, filters]) =>
      filters.map(({ name, filter }) => ({ connectionId, name, filter })),
    );
  }
}

async function chooseConnection(dialogs: Dialogs, connections: Connections): Promise<string | undefined> {
  const [only, second] = connections.all();
  if (!second) {
    return only?.info.id;
  }
  return dialogs.pick(
    'Save the filter for which connection?',
    connections.all().map(({ info }) => ({ label: info.label, value: info.id })),
  );
}
