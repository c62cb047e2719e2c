import { randomUUID } from 'node:crypto';
import type { Environment, FoundSignIn } from '../../backends/backend-entry';
import { BACKEND_KINDS, type BackendKind, type ServerDescription } from '../../backends/contract';
import { KIND_FACTS } from '../../backends/kind-facts';
import type { ServerTrust } from '../../client/server-trust';
import { TracksideError } from '../../core/errors';
import type { Dialogs } from '../../platform/contract';
import { askCredentials, splitSecrets } from './ask-credentials';
import { failedSignIn, signInChecked, type CheckSignIn, type SignInTarget } from './checked-sign-in';
import type { ConnectionList } from './connection-list';
import { chooseStart, type ConnectionStart } from './connection-start';
import type { ConnectionRecord, ConnectionStorage } from './connection-storage';
import { findMeant, findServers, recognizableKinds, type FoundServer } from './find-server';
import { readServerAddress, type ServerAddress } from './server-address';
import { strangerText } from './server-identity';

export interface AddConnectionDeps {
  readonly dialogs: Dialogs;
  readonly storage: ConnectionStorage;
  readonly connections: ConnectionList;
  readonly environment: Environment;
  readonly check: CheckSignIn;
  /** Certificates of authorities that the settings name. */
  trust(): Promise<ServerTrust>;
}

type GoodAddress = ServerAddress & { ok: true };

/** Asks for a server and who signs in, tries it, and stores it only when it works. */
export async function addConnection(deps: AddConnectionDeps): Promise<void> {
  const { dialogs, environment } = deps;
  const { backendRegistry } = await import('../../backends/registry');
  const start = await chooseStart(dialogs, backendRegistry, environment);
  const typed = start && (await askAddress(dialogs, start));
  if (typed === undefined) {
    return;
  }
  const trust = await deps.trust();
  const meant = start?.kind ?? typed.kind;
  const target = await locate(dialogs, meant, typed.address, trust);
  if (target === undefined || !(await agreesToPlainHttp(dialogs, target))) {
    return;
  }
  const entry = backendRegistry[target.kind];
  const { values: known, uncheckedBy } = foundFor(target.kind, meant, typed);
  const values = await askCredentials({ dialogs, entry, url: target.url, trust, environment, known });
  if (values !== undefined) {
    const told = uncheckedBy === undefined ? target : { ...target, uncheckedBy };
    await addChecked(deps, told, values, trust);
  }
}

/** Keys for one kind of server are nothing to another. */
function foundFor(kind: BackendKind, meant: BackendKind | undefined, { found }: TypedAddress): FoundSignIn {
  return found && (meant === undefined || meant === kind) ? found : { values: {} };
}

async function addChecked(
  { dialogs, storage, connections, check }: AddConnectionDeps,
  target: SignInTarget,
  values: Readonly<Record<string, string>>,
  trust: ServerTrust,
): Promise<void> {
  const { backendRegistry } = await import('../../backends/registry');
  const checked = await signInChecked(dialogs, check, target, values, trust).catch((thrown: unknown) => {
    throw failedSignIn(thrown, `${target.label} was not added.`);
  });
  if (checked === undefined) {
    return;
  }
  const { description, certificate } = checked;
  const { secret, plain } = splitSecrets(backendRegistry[target.kind], values);
  const added: ConnectionRecord = {
    id: randomUUID(),
    kind: target.kind,
    label: freeLabel(target.label, description.user, connections),
    url: target.url,
    ...(Object.keys(plain).length === 0 ? {} : { values: plain }),
    ...(certificate === undefined ? {} : { certificate }),
  };
  await storage.add(added, secret);
  connections.reload();
  const takesScripts = KIND_FACTS[added.kind].takesScripts;
  if (takesScripts) {
    await connections.setActive(added.id);
  }
  const now = takesScripts ? ' New tasks go there.' : '';
  dialogs.info(`${added.label} is connected${whoText(description)}.${now}`);
}

interface TypedAddress {
  readonly address: GoodAddress;
  readonly found?: FoundSignIn;
  /** Of the kind whose block of keys was pasted. */
  readonly kind?: BackendKind;
}

async function askAddress(
  dialogs: Dialogs,
  { kind, found }: ConnectionStart,
): Promise<TypedAddress | undefined> {
  if (found?.url !== undefined) {
    const address = readServerAddress(found.url);
    if (!address.ok) {
      throw new TracksideError('invalid', `${found.url}: ${address.problem}`, 'Correct it where it stands.');
    }
    return { address, found };
  }
  const readers = await textReaders(kind);
  const typed = await dialogs.ask({
    title: 'Add Connection: address of the server',
    prompt: await addressPrompt(kind, readers),
    validate: (text) => {
      const address = readServerAddress(readPasted(readers, text)?.found.url ?? text);
      return address.ok ? undefined : address.problem;
    },
  });
  if (typed === undefined) {
    return undefined;
  }
  const pasted = readPasted(readers, typed);
  const address = readServerAddress(pasted?.found.url ?? typed);
  if (!address.ok) {
    return undefined;
  }
  const values = { ...found?.values, ...pasted?.found.values };
  return { address, found: { ...found, values }, ...(pasted === undefined ? {} : { kind: pasted.kind }) };
}

interface TextReader {
  readonly kind: BackendKind;
  readText(text: string): FoundSignIn | undefined;
}

