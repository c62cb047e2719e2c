/** `run` → `run (copy)` → `run (copy 2)`. */
export function copyName(name: string): string {
  const copy = /^(.*) \(copy(?: (\d{1,6}))?\)$/s.exec(name);
  return copy === null ? `${name} (copy)` : `${copy[1] ?? ''} (copy ${Number(copy[2] ?? 1) + 1})`;
}
