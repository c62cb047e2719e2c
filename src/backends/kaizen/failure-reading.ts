import * as z from 'zod';
import { isTracksideError } from '../../core/errors';
import type { FailureReading } from '../../client/failures';
import { shortened } from '../../core/short-text';

const LONGEST_REASON = 300;
/** The server's own validation of what it was sent names where that was. */
const OF_REQUEST = /^(body|query|path|header)\b/;
const ANSI = /\u001b\[[0-9;]*m/g;

const field = z.object({ field: z.string().optional(), message: z.string() });
const serverFailure = z.object({
  error: z.object({
    code: z.string().optional(),
    message: z.string().catch(''),
    details: z
      .object({ errors: z.array(field) })
      .optional()
      .catch(undefined),
  }),
});
const limitFailure = z.object({ error: z.string(), message: z.string() });
const place = z.array(z.union([z.string(), z.number()]));
const documentFailure = z.object({
  detail: z.union([z.string(), z.array(z.object({ loc: place, msg: z.string() }))]),
  code: z.string().optional(),
});

/**
 * The three shapes of an error: `{error: {code, message, details}}` as the server has it, `{error: "text", message}`
 * where it limits, and `{detail}` as the document has it and the server's check of origins.
 */
export function readKaizenFailure(_status: number, json: unknown): FailureReading | undefined {
  const ofServer = serverFailure.safeParse(json);
  if (ofServer.success) {
    return readServerFailure(ofServer.data.error);
  }
  const ofLimit = limitFailure.safeParse(json);
  if (ofLimit.success) {
    return { reason: plain(ofLimit.data.message), serverCode: ofLimit.data.error };
  }
  const ofDocument = documentFailure.safeParse(json);
  if (!ofDocument.success) {
    return undefined;
  }
  const { detail, code } = ofDocument.data;
  const reason =
    typeof detail === 'string'
      ? detail
      : detail.map(({ loc, msg }) => `${loc.slice(1).join('.')}: ${msg}`).join('; ');
  return { reason: plain(reason), ...(code === undefined ? {} : { serverCode: code }) };
}

function readServerFailure({
  code,
  message,
  details,
}: z.infer<typeof serverFailure>['error']): FailureReading {
  const given = code === undefined ? {} : { serverCode: code };
  const errors = details?.errors ?? [];
  if (errors.length === 0) {
    return { reason: plain(message), ...given };
  }
  const reason = plain(errors.map((error) => `${error.field ?? ''}: ${error.message}`).join('; '));
  const isOwnFault = errors.every((error) => !OF_REQUEST.test(error.field ?? ''));
  // The server checks its own answers too, and says 422 when one of them is wrong.
  return isOwnFault
    ? { reason: `its own answer is wrong (${reason})`, kind: 'server', ...given }
    : { reason, ...given };
}

/** In one line and without colours: development servers send Python's own words. */
function plain(text: string): string {
  return shortened(text.replace(ANSI, '').replace(/\s+/g, ' ').trim(), LONGEST_REASON);
}

/** True where the server has no such call, or no such thing: the two cannot be told apart by the status. */
export function isAbsent(error: unknown): boolean {
  return isTracksideError(error) && (error.detail.status === 404 || error.detail.status === 405);
}

/** True where this account may not, or the server has no such call: the rest of it can be shown all the same. */
export function isWithheld(error: unknown): boolean {
  return isAbsent(error) || (isTracksideError(error) && error.kind === 'forbidden');
}
