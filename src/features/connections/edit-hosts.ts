import { randomUUID } from 'node:crypto';
import type { ConnectField } from '../../backends/backend-entry';
import { KIND_FACTS } from '../../backends/kind-facts';
import { TracksideError } from '../../core/errors';
import type { Dialogs } from '../../platform/contract';
import { hostsIn } from './ask-credentials';
import { chooseServer } from './connection-commands';
import type { ConnectionList } from './connection-list';
import type { ConnectionStorage } from './connection-storage';

export interface EditHostsDeps {
  readonly dialogs: Dialogs;
  readonly storage: ConnectionStorage;
  readonly connections: ConnectionList;
}

/** Asks where a server's pages and files are; what is left empty is worked out from the server's own address. */
export async function editHosts(
  { dialogs, storage, connections }: EditHostsDeps,
  node: unknown,
): Promise<void> {
  const title = 'Set Web and Files Addresses';
  const id = await chooseServer(
    connections,
    dialogs,
    title,
    node,
    (kind) => KIND_FACTS[kind].hasOtherHosts === true,
  );
  if (id === undefined) {
    return;
  }
  const known = storage.record(id);
  if (known === undefined) {
    throw new TracksideError('notFound', 'This connection no longer exists.', 'Add it again.');
  }
  const { backendRegistry } = await import('../../backends/registry');
  const entry = backendRegistry[known.kind];
  const before = hostsIn(entry, known.values ?? {});
  const given: Record<string, string> = {};
  for (const field of entry.hosts ?? []) {
    const text = await askHost(dialogs, known.label, field, before[field.key]);
    if (text === undefined) {
      return;
    }
    if (text !== '') {
      given[field.key] = text;
    }
  }
  const kept = Object.entries(known.values ?? {}).filter(([key]) => !(key in before));
  const values = { ...Object.fromEntries(kept), ...given };
  const { values: _before, ...rest } = known;
  await storage.put({
    ...rest,
    revision: randomUUID(),
    ...(Object.keys(values).length === 0 ? {} : { values }),
  });
  connections.reload();
  dialogs.info(`${known.label}: ${wordsOf(entry.hosts ?? [], given)}.`);
}

async function askHost(
  dialogs: Dialogs,
  connection: string,
  { label, prompt, validate }: ConnectField,
  value = '',
): Promise<string | undefined> {
  const text = await dialogs.ask({
    title: `${connection}: ${label.toLowerCase()}`,
    prompt,
    value,
    validate: (typed) => (typed.trim() === '' ? undefined : validate?.(typed)),
  });
  return text?.trim();
}

function wordsOf(hosts: readonly ConnectField[], given: Readonly<Record<string, string>>): string {
  return hosts
    .map(({ key, label }) => `${label.toLowerCase()}: ${given[key] ?? 'worked out from that of the API'}`)
    .join('; ');
}
