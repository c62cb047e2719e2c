import type { JsonObject } from '../json';

/** One request as an endpoint sees it. */
export interface Call {
  /** The request's JSON object with the query merged in; `{}` for batches. */
  readonly data: JsonObject;
  /** The text of a json-lines body. */
  readonly lines: string | undefined;
  readonly authorization: string | undefined;
  /** Name of the reporting machine or agent, from `X-ClearML-Worker`. */
  readonly worker: string;
  /** True when the ClearML SDK sent it. */
  readonly isSdk: boolean;
  /** Name of the local run that sent it; scalars in it were read from console lines. */
  readonly runName: string | undefined;
}

/** Bytes that are sent as they are, without an envelope. */
export class BinaryAnswer {
  constructor(
    readonly bytes: Uint8Array,
    readonly contentType: string,
  ) {}
}

/** Text that is made while it is sent, without an envelope; its length is not known before. */
export class TextStreamAnswer {
  constructor(
    readonly pieces: Iterable<string>,
    readonly fileName: string,
  ) {}
}

export type Answer = JsonObject | BinaryAnswer | TextStreamAnswer;

/** One call of the API, such as `tasks.get_by_id`. */
export interface Endpoint {
  readonly name: string;
  /** Answered without credentials. */
  readonly isOpen?: boolean;
  /** Takes json-lines bodies. */
  readonly isBatch?: boolean;
  run(call: Call): Answer | Promise<Answer>;
}
