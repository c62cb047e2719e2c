const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** `1.4 MB`; decimal units, as download pages give them. */
export function byteSize(bytes: number): string {
  const power = bytes < 1_000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1);
  const amount = bytes / 1_000 ** power;
  return `${amount.toLocaleString('en', { maximumFractionDigits: power === 0 ? 0 : 1 })} ${UNITS[power] ?? 'B'}`;
}
