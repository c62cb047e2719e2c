/**
 * What servers learnt at some version of the API and do not refuse before, so that no answer tells: they ignore it, or
 * do something else. Found by running and reading servers of API 2.13 to 2.34.
 */
export const API_MINOR = {
  /** Paths down to the `value` of a parameter, without which nothing is ordered by it. */
  parameterValues: 14,
  /** Rows from a place on, by `start` and `size`; before, those are ignored and the first page comes. */
  rowsByPlace: 16,
  /** Leaves out what has the tag `hidden` without being told to. */
  hidesByItself: 17,
  /** Deleting a queue gives its tasks back what they were; before, they stay queued in a queue that is gone. */
  queueDeletionFrees: 21,
  /** A range of `created`; before, it is ignored and all rows come. */
  createdRange: 31,
  /** Parameters and configurations of a task that waits, by force. */
  editsWhileQueued: 34,
} as const;

export type ApiFeature = keyof typeof API_MINOR;

/** Whether a server of this version has it. One that does not tell its version is taken for a new one. */
export function hasFeature(apiVersion: string | undefined, feature: ApiFeature): boolean {
  return apiVersion === undefined || isAtLeast(apiVersion, 2, API_MINOR[feature]);
}

/** Whether a version such as `2.31` is this one or later. */
export function isAtLeast(version: string, major: number, minor: number): boolean {
  const [first = 0, second = 0] = version.split('.').map(Number);
  return first > major || (first === major && second >= minor);
}
