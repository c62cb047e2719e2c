import { newId } from '../ids';
import type { JsonObject } from '../json';

/** The API level that the tracker says it has: that of ClearML server 2.3.0. */
export const API_VERSION = '2.34';
export const SERVER_VERSION = '2.3.0';

export interface EnvelopeFacts {
  readonly endpoint: string;
  /** As the client asked for it; absent means the newest. */
  readonly requestedVersion: string | undefined;
  /** Echoed back when the client sent one. */
  readonly transaction: string | undefined;
  readonly code: number;
  readonly subcode: number;
  readonly message: string;
  readonly data: JsonObject;
}

/** The body of every answer, success and error alike; clients depend on each field's type. */
export function envelope(facts: EnvelopeFacts): string {
  const id = newId();
  const requested = facts.requestedVersion ?? API_VERSION;
  const isOld = Number(requested) < 2.1;
  return JSON.stringify({
    meta: {
      id,
      trx: facts.transaction ?? id,
      endpoint: {
        name: facts.endpoint,
        requested_version: isOld ? Number(requested) : requested,
        actual_version: '1.0',
      },
      result_code: facts.code,
      result_subcode: facts.subcode,
      result_msg: facts.message,
      error_stack: null,
      error_data: {},
    },
    data: facts.data,
  });
}
