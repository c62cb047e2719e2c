/** One request as the fakes see it. */
export interface FakeCall {
  readonly method: string;
  /** Below `/api/v1`, without slashes at the ends. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Thrown for answers that are no success. */
export class FakeRefusal extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
  ) {
    super(reason);
  }
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Throws 404 in the personality's words. */
export function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) {
    throw new FakeRefusal(404, `${what} not found`);
  }
  return value;
}

export function noRoute(): FakeRefusal {
  return new FakeRefusal(404, 'Not Found');
}
