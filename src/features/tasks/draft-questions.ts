import type { DraftAbility, DraftRequest, RepositoryCode } from '../../backends/launch-contract';
import type { Project } from '../../core/entities';
import type { Dialogs } from '../../platform/contract';
import type { ConnectionSession } from '../../store/contract';
import { addressProblem } from '../launch/repository-url';
import { askProject, MIN_NAME_LENGTH } from './project-question';

/**
 * Asks for the name, the project, the type and the code of a new task; `project` is the one at hand. Undefined when the
 * person turns away from any of it.
 */
export async function askDraft(
  dialogs: Dialogs,
  session: ConnectionSession,
  { types }: DraftAbility,
  project: Project | undefined,
): Promise<DraftRequest | undefined> {
  const name = await dialogs.ask({
    title: `New task on ${session.info.label}: name`,
    prompt: 'It is made as a draft and runs when it is enqueued',
    validate: (text) =>
      text.trim().length < MIN_NAME_LENGTH
        ? `A task's name needs at least ${MIN_NAME_LENGTH} characters.`
        : undefined,
  });
  if (name === undefined) {
    return undefined;
  }
  const title = `New task “${name.trim()}”`;
  const choice = await askProject(dialogs, session, {
    title: `${title}: project`,
    offersCurrent: true,
    currentWords: 'where you are',
    ...(project ? { current: { projectId: project.id } } : {}),
  });
  const type =
    choice &&
    (await dialogs.pick(
      `${title}: type`,
      types.map((word) => ({ label: word, value: word })),
      'What kind of work is it?',
    ));
  const code = type === undefined ? undefined : await askCode(dialogs, session, title);
  return choice && type !== undefined && code
    ? { name: name.trim(), project: choice, type, ...(code === 'none' ? {} : { code }) }
    : undefined;
}

async function askCode(
  dialogs: Dialogs,
  { info }: ConnectionSession,
  title: string,
): Promise<RepositoryCode | 'none' | undefined> {
  const choice = await dialogs.pick(`${title}: code`, [
    { label: 'Without code', detail: 'There is nothing to run yet', value: 'none' as const },
    {
      label: 'Code in a git repository…',
      detail: info.isLocal
        ? 'A clearml-agent checks it out and runs it; the local worker does not'
        : 'An agent checks it out and runs it',
      value: 'repository' as const,
    },
  ]);
  return choice === 'repository' ? askRepository(dialogs, title) : choice;
}

async function askRepository(dialogs: Dialogs, title: string): Promise<RepositoryCode | undefined> {
  const repository = await dialogs.ask({
    title: `${title}: repository`,
    prompt: 'Such as https://example.com/team/vision.git',
    validate: repositoryProblem,
  });
  if (repository === undefined) {
    return undefined;
  }
  const branch = await dialogs.ask({
    title: `${title}: branch`,
    prompt: 'May stay empty: the repository’s default branch',
  });
  if (branch === undefined) {
    return undefined;
  }
  const entryPoint = await dialogs.ask({
    title: `${title}: entry point`,
    prompt: 'From the top of the repository, such as src/train.py or -m package.module',
    validate: (text) => (text.trim() === '' ? 'Without it nothing can be run.' : undefined),
  });
  return entryPoint === undefined
    ? undefined
    : {
        repository: repository.trim(),
        entryPoint: entryPoint.trim(),
        ...(branch.trim() === '' ? {} : { branch: branch.trim() }),
      };
}

function repositoryProblem(text: string): string | undefined {
  return text.trim() === '' ? 'Type the address of the repository.' : addressProblem(text);
}
