import { TracksideError, type FailureKind } from '../../core/errors';
import type { FailureReading } from '../../client/failures';
import { envelope } from './schema';

/** ClearML says most things with 400 and a subcode; these mean something else than "invalid". */
const KIND: Readonly<Record<string, FailureKind>> = {
  '400/6': 'forbidden',
  '400/13': 'forbidden',
  '400/101': 'notFound',
  '400/110': 'conflict',
  '400/121': 'conflict',
  '400/123': 'conflict',
  '400/129': 'conflict',
  '400/201': 'notFound',
  '400/203': 'conflict',
  '400/205': 'conflict',
  '400/206': 'conflict',
  '400/401': 'notFound',
  '400/403': 'notFound',
  '400/701': 'notFound',
  '400/702': 'conflict',
  '400/703': 'conflict',
  '400/706': 'conflict',
  '400/801': 'conflict',
  '400/1001': 'notFound',
  '301/1': 'notFound',
};

/** Sentences for what happens in ordinary use; everything else is said in the server's own words. */
const SENTENCE: Readonly<Record<string, string>> = {
  '400/101': 'The task no longer exists on the server.',
  '400/121': 'The task changed on the server in the same moment.',
  '400/123': 'The server deletes only drafts and archived tasks.',
  '400/201': 'The model no longer exists on the server.',
  '400/203': 'The model is published already.',
  '400/205': 'A published task uses this model.',
  '400/206': 'The task that made this model is published.',
  '400/401': 'The project no longer exists on the server.',
  '400/701': 'The queue no longer exists on the server.',
  '400/703': 'The task is no longer in that queue.',
  '400/706': 'The task is already in that queue.',
  '401/20': 'The server wants credentials.',
  '401/22': 'The server does not know this access key, or the secret key is wrong.',
  '401/31': 'The server has blocked these credentials.',
  '403/21': 'This is a public example on the server; it can be cloned, not changed.',
  '500/4': 'The server refuses to write: its disk is almost full.',
};

/** Reads ClearML's envelope of an error answer; undefined when it is none. */
export function readClearMlFailure(_status: number, json: unknown): FailureReading | undefined {
  const parsed = envelope.safeParse(json);
  if (!parsed.success) {
    return undefined;
  }
  const { result_code: code, result_subcode: subcode, result_msg: text } = parsed.data.meta;
  return readCodes([code, subcode ?? 0], text ?? '');
}

function readCodes(codes: readonly number[], text: string): FailureReading {
  const serverCode = codes.slice(0, 2).join('/');
  const kind = KIND[serverCode];
  const message = SENTENCE[serverCode] ?? transitionSentence(serverCode, text);
  return {
    serverCode,
    ...(text === '' ? {} : { reason: text }),
    ...(kind === undefined ? {} : { kind }),
    ...(message === undefined ? {} : { message }),
  };
}

/**
 * `Invalid task status: … current_status=completed, new_status=queued` as a sentence, and
 * `… task_id=…, status=published` and `expected=created, status=completed`, as resets and edits are refused.
 */
function transitionSentence(serverCode: string, text: string): string | undefined {
  const from = /\b(?:current_)?status=(\w+)/.exec(text)?.[1];
  const to = /\bnew_status=(\w+)/.exec(text)?.[1];
  if (serverCode !== '400/110' || from === undefined) {
    return undefined;
  }
  const rest =
    to === undefined ? ', which does not allow this' : `, and cannot become ${to.replaceAll('_', ' ')}`;
  return `On the server the task is ${from.replaceAll('_', ' ')} now${rest}.`;
}

/** Why one item of a `*_many` call was refused. */
export function itemFailure(call: string, codes: readonly number[], text: string): TracksideError {
  const { message, kind = 'invalid', serverCode } = readCodes(codes, text);
  const sentence =
    message ?? `The server refused ${call}${text === '' ? '' : `: ${text.replace(/[.\s]+$/, '')}`}.`;
  return new TracksideError(kind, sentence, 'Refresh and look at the state it is in now.', {
    ...(serverCode === undefined ? {} : { serverCode }),
  });
}
