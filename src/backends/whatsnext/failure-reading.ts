import type { FailureReading } from '../../client/failures';
import { TracksideError } from '../../core/errors';
import { refusal } from './schema';

/** Reads FastAPI's refusals; undefined for anything else, such as the plain texts of 401, 403, 429 and 500. */
export function readWhatsNextFailure(_status: number, json: unknown): FailureReading | undefined {
  const parsed = refusal.safeParse(json);
  if (!parsed.success) {
    return undefined;
  }
  const { detail } = parsed.data;
  if (typeof detail === 'string') {
    return { reason: detail };
  }
  const [first] = detail;
  return first === undefined ? undefined : { reason: `${first.loc.slice(1).join('.')}: ${first.msg}` };
}

/**
 * The server answers 401 without a key, 403 for a wrong one, and knows no rights beyond that, so both are about
 * credentials.
 */
export function withKeyWords(error: TracksideError, hasKey: boolean): TracksideError {
  switch (error.detail.status) {
    case 401:
      return new TracksideError(
        'unauthorized',
        'The server wants an API key.',
        hasKey ? 'Check the API key of this connection.' : 'Add the connection again with an API key.',
        error.detail,
      );
    case 403:
      return new TracksideError(
        'unauthorized',
        'The server does not know this API key.',
        'Add the connection again with a key from its api_keys.',
        error.detail,
      );
    default:
      return error;
  }
}

/**
 * A released version of the server stores statuses in the wrong case, which its database refuses: creating or changing
 * a project, creating a single job and changing a job then answer 500, always. Repeating does not help.
 */
export function knownDefect(what: string, nextStep: string, cause: TracksideError): TracksideError {
  return new TracksideError(
    'server',
    `This WhatsNext server cannot ${what}: it answers with an error of its own (status 500), as versions with a known defect in how they store statuses always do.`,
    nextStep,
    { ...cause.detail, serverCode: KNOWN_DEFECT },
  );
}

/** `serverCode` of failures that {@link knownDefect} made. */
export const KNOWN_DEFECT = 'whatsnext/status-case';
