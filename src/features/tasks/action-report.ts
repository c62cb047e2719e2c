import type { TaskAction } from '../../core/actions';
import { TracksideError } from '../../core/errors';
import type { Platform } from '../../platform/contract';
import type { ActOutcome } from '../../store/contract';
import { counted } from '../trees/plural';
import { ACTION_WORDS } from './action-words';
import { cannotSentence, type TaskTarget } from './task-targets';

/** Failures named in one summary. */
const MOST_NAMED = 5;

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
  const failures = failuresOf(action, outcomes, unable);
  const succeeded = outcomes.filter(({ ok }) => ok).length;
  const total = outcomes.length + unable.length;
  const [first] = failures;
  if (first && total === 1) {
    throw first.error;
  }
  if (first) {
    // The message names only some; the log, which it leads to, has all.
    failures.forEach(({ name, error }) => logger.warn(`“${name}”: ${error.message}`));
    throw new TracksideError(
      first.error.kind,
      failureSummary(action, succeeded, total, failures),
      first.error.nextStep,
    );
  }
  const sentence = successSentence(action, outcomes);
  if (sentence !== undefined) {
    dialogs.info(sentence);
  }
}

interface Failure {
  readonly name: string;
  readonly error: TracksideError;
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

function failureSummary(
  action: TaskAction,
  succeeded: number,
  total: number,
  failures: readonly Failure[],
): string {
  const { done } = ACTION_WORDS[action];
  const named = failures.slice(0, MOST_NAMED).map(({ name, error }) => `“${name}”: ${error.message}`);
  const rest = failures.length - named.length;
  return [
    `${succeeded} of ${counted(total, 'task')} ${done}.`,
    ...named,
    ...(rest > 0 ? [`And ${counted(rest, 'more failure', 'more failures')}.`] : []),
  ].join(' ');
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
