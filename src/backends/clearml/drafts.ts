import type { DraftAbility, DraftRequest, RepositoryCode } from '../launch-contract';
import { checkedName } from './actions';
import { defined } from './map';
import { ensureProject } from './projects';
import { createdData } from './schema';
import type { ClearMlSession } from './session';
import { TASK_TYPES } from './task-types-wire';

/** Tasks without a script of this machine. */
export function draftAbility(session: ClearMlSession): DraftAbility {
  return {
    // A report is a document, which the server's own page writes.
    types: TASK_TYPES.filter((type) => type !== 'report'),
    create: (request, signal) => createDraft(session, request, signal),
  };
}

async function createDraft(
  session: ClearMlSession,
  { name, project, type, code }: DraftRequest,
  signal: AbortSignal,
): Promise<string> {
  const body = {
    name: checkedName(name),
    type,
    project:
      'id' in project
        ? project.id
        : await ensureProject(session, checkedName(project.newName, 'project'), signal),
    ...(code === undefined ? {} : { script: scriptOf(code) }),
  };
  const { id } = await session.call('tasks.create', body, createdData, { isIdempotent: false, signal });
  return id;
}

/** As an agent reads it: it checks out the newest commit of the branch, and goes to its top. */
function scriptOf({ repository, branch, entryPoint }: RepositoryCode): object {
  return {
    binary: 'python3',
    repository,
    entry_point: entryPoint,
    working_dir: '.',
    ...defined({ branch }),
  };
}
