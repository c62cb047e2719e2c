import { createHash, randomUUID } from 'node:crypto';

/** A new id in ClearML's form: 32 hexadecimal digits. */
export function newId(): string {
  return randomUUID().replaceAll('-', '');
}

/** The key of a metric or variant name in `last_metrics`. */
export function nameHash(name: string): string {
  return createHash('md5').update(name, 'utf8').digest('hex');
}
