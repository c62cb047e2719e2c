import { TASK_ACTIONS, type TaskAction, type TaskActionRequest } from '../../core/actions';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { TracksideError } from '../../core/errors';
import type { TaskRef } from '../../core/task-ref';
import { COMMANDS } from '../../platform/command-ids';
import type { Dialogs, Platform } from '../../platform/contract';
import type { ActOutcome, Connections, ConnectionSession } from '../../store/contract';
import { askConsent } from './action-consent';
import { askRequest } from './action-questions';
import { report } from './action-report';
import { ACTION_WORDS } from './action-words';
import { askCloneWithChanges } from './clone-questions';
import { askPlanned, planOf, saysItself } from './planned-action';
import { pickTask } from './pick-task';
import {
  cannotSentence,
  refsOf,
  requireRow,
  splitByAbility,
  targetOf,
  type TaskTarget,
} from './task-targets';

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
  owned.add(
    deps.platform.commands.register(COMMANDS.cloneTaskWithChanges, (node, nodes, isCalledOnSomething) =>
      runAction(deps, 'clone', refsOf(node, nodes), isCalledOnSomething, askCloneWithChanges),
    ),
  );
  const askCode: Ask = async (dialogs, session, targets) => {
    const { askCodeEdits } = await import('./code-questions');
    return askCodeEdits(dialogs, session, targets);
  };
  owned.add(
    deps.platform.commands.register(COMMANDS.editCode, (node, nodes, isCalledOnSomething) =>
      runAction(deps, 'edit', refsOf(node, nodes), isCalledOnSomething, askCode),
    ),
  );
  return owned;
}

/** From the call to the one report. Throws what the person must know. */
export async function runAction(
  deps: TaskCommandDeps,
  action: TaskAction,
  refs: readonly TaskRef[],
  isCalledOnSomething = false,
  ask?: Ask,
): Promise<void> {
  requireRow(refs, isCalledOnSomething);
  const targets = await targetsFor(deps, action, refs);
  if (targets.length === 0) {
    return;
  }
  const { able, unable } = await splitByAbility(targets, action);
  const [refused] = unable;
  if (able.length === 0 && refused) {
    throw cannotError(unable, action, refused);
  }
  const usual = able.filter((target) => !saysItself(target));
  const consent = usual.length === 0 ? {} : await askConsent(deps.platform.dialogs, action, usual);
  if (!consent) {
    return;
  }
  const askUsual: Ask = (dialogs, session, given) => askRequest(dialogs, action, consent, session, given);
  const outcomes = await actOnAll(deps.platform.dialogs, able, withPlans(action, ask ?? askUsual));
  if (outcomes) {
    report(deps.platform, action, outcomes, unable);
  }
}

/** Where a server says itself what its actions do, that is told first. */
function withPlans(action: TaskAction, ask: Ask): Ask {
  return async (dialogs, session, given) => {
    if (!given.some(saysItself)) {
      return ask(dialogs, session, given);
    }
    const plan = await planOf(session, action, given);
    if (plan) {
      return askPlanned(dialogs, action, plan, given, () => ask(dialogs, session, given));
    }
    return (await askConsent(dialogs, action, given)) && ask(dialogs, session, given);
  };
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

/** What to send for the targets of one connection; undefined when the person turns away. */
type Ask = (
  dialogs: Dialogs,
  session: ConnectionSession,
  targets: readonly TaskTarget[],
) => Promise<TaskActionRequest | undefined>;

/** Undefined when the person turned away from a question, before anything was sent. */
async function actOnAll(
  dialogs: Dialogs,
  targets: readonly TaskTarget[],
  ask: Ask,
): Promise<readonly ActOutcome[] | undefined> {
  const sessions = new Set<ConnectionSession>(targets.map(({ session }) => session));
  const planned: (() => Promise<readonly ActOutcome[]>)[] = [];
  for (const session of sessions) {
    const ofSession = targets.filter((target) => target.session === session);
    const request = await ask(dialogs, session, ofSession);
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
