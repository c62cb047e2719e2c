import { randomUUID } from 'node:crypto';
import type { BackendEntry, ConnectField } from '../../backends/backend-entry';
import type { BackendKind, ServerDescription } from '../../backends/contract';
import { TracksideError, toTracksideError } from '../../core/errors';
import type { Dialogs } from '../../platform/contract';
import type { ConnectionList } from './connection-list';
import type { ConnectionRecord, ConnectionStorage, Credentials } from './connection-storage';
import { readPastedCredentials, type PastedCredentials } from './pasted-credentials';
import { readServerAddress } from './server-address';

export interface AddConnectionDeps {
  readonly dialogs: Dialogs;
  readonly storage: ConnectionStorage;
  readonly connections: ConnectionList;
  /** Signs in with these keys and says what answered; throws TracksideError. */
  check(kind: BackendKind, url: string, keys: Credentials, signal: AbortSignal): Promise<ServerDescription>;
}

interface Wanted {
  readonly url: string;
  readonly label: string;
  readonly keys: Credentials;
}

const KIND: BackendKind = 'clearml';
const PASTE_HINT = 'or paste the whole block that ClearML shows when you create credentials';

/** Asks for a server and its keys, tries them, and stores them only when they work. */
export async function addConnection(deps: AddConnectionDeps): Promise<void> {
  const wanted = await askServer(deps);
  if (wanted === undefined) {
    return;
  }
  const { dialogs, storage, connections } = deps;
  const description = await dialogs.withProgress(`Signing in to ${wanted.label}…`, (signal) =>
    checkOnce(deps, wanted, signal),
  );
  const added: ConnectionRecord = {
    id: randomUUID(),
    kind: KIND,
    label: freeLabel(wanted.label, connections),
    url: wanted.url,
  };
  await storage.add(added, wanted.keys);
  connections.reload();
  await connections.setActive(added.id);
  dialogs.info(`${added.label} is connected${whoText(description)}. New tasks go there.`);
}

async function checkOnce(
  deps: AddConnectionDeps,
  { url, keys, label }: Wanted,
  signal: AbortSignal,
): Promise<ServerDescription> {
  try {
    return await deps.check(KIND, url, keys, signal);
  } catch (thrown) {
    const { kind, message, nextStep, detail } = toTracksideError(thrown);
    throw new TracksideError(kind, `${label} was not added. ${message}`, nextStep, detail);
  }
}

async function askServer(deps: AddConnectionDeps): Promise<Wanted | undefined> {
  const { dialogs } = deps;
  const { backendRegistry } = await import('../../backends/registry');
  const entry = backendRegistry[KIND];
  const typed = await dialogs.ask({
    title: `${entry.label}: address of the API server`,
    prompt: `${entry.urlPlaceholder}, ${PASTE_HINT}`,
    validate: (text) => addressProblem(readPastedCredentials(text)?.url ?? text),
  });
  if (typed === undefined) {
    return undefined;
  }
  const pasted = readPastedCredentials(typed);
  const address = readServerAddress(pasted?.url ?? typed);
  if (!address.ok || (address.isUnprotected && !(await agreesToPlainHttp(dialogs, address.label)))) {
    return undefined;
  }
  const keys = await askKeys(dialogs, entry, pasted);
  return keys === undefined ? undefined : { url: address.url, label: address.label, keys };
}

function addressProblem(text: string): string | undefined {
  const address = readServerAddress(text);
  return address.ok ? undefined : address.problem;
}

function agreesToPlainHttp(dialogs: Dialogs, label: string): Promise<boolean> {
  return dialogs.confirm(
    `Send keys to ${label} without encryption?`,
    'The address begins with http://, so everybody on the way can read the keys and the data.',
    'Connect Anyway',
  );
}

async function askKeys(
  dialogs: Dialogs,
  { fields }: BackendEntry,
  pasted: PastedCredentials | undefined,
): Promise<Credentials | undefined> {
  const [accessField, secretField] = fields;
  const accessKey = pasted?.accessKey ?? (await askField(dialogs, accessField));
  if (accessKey === undefined) {
    return undefined;
  }
  const secretKey = pasted?.secretKey ?? (await askField(dialogs, secretField));
  return secretKey === undefined ? undefined : { accessKey: accessKey.trim(), secretKey: secretKey.trim() };
}

async function askField(dialogs: Dialogs, field: ConnectField | undefined): Promise<string | undefined> {
  if (field === undefined) {
    return undefined;
  }
  const { label, prompt, isSecret, validate } = field;
  return dialogs.ask({ title: label, prompt, isSecret, ...(validate === undefined ? {} : { validate }) });
}

/** Labels tell connections apart in trees and in tasks.json, so that a second account on a server gets a number. */
function freeLabel(wanted: string, connections: ConnectionList): string {
  const taken = new Set(connections.all().map(({ info }) => info.label));
  let label = wanted;
  for (let number = 2; taken.has(label); number += 1) {
    label = `${wanted} (${number})`;
  }
  return label;
}

function whoText({ product, user }: ServerDescription): string {
  return ` (${product}${user === undefined ? '' : `, as ${user}`})`;
}
