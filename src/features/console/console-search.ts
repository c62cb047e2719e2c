import { Worker } from 'node:worker_threads';
import { toTracksideError, TracksideError } from '../../core/errors';
import type { SearchAnswer, SearchRequest } from './search-contract';

const LONGEST_PATTERN = 1_000;

/** Why an expression cannot be searched for; undefined when it can. */
export function patternProblem(pattern: string): string | undefined {
  if (pattern.length > LONGEST_PATTERN) {
    return `An expression has at most ${LONGEST_PATTERN} characters.`;
  }
  try {
    new RegExp(pattern, flagsOf(pattern));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Case counts when the expression has capitals, those of escapes such as `\S` aside. */
export function flagsOf(pattern: string): string {
  return /[A-Z]/.test(pattern.replace(/\\./g, '')) ? '' : 'i';
}

/**
 * Searches a file line by line in a thread of its own, which ends with the search. Memory stays small whatever the size
 * of the file. Rejects with TracksideError; with `cancelled` when `signal` aborts.
 */
export function searchFile(
  workerPath: string,
  request: SearchRequest,
  signal: AbortSignal,
): Promise<SearchAnswer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerPath, { workerData: request });
    const end = (): void => {
      signal.removeEventListener('abort', cancel);
      void worker.terminate();
    };
    const cancel = (): void => {
      end();
      reject(new TracksideError('cancelled', 'Cancelled.', ''));
    };
    signal.addEventListener('abort', cancel, { once: true });
    worker.once('message', (answer: SearchAnswer) => {
      end();
      resolve(answer);
    });
    worker.once('error', (error: unknown) => {
      end();
      reject(
        new TracksideError(
          'server',
          `The console could not be searched: ${toTracksideError(error).message}`,
          'Try again.',
        ),
      );
    });
  });
}
