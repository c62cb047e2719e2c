const DATE_TIME = String.raw`\d{4}[-/]\d{2}[-/]\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?:\s?(?:Z|[+-]\d{2}:?\d{2}))?`;
const CLOCK = String.raw`\d{2}:\d{2}:\d{2}(?:[.,]\d+)?`;
/** Also what programs put around and after a time stamp that begins a line. */
const AT_START = new RegExp(
  String.raw`^(\s*)[\[(]?(?:${DATE_TIME}|${CLOCK}(?![\d:<]))[\])]?[ \t]*(?:[-|:][ \t]+)?`,
);
const ANYWHERE = new RegExp(DATE_TIME, 'g');

/**
 * A line of a console without its time stamps, so that the same line of two runs is the same text: one at the
 * beginning is taken away, dates with times elsewhere become `<time>`. Bare clock times elsewhere stay, since they may
 * be durations.
 */
export function withoutTimes(line: string): string {
  return line.replace(AT_START, '$1').replace(ANYWHERE, '<time>');
}
