/** The last part of a name from elsewhere, safe on every file system; also of one that ends in nothing or is all dots. */
export function plainFileName(name: string): string {
  const last = name.split(/[\\/]/).findLast((part) => part !== '') ?? '';
  const plain = last
    .replace(/[:*?"<>|\u0000-\u001f]/g, '_')
    .replace(/^\.+/, '')
    .slice(0, 120);
  return plain === '' ? 'file' : plain;
}

/** The last part of an address's path, decoded; undefined where there is none. */
export function nameInAddress(uri: string): string | undefined {
  try {
    const last = new URL(uri).pathname.split('/').at(-1) ?? '';
    return last === '' ? undefined : decodeURIComponent(last);
  } catch {
    return undefined;
  }
}
