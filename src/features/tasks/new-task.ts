import type { DraftAbility } from '../../backends/launch-contract';
import type { Project } from '../../core/entities';
import { toTracksideError, TracksideError } from '../../core/errors';
import type { TaskRef } from '../../core/task-ref';
import type { ConnectionSession } from '../../store/contract';
import { placeOf } from '../projects/place-lookup';
import { isTreeNode } from '../trees/tree-nodes';
import type { TaskCommandDeps } from './action-commands';
import { askDraft } from './draft-questions';

export interface NewTaskDeps extends TaskCommandDeps {
  /** Shows a task's row and selects it. Throws `notFound` when the view does not list it. */
  readonly reveal: (ref: TaskRef) => Promise<void>;
}

/** Makes a task as a draft, from a project's row or on the active connection. All is asked before anything is sent. */
export async function newTask(deps: NewTaskDeps, node: unknown): Promise<void> {
  const { session, project } = placeFor(deps, node);
  const drafts = await draftsOf(session);
  const request = await askDraft(deps.platform.dialogs, session, drafts, project);
  if (!request) {
    return;
  }
  const taskId = await drafts.create(request, new AbortController().signal);
  session.scheduler.notify({ kind: 'task', ids: [taskId] });
  session.scheduler.notify({ kind: 'projects' });
  const place = 'id' in request.project ? request.project.name : request.project.newName;
  await show(deps, { connectionId: session.info.id, taskId }, `“${request.name}” is a draft in ${place}.`);
}

function placeFor(
  { connections }: NewTaskDeps,
  node: unknown,
): { readonly session: ConnectionSession; readonly project: Project | undefined } {
  const row = isTreeNode(node) ? node : undefined;
  const session = row ? connections.get(row.connectionId) : connections.active();
  if (!session) {
    throw new TracksideError('notFound', 'This connection does not exist any more.', 'Refresh the view.');
  }
  const project = row?.kind === 'project' && !row.isApart ? placeOf(session, row)?.project : undefined;
  return { session, project };
}

async function draftsOf(session: ConnectionSession): Promise<DraftAbility> {
  const { drafts } = await session.backend(new AbortController().signal);
  if (!drafts) {
    throw new TracksideError(
      'invalid',
      `Tasks without a script of yours cannot be made on ${session.info.label}.`,
      'Select another connection.',
    );
  }
  return drafts;
}

/** The task is made by now: a view that leaves it out is told of, and is no failure. */
async function show({ platform, reveal }: NewTaskDeps, ref: TaskRef, made: string): Promise<void> {
  try {
    await reveal(ref);
  } catch (thrown) {
    const { kind, nextStep } = toTracksideError(thrown);
    if (kind !== 'notFound') {
      throw thrown;
    }
    platform.dialogs.info(`${made} The Tasks view does not list it now. ${nextStep}`);
  }
}
