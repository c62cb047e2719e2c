import { TracksideError } from '../../core/errors';
import type { Logger } from '../../core/logger';
import { counted } from '../trees/plural';

/** Failures named in one summary. */
const MOST_NAMED = 5;

/** What was refused for one of several things. */
export interface Failure {
  readonly name: string;
  readonly error: TracksideError;
}

/**
 * One error that tells how an action on `total` things went, of which these failed; of one thing alone, its own. All
 * failures go to the log, which the message leads to.
 */
export function failureSummary(
  logger: Pick<Logger, 'warn'>,
  action: { readonly done: string; readonly noun: string; readonly total: number },
  failures: readonly [Failure, ...Failure[]],
): TracksideError {
  const { done, noun, total } = action;
  const [first] = failures;
  if (total === 1) {
    return first.error;
  }
  failures.forEach(({ name, error }) => logger.warn(`“${name}”: ${error.message}`));
  const named = failures.slice(0, MOST_NAMED).map(({ name, error }) => `“${name}”: ${error.message}`);
  const rest = failures.length - named.length;
  const summary = [
    `${total - failures.length} of ${counted(total, noun)} ${done}.`,
    ...named,
    ...(rest > 0 ? [`And ${counted(rest, 'more failure')}.`] : []),
  ].join(' ');
  return new TracksideError(first.error.kind, summary, first.error.nextStep);
}
