import { ApiError } from '../api-error';
import type { JsonObject } from '../json';

/** Does the same to each id. The answer is a success also when every single one failed, and says which and why. */
export function eachInTurn(ids: readonly string[], run: (id: string) => JsonObject): JsonObject {
  const succeeded: JsonObject[] = [];
  const failed: JsonObject[] = [];
  for (const id of ids) {
    try {
      succeeded.push({ id, ...run(id) });
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      const { code, subcode, message } = error;
      failed.push({ id, error: { codes: [code, subcode], msg: message, data: {} } });
    }
  }
  return { succeeded, failed };
}
