import { isTracksideError } from '../../core/errors';

/** `Fields not defined for object: fields=(report), object=Task.` */
const UNKNOWN_FIELDS = /\bfields=\(([^)]*)\)/;

/**
 * Servers refuse a whole request that names a field in `only_fields` that they do not have, which for an old server
 * are those of later releases. What was refused once is left out from then on.
 */
export class KnownFields {
  private readonly unknown = new Map<string, Set<string>>();

  /** The body without the fields that the server is known not to have. */
  trimmed(call: string, body: object): object {
    const unknown = this.unknown.get(serviceOf(call));
    return unknown === undefined || !('only_fields' in body) || !Array.isArray(body.only_fields)
      ? body
      : { ...body, only_fields: body.only_fields.filter((field) => !unknown.has(rootOf(field))) };
  }

  /** Whether a refusal told of fields that this request need not ask for, so that it is worth another try. */
  learn(call: string, body: object, error: unknown): boolean {
    if (!isTracksideError(error) || error.detail.serverCode !== '400/14' || !('only_fields' in body)) {
      return false;
    }
    const known = this.unknown.get(serviceOf(call)) ?? new Set<string>();
    const named = (UNKNOWN_FIELDS.exec(error.message)?.[1] ?? '')
      .split(',')
      .map((field) => rootOf(field.trim()));
    const found = named.filter((field) => field !== '' && !known.has(field));
    this.unknown.set(serviceOf(call), new Set([...known, ...found]));
    return found.length > 0;
  }
}

/** Calls of one service are about one kind of object. */
function serviceOf(call: string): string {
  return call.slice(0, call.indexOf('.'));
}

function rootOf(field: unknown): string {
  return typeof field === 'string' ? (field.split('.')[0] ?? '') : '';
}
