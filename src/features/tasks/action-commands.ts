import { TASK_ACTIONS, type TaskAction } from '../../core/actions';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { TracksideError } from '../../core/errors';
import type { TaskRef } from '../../core/task-ref';
import type { Platform } from '../../platform/contract';
import type { ActOutcome, Connections, ConnectionSession } from '../../store/contract';
import { askRequest, isAgreed } from './action-questions';
import { report } from './action-report';
import { ACTION_WORDS } from './action-words';
import { pickTask } from './pick-task';
import { cannotSentence, refsOf, splitByAbility, targetOf, type TaskTarget } from './task-targets';

export interface TaskCommandDeps {
  readonly platform: Platform;
  readonly connections: Connections;
}

/** One command per action; each works on a node, a selection, a TaskRef, or asks which task is meant. */
export function registerActionCommands(deps: TaskCommandDeps): Disposable {
  const owned = new DisposableStore();
  for (const action of TASK_ACTIONS) {
    owned.add(
      deps.platform.commands.register(ACTION_WORDS[action].command, (node, nodes, isCalledOnSomething) =>
        runAction(deps, action, refsOf(node, nodes), isCalledOnSomething),
      ),
    );
  }
  return owned;
}

/** From the call to the one report. Throws what the person must know. */
export async function runAction(
  deps: TaskCommandDeps,
  action: TaskAction,
  refs: readonly TaskRef[],
  isCalledOnSomething = false,
): Promise<void> {
  if (refs.length === 0 && isCalledOnSomething) {
    // Asking "which task?" would surprise whoever has just chosen one.
    const message = 'The row changed while its menu was open, so nothing was done.';
    throw new TracksideError('conflict', message, 'Choose the command again.');
  }
  const targets = await targetsFor(deps, action, refs);
  if (targets.length === 0) {
    return;
  }
  const { able, unable } = await splitByAbility(targets, action);
  const [refused] = unable;
  if (able.length === 0 && refused) {
    throw cannotError(unable, action, refused);
  }
  if (!(await isAgreed(deps.platform.dialogs, action, able))) {
    return;
  }
  const outcomes = await actOnAll(deps, action, able);
  if (outcomes) {
    report(deps.platform.dialogs, action, outcomes, unable);
  }
}

async function targetsFor(
  deps: TaskCommandDeps,
  action: TaskAction,
  refs: readonly TaskRef[],
): Promise<readonly TaskTarget[]> {
  if (refs.length > 0) {
    return Promise.all(refs.map((ref) => targetOf(deps.connections, ref)));
  }
  const picked = await pickTask(deps, { title: `${ACTION_WORDS[action].title}: which task?`, action });
  return picked ? [picked] : [];
}

/** Undefined when the person turned away from a question, before anything was sent to that connection or a later one. */
async function actOnAll(
  { platform }: TaskCommandDeps,
  action: TaskAction,
  targets: readonly TaskTarget[],
): Promise<readonly ActOutcome[] | undefined> {
  const sessions = new Set<ConnectionSession>(targets.map(({ session }) => session));
  const planned: (() => Promise<readonly ActOutcome[]>)[] = [];
  for (const session of sessions) {
    const ofSession = targets.filter((target) => target.session === session);
    const request = await askRequest(platform.dialogs, action, session, ofSession);
    if (!request) {
      return undefined;
    }
    const tasks = ofSession.map(({ task }) => task);
    planned.push(() => session.store.act(tasks, request));
  }
  return (await Promise.all(planned.map((run) => run()))).flat();
}

function cannotError(unable: readonly TaskTarget[], action: TaskAction, first: TaskTarget): TracksideError {
  const { done } = ACTION_WORDS[action];
  const message =
    unable.length === 1
      ? cannotSentence(first, action)
      : `None of the ${unable.length} tasks can be ${done}.`;
  return new TracksideError('conflict', message, 'The menu of a task shows what can be done with it.');
}