async function textReaders(wanted: BackendKind | undefined): Promise<readonly TextReader[]> {
  const { backendRegistry } = await import('../../backends/registry');
  const kinds: readonly BackendKind[] = wanted === undefined ? BACKEND_KINDS : [wanted];
  const loaded = await Promise.all(
    kinds.map(async (kind): Promise<readonly TextReader[]> => {
      const sources = await backendRegistry[kind].loadSources?.();
      return sources === undefined ? [] : [{ kind, readText: (text) => sources.readText(text) }];
    }),
  );
  return loaded.flat();
}

function readPasted(
  readers: readonly TextReader[],
  text: string,
): { readonly kind: BackendKind; readonly found: FoundSignIn } | undefined {
  for (const reader of readers) {
    const found = reader.readText(text);
    if (found !== undefined) {
      return { kind: reader.kind, found };
    }
  }
  return undefined;
}

async function addressPrompt(kind: BackendKind | undefined, readers: readonly TextReader[]): Promise<string> {
  const { backendRegistry } = await import('../../backends/registry');
  const example = kind === undefined ? 'Such as https://host:port' : backendRegistry[kind].urlPlaceholder;
  const labels = readers.map((reader) => backendRegistry[reader.kind].label).join(' or ');
  return labels === '' ? example : `${example}; or paste the block that ${labels} shows with new keys`;
}

/** The kind and the address that are meant, with a word when they are not what was typed. */
async function locate(
  dialogs: Dialogs,
  kind: BackendKind | undefined,
  address: GoodAddress,
  trust: ServerTrust,
): Promise<SignInTarget | undefined> {
  const { backendRegistry } = await import('../../backends/registry');
  const found = await dialogs.withProgress(`Looking for ${address.label}…`, (signal) =>
    kind === undefined
      ? findServers(recognizableKinds(backendRegistry), backendRegistry, address, signal, trust)
      : findMeant(kind, backendRegistry, address, signal, trust),
  );
  const chosen = found.length > 1 ? await chooseFound(dialogs, found) : found[0];
  if (chosen !== undefined && kind !== undefined && chosen.kind !== kind) {
    return agreedInstead(dialogs, chosen, kind);
  }
  if (chosen !== undefined) {
    tellWhere(dialogs, chosen, kind, address);
    return { ...chosen, label: new URL(chosen.url).host };
  }
  const named = kind ?? (found.length > 1 ? undefined : await chooseKind(dialogs, address));
  return named && { kind: named, url: address.url, label: address.label };
}

/** A word when it is not simply what was typed. */
function tellWhere(
  dialogs: Dialogs,
  { kind, url }: FoundServer,
  meant: BackendKind | undefined,
  address: GoodAddress,
): void {
  const words = [
    meant === undefined ? `${new URL(url).host} is a ${KIND_FACTS[kind].label} server.` : '',
    url === address.url ? '' : `Its API answers at ${url}, which is used instead of ${address.url}.`,
  ];
  const word = words.filter(Boolean).join(' ');
  if (word !== '') {
    dialogs.info(word);
  }
}

async function agreedInstead(
  dialogs: Dialogs,
  found: FoundServer,
  meant: BackendKind,
): Promise<SignInTarget | undefined> {
  const agreed = await dialogs.confirm(
    strangerText(found, meant),
    'No keys were sent to it. Check the address, or connect to what is there.',
    `Connect to ${KIND_FACTS[found.kind].label}`,
  );
  return agreed ? { ...found, label: new URL(found.url).host } : undefined;
}

async function chooseFound(
  dialogs: Dialogs,
  found: readonly FoundServer[],
): Promise<FoundServer | undefined> {
  const { backendRegistry } = await import('../../backends/registry');
  return dialogs.pick(
    'Add Connection: which one?',
    found.map((server) => ({
      label: backendRegistry[server.kind].label,
      description: server.url,
      value: server,
    })),
    'Several kinds of servers answer at this address',
  );
}

async function chooseKind(dialogs: Dialogs, { label }: GoodAddress): Promise<BackendKind | undefined> {
  const { backendRegistry } = await import('../../backends/registry');
  return dialogs.pick(
    `Nothing that Trackside knows answers at ${label}`,
    BACKEND_KINDS.map((kind) => ({ label: backendRegistry[kind].label, value: kind })),
    'Press Escape and check the address, or choose what it is and try to sign in',
  );
}

function agreesToPlainHttp(dialogs: Dialogs, { url, label }: SignInTarget): Promise<boolean> {
  const address = readServerAddress(url);
  return address.ok && !address.isUnprotected
    ? Promise.resolve(true)
    : dialogs.confirm(
        `Send keys to ${label} without encryption?`,
        'The address begins with http://, so everybody on the way can read the keys and the data.',
        'Connect Anyway',
      );
}

/** Labels tell connections apart in trees and in tasks.json: a second account gets its name, or a number. */
function freeLabel(wanted: string, user: string | undefined, connections: ConnectionList): string {
  const taken = new Set(connections.all().map(({ info }) => info.label));
  const named = user === undefined || !taken.has(wanted) ? wanted : `${wanted} (${user})`;
  let label = named;
  for (let number = 2; taken.has(label); number += 1) {
    label = `${named} (${number})`;
  }
  return label;
}

function whoText({ product, user }: ServerDescription): string {
  return ` (${product}${user === undefined ? '' : `, as ${user}`})`;
}
