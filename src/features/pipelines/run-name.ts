/** `digits #4` after `digits`, `digits #2` and `digits #3`: as the SDK counts runs, the first has no number. */
export function nextRunName(name: string, others: readonly string[]): string {
  const base = baseOf(name);
  const numbers = others.filter((other) => baseOf(other) === base).map(numberOf);
  return `${base} #${Math.max(1, ...numbers) + 1}`;
}

function baseOf(name: string): string {
  return name.replace(/\s*#\d+$/, '').trim();
}

function numberOf(name: string): number {
  return Number(/#(\d{1,9})$/.exec(name)?.[1] ?? 1);
}
