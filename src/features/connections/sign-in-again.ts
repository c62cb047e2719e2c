import { randomUUID } from 'node:crypto';
import type { Environment } from '../../backends/backend-entry';
import type { ServerTrust } from '../../client/server-trust';
import { TracksideError } from '../../core/errors';
import type { Dialogs } from '../../platform/contract';
import { askCredentials, hostsIn, splitSecrets } from './ask-credentials';
import { failedSignIn, signInChecked, type CheckSignIn } from './checked-sign-in';
import { chooseServer } from './connection-commands';
import type { ConnectionList } from './connection-list';
import type { ConnectionRecord, ConnectionStorage } from './connection-storage';

export interface SignInAgainDeps {
  readonly dialogs: Dialogs;
  readonly storage: ConnectionStorage;
  readonly connections: ConnectionList;
  readonly environment: Environment;
  readonly check: CheckSignIn;
  trust(): Promise<ServerTrust>;
}

/** Gives a known connection other keys, after trying them. Its id stays, and with it everything that refers to it. */
export async function signInAgain(deps: SignInAgainDeps, node: unknown): Promise<void> {
  const { dialogs, storage, connections, environment, check } = deps;
  const id = await chooseServer(connections, dialogs, 'Sign In Again', node);
  const known = id === undefined ? undefined : storage.record(id);
  if (known === undefined) {
    if (id !== undefined) {
      throw new TracksideError('notFound', 'This connection no longer exists.', 'Add it again.');
    }
    return;
  }
  const { backendRegistry } = await import('../../backends/registry');
  const entry = backendRegistry[known.kind];
  const authorities = await deps.trust();
  const trust =
    known.certificate === undefined ? authorities : { ...authorities, accepted: known.certificate };
  await refuseStranger(dialogs, known, trust);
  const question = { dialogs, entry, url: known.url, trust, environment, known: {} };
  const values = await askCredentials(question);
  if (values === undefined) {
    return;
  }
  const checked = await signInChecked(dialogs, check, known, values, trust).catch((thrown: unknown) => {
    throw failedSignIn(thrown, `Nothing was changed for ${known.label}.`);
  });
  if (checked === undefined) {
    return;
  }
  const { secret, plain } = splitSecrets(entry, { ...hostsIn(entry, known.values ?? {}), ...values });
  const { certificate } = checked;
  const { id: knownId, kind, label, url } = known;
  await storage.add(
    {
      id: knownId,
      kind,
      label,
      url,
      revision: randomUUID(),
      ...(Object.keys(plain).length === 0 ? {} : { values: plain }),
      ...(certificate === undefined ? {} : { certificate }),
    },
    secret,
  );
  connections.reload();
  dialogs.info(`${label} is connected again.`);
}

/** Throws `invalid` when another kind of server answers at the address, which is no one to tell keys. */
async function refuseStranger(
  dialogs: Dialogs,
  { kind, url, label }: ConnectionRecord,
  trust: ServerTrust,
): Promise<void> {
  const { ServerIdentity } = await import('./server-identity');
  const identity = new ServerIdentity(kind, url, () => Promise.resolve(trust));
  const stranger = await dialogs.withProgress(`Looking for ${label}…`, (signal) => identity.stranger(signal));
  if (stranger !== undefined) {
    throw stranger;
  }
}
