const LONGEST_VALUE = 300;

/** Text from outside as Markdown that shows it letter by letter: no links, images, HTML or formatting come of it. */
export function escapeMarkdown(text: string): string {
  const oneLine = text.replace(/\s+/gu, ' ').trim();
  const short = oneLine.length > LONGEST_VALUE ? `${oneLine.slice(0, LONGEST_VALUE)}…` : oneLine;
  return short.replace(/[\\`*_{}[\]()#+\-.!|<>~&$:@"'=^]/gu, '\\$&');
}

/** A title and facts, one a line; facts without a value are left out. Values come from outside. */
export function factSheet(title: string, facts: readonly (readonly [string, string | undefined])[]): string {
  const lines = facts.flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [`${name}: ${escapeMarkdown(value)}`],
  );
  return [`**${escapeMarkdown(title)}**`, ...lines].join('  \n');
}
