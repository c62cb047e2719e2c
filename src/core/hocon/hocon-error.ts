/** A HOCON text that cannot be understood. The message is a sentence without its end, such as `a quote is not closed`. */
export class HoconError extends Error {
  override readonly name = 'HoconError';

  constructor(
    readonly problem: string,
    /** Name of the text it stands in. */
    readonly source: string,
    /** From 1; absent when no single line is to blame. */
    readonly line?: number,
  ) {
    super(`${source}${line === undefined ? '' : `, line ${line}`}: ${problem}.`);
  }
}
