import type { TaskAction } from '../../core/actions';
import { TracksideError } from '../../core/errors';
import type { Platform } from '../../platform/contract';
import type { ActOutcome } from '../../store/contract';
import { counted } from '../trees/plural';
import { ACTION_WORDS } from './action-words';
import { failureSummary, type Failure } from './failure-summary';
import { cannotSentence, type TaskTarget } from './task-targets';

/**
 * Says once how an action went. One task that went well needs no words beyond the server's note, its row shows it.
 * Throws a summary when something failed; the command registrar shows it.
 */
export function report(
  { dialogs, logger }: Pick<Platform, 'dialogs' | 'logger'>,
  action: TaskAction,
  outcomes: readonly ActOutcome[],
  unable: readonly TaskTarget[],
): void {
  const [first, ...others] = failuresOf(action, outcomes, unable);
  if (first) {
    const total = outcomes.length + unable.length;
    const { done } = ACTION_WORDS[action];
    throw failureSummary(logger, { done, noun: 'task', total }, [first, ...others]);
  }
  const sentence = successSentence(action, outcomes);
  if (sentence !== undefined) {
    dialogs.info(sentence);
  }
}

function failuresOf(
  action: TaskAction,
  outcomes: readonly ActOutcome[],
  unable: readonly TaskTarget[],
): readonly Failure[] {
  return [
    ...outcomes.flatMap((outcome) => (outcome.ok ? [] : [{ name: outcome.task.name, error: outcome.error }])),
    ...unable.map((target) => ({
      name: target.task.name,
      error: new TracksideError(
        'conflict',
        cannotSentence(target, action),
        'Its menu shows what can be done with it.',
      ),
    })),
  ];
}

function successSentence(action: TaskAction, outcomes: readonly ActOutcome[]): string | undefined {
  const notes = new Set(outcomes.flatMap((outcome) => (outcome.ok ? (outcome.outcome.note ?? []) : [])));
  const [only] = outcomes;
  if (outcomes.length === 1 && only) {
    const created = action === 'clone' ? `Cloned “${only.task.name}”; the copy is a draft.` : undefined;
    return [...notes][0] ?? created;
  }
  return [`${counted(outcomes.length, 'task')} ${ACTION_WORDS[action].done}.`, ...notes].join(' ');
}
