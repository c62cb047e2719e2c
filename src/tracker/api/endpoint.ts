import * as z from 'zod';
import { ApiError } from '../api-error';
import type { Answer, Call, Endpoint } from '../http/call';
import type { TrackerContext } from '../tracker-context';

/** An endpoint that only reads. `schema` describes what it needs of the request; unknown fields are ignored. */
export function reading<S extends z.ZodType>(
  name: string,
  schema: S,
  run: (input: z.output<S>, call: Call) => Answer,
): Endpoint {
  return { name, run: (call) => run(parse(schema, call.data), call) };
}

/** An endpoint that changes something: all of it is on disk when it answers, or none of it is stored. */
export function writing<S extends z.ZodType>(
  context: TrackerContext,
  name: string,
  schema: S,
  run: (input: z.output<S>, call: Call) => Answer,
): Endpoint {
  return {
    name,
    run: (call) => {
      const input = parse(schema, call.data);
      return context.storage.transaction(() => run(input, call));
    },
  };
}

/** Checks a value against a schema. Throws 400/11 for missing and 400/12 for wrong fields, naming them. */
export function parse<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) {
    return result.data;
  }
  const [issue] = result.error.issues;
  const field = issue?.path.join('.') ?? '';
  const isMissing = issue?.code === 'invalid_type' && issue.message.includes('received undefined');
  throw isMissing
    ? new ApiError(400, 11, `Missing required fields (${field})`)
    : new ApiError(400, 12, `Validation error (${field}: ${issue?.message ?? 'invalid'})`);
}

/** Ids as a list or a single one. */
export const ids = z
  .union([z.array(z.string()), z.string()])
  .nullish()
  .transform((value) => (typeof value === 'string' ? [value] : (value ?? [])));

/** `only_fields` and its like. */
export const paths = ids;

/** An id, a name, a comment: text that may be absent or null. */
export const maybeText = z
  .string()
  .nullish()
  .transform((value) => value ?? undefined);

export const maybeFlag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);

export const maybeCount = z
  .number()
  .int()
  .nullish()
  .transform((value) => value ?? undefined);

/** An object whose members are stored as they are. */
export const maybeObject = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((value) => value ?? undefined);

/** Tags; names that begin with `__$` are the server's operators and refused. */
export const maybeTags = z
  .array(z.string().refine((tag) => !tag.startsWith('__$'), 'tags must not start with __$'))
  .nullish()
  .transform((value) => value ?? undefined);
