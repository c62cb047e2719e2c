import type { ProjectChoice } from '../../core/actions';
import type { Task } from '../../core/entities';
import type { Choice, Dialogs } from '../../platform/contract';
import type { ConnectionSession } from '../../store/contract';

/** The server refuses shorter names of projects and tasks. */
export const MIN_NAME_LENGTH = 3;
const NEW_PROJECT = 'New project…';

export interface ProjectQuestion {
  readonly title: string;
  /** The project that the task is in now, or that is at hand for a new one. */
  readonly current?: Pick<Task, 'projectId'>;
  /** Whether staying where it is can be chosen, and comes first; else it is left out. */
  readonly offersCurrent: boolean;
  /** Stands beside it there; absent: that nothing would change. */
  readonly currentWords?: string;
}

/** Asks for a project of the connection, or the path of a new one. Undefined when the person turns away. */
export async function askProject(
  dialogs: Dialogs,
  { store }: ConnectionSession,
  { title, current, offersCurrent, currentWords = 'as it is' }: ProjectQuestion,
): Promise<ProjectChoice | undefined> {
  await store.refresh({ kind: 'projects' });
  const isCurrent = (id: string): boolean => id === current?.projectId;
  const projects = [...store.projects().items]
    .filter(({ id }) => offersCurrent || !isCurrent(id))
    .sort(
      (a, b) =>
        Number(isCurrent(b.id)) - Number(isCurrent(a.id)) ||
        a.name.localeCompare(b.name, 'en', { numeric: true }),
    );
  const known = projects.map(({ id, name }): Choice<ProjectChoice | 'new'> => ({
    label: name,
    ...(isCurrent(id) ? { description: currentWords } : {}),
    value: { id, name },
  }));
  const choice = await dialogs.pick<ProjectChoice | 'new'>(
    title,
    [...known, { label: NEW_PROJECT, value: 'new' }],
    'Type to search for a project',
  );
  return choice === 'new' ? askNewProject(dialogs) : choice;
}

async function askNewProject(dialogs: Dialogs): Promise<ProjectChoice | undefined> {
  const name = await dialogs.ask({
    title: 'New project',
    prompt: 'Slashes nest projects, as in Vision/Detection',
    validate: (text) =>
      text.split('/').every((part) => part.trim() !== '') &&
      (text.split('/').at(-1) ?? '').trim().length >= MIN_NAME_LENGTH
        ? undefined
        : `The last part needs at least ${MIN_NAME_LENGTH} characters, the others one.`,
  });
  return name === undefined ? undefined : { newName: name.trim() };
}
