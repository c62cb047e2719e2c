import * as z from 'zod/mini';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { statusLabel, TASK_STATUSES } from '../../core/status';
import { COMMANDS, CONTEXT_KEYS } from '../../platform/command-ids';
import type { Choice, Platform } from '../../platform/contract';
import type { Connections, ConnectionSession } from '../../store/contract';
import type { OwnPart } from './own-filter-questions';
import { SavedFilterList, type SavedDeed } from './saved-filters';
import { parseTags } from './tag-text';
import {
  filterWords,
  isFilterSet,
  NO_FILTER,
  parseSavedFilters,
  parseTaskFilter,
  rangeWords,
  sortWords,
  type TaskFilter,
  type TaskFilterState,
} from './task-filter';
import { FILTER_STATE_KEY } from './task-filter-state';

const SAVED_KEY = 'tasks.savedFilters';
const MOST_KNOWN_TAGS = 12;
/** What a caller may pass to `trackside.tasks.filter` instead of being asked. */
const givenFilter = z.strictObject({
  statuses: z.optional(z.array(z.enum(TASK_STATUSES))),
  text: z.optional(z.string()),
  tags: z.optional(z.array(z.string())),
  isArchived: z.optional(z.boolean()),
});

export interface FilterDeps {
  readonly platform: Platform;
  readonly connections: Connections;
}

export function registerFilterCommands(
  { platform, connections }: FilterDeps,
  state: TaskFilterState,
): Disposable {
  const apply = async (filter: TaskFilter): Promise<void> => {
    state.set(filter);
    platform.setContext(CONTEXT_KEYS.isTaskFilterSet, isFilterSet(filter));
    await platform.state.set(FILTER_STATE_KEY, filter);
  };
  const owned = new DisposableStore();
  owned.add(
    platform.commands.register(COMMANDS.filterTasks, async (given) => {
      const parsed = givenFilter.safeParse(given);
      const filter = parsed.success
        ? parseTaskFilter(parsed.data)
        : await askFilter({ platform, connections }, state.current);
      if (filter) {
        await apply(filter);
      }
    }),
  );
  owned.add(platform.commands.register(COMMANDS.clearTaskFilter, () => apply(NO_FILTER)));
  return owned;
}

type Part = 'statuses' | 'text' | 'tags' | 'archived' | 'clear' | OwnPart | SavedDeed;

async function askFilter(deps: FilterDeps, current: TaskFilter): Promise<TaskFilter | undefined> {
  const { dialogs, state } = deps.platform;
  const words = filterWords(current);
  const saved = new SavedFilterList(state.get(SAVED_KEY, parseSavedFilters) ?? {}, (filters) =>
    state.set(SAVED_KEY, filters),
  );
  const part = await dialogs.pick<Part>(
    'Filter Tasks',
    [
      { label: 'Status…', description: current.statuses.join(', '), value: 'statuses' },
      { label: 'Text…', description: current.text, detail: 'In the name, id or comment', value: 'text' },
      { label: 'Tags…', description: current.tags.join(', '), value: 'tags' },
      ...ownChoices(deps, current),
      {
        label: current.isArchived ? 'Show tasks that are not archived' : 'Show archived tasks only',
        value: 'archived',
      },
      ...saved.choices(isFilterSet(current)),
      ...(isFilterSet(current) ? [{ label: 'Clear the filter', value: 'clear' as const }] : []),
    ],
    words.length === 0 ? 'Choose what to filter by' : `Now: ${words.join(', ')}`,
  );
  return part && askPart(deps, part, current, saved);
}

/** What only a server that keeps metrics and parameters of its tasks can be asked. */
function ownChoices({ connections }: FilterDeps, { own }: TaskFilter): readonly Choice<Part>[] {
  if (ableSessions(connections.all()).length === 0) {
    return [];
  }
  return [
    { label: 'Type…', description: own?.types.join(', ') ?? '', value: 'types' },
    { label: 'User…', description: own?.users.map(({ name }) => name).join(', ') ?? '', value: 'users' },
    {
      label: 'Metric or parameter…',
      description: own?.ranges.map(rangeWords).join(', ') ?? '',
      value: 'ranges',
    },
    { label: 'Order…', description: own?.sort ? sortWords(own.sort) : '', value: 'sort' },
  ];
}

async function askPart(
  { platform: { dialogs }, connections }: FilterDeps,
  part: Part,
  given: TaskFilter,
  saved: SavedFilterList,
): Promise<TaskFilter | undefined> {
  const { name: _name, ...current } = given;
  switch (part) {
    case 'types':
    case 'users':
    case 'ranges':
    case 'sort': {
      const { askOwnPart } = await import('./own-filter-questions');
      return askOwnPart(dialogs, part, current, ableSessions(connections.all()));
    }
    case 'save':
    case 'pick':
    case 'delete':
      return saved.run(dialogs, part, given, connections);
    case 'statuses': {
      const choices = TASK_STATUSES.map((status) => ({ label: statusLabel(status), value: status }));
      const statuses = await dialogs.pickMany('Show tasks that are… (none selected: all)', choices);
      return statuses && { ...current, statuses: [...statuses] };
    }
    case 'text': {
      const text = await dialogs.ask({
        title: 'Filter tasks by text',
        prompt: 'Part of the name, id or comment; empty for all',
        value: current.text,
      });
      return text === undefined ? undefined : { ...current, text: text.trim() };
    }
    case 'tags': {
      const tags = knownTags(connections);
      const known = tags.length === 0 ? '' : ` Known: ${tags.slice(0, MOST_KNOWN_TAGS).join(', ')}`;
      const text = await dialogs.ask({
        title: 'Filter tasks by tags',
        prompt: `Separated by commas; a task must carry all of them.${known}`,
        value: current.tags.join(', '),
      });
      return text === undefined ? undefined : { ...current, tags: [...parseTags(text)] };
    }
    case 'archived':
      return { ...current, isArchived: !current.isArchived };
    case 'clear':
      return NO_FILTER;
  }
}

function ableSessions(sessions: readonly ConnectionSession[]): readonly ConnectionSession[] {
  return sessions.filter(({ openBackend }) => openBackend?.table !== undefined);
}

function knownTags(connections: Connections): readonly string[] {
  const tags = connections.all().flatMap(({ store }) => [...store.knownTasks()].flatMap((task) => task.tags));
  return [...new Set(tags)].sort();
}
