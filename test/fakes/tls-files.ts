import { readFileSync } from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../../scripts/editor/toolchain';

const tlsFolder = path.join(repositoryRoot(), 'test', 'fixtures', 'tls');

export function tlsFile(name: string): string {
  return path.join(tlsFolder, name);
}

/** Key and certificate of a test server. */
export function tlsPair(name: string): { readonly key: string; readonly cert: string } {
  const read = (ending: string): string => readFileSync(tlsFile(`${name}.${ending}`), 'utf8');
  return { key: read('key'), cert: read('pem') };
}
