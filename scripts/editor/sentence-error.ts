/** A failure a person can act on: its message is one sentence naming the cause and the cure. */
export class SentenceError extends Error {
  /** What scripts/setup/report.mjs looks for. */
  readonly isSentence = true;
}
