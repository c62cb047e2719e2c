import type { BackendEntry, ConnectField, Environment, SignInWay } from '../../backends/backend-entry';
import type { ServerTrust } from '../../client/server-trust';
import type { Dialogs } from '../../platform/contract';
import type { Credentials } from './connection-storage';

export interface CredentialsQuestion {
  readonly dialogs: Dialogs;
  readonly entry: BackendEntry;
  readonly url: string;
  readonly trust: ServerTrust;
  readonly environment: Environment;
  /** What is known already; fields that are complete are not asked for. */
  readonly known: Credentials;
}

/** Values of the fields of one way to sign in; undefined when turned away. Empty optional fields are left out. */
export async function askCredentials(question: CredentialsQuestion): Promise<Credentials | undefined> {
  const { dialogs, entry, known, environment } = question;
  if (isComplete(entry.fields, known)) {
    return known;
  }
  const fields = await chooseFields(question);
  if (fields === undefined) {
    return undefined;
  }
  const values: Record<string, string> = { ...hostsIn(entry, known) };
  for (const field of fields) {
    const value = known[field.key] ?? (await askField(dialogs, entry, field, environment));
    if (value === undefined) {
      return undefined;
    }
    if (value.trim() !== '') {
      values[field.key] = value.trim();
    }
  }
  return values;
}

/** The same values, those apart that must stay in the secret storage. */
export function splitSecrets(
  { fields, hosts = [], otherWays = [] }: BackendEntry,
  values: Credentials,
): { readonly secret: Credentials; readonly plain: Credentials } {
  const open = new Set(
    [...fields, ...hosts, ...otherWays.flatMap((way) => way.fields)]
      .filter(({ isSecret }) => !isSecret)
      .map(({ key }) => key),
  );
  const entries = Object.entries(values);
  return {
    secret: Object.fromEntries(entries.filter(([key]) => !open.has(key))),
    plain: Object.fromEntries(entries.filter(([key]) => open.has(key))),
  };
}

/** Those of the values that are addresses beside the server's own. */
export function hostsIn({ hosts = [] }: BackendEntry, values: Credentials): Credentials {
  return Object.fromEntries(
    hosts.flatMap(({ key }) => (values[key] === undefined ? [] : [[key, values[key]] as const])),
  );
}

function isComplete(fields: readonly ConnectField[], known: Credentials): boolean {
  return (
    Object.keys(known).length > 0 &&
    fields.every(({ key, validate }) => validate?.(known[key] ?? '') === undefined)
  );
}

async function chooseFields(question: CredentialsQuestion): Promise<readonly ConnectField[] | undefined> {
  const { dialogs, entry, known } = question;
  const hasKeys = Object.keys(known).length > Object.keys(hostsIn(entry, known)).length;
  const ways = hasKeys ? [] : await offeredWays(question);
  if (ways.length === 0) {
    return entry.fields;
  }
  const usual = {
    label: entry.fields.map(({ label }) => label).join(' and '),
    value: entry.fields,
  };
  return dialogs.pick(`${entry.label}: how do you sign in?`, [
    usual,
    ...ways.map(({ label, detail, fields }) => ({ label, detail, value: fields })),
  ]);
}

async function offeredWays({
  dialogs,
  entry,
  url,
  trust,
}: CredentialsQuestion): Promise<readonly SignInWay[]> {
  const { otherWays = [] } = entry;
  if (otherWays.length === 0) {
    return [];
  }
  return dialogs.withProgress(`Asking ${new URL(url).host} how to sign in…`, async (signal) => {
    const offers = await Promise.all(otherWays.map((way) => way.isOffered(url, signal, trust)));
    return otherWays.filter((_way, index) => offers[index]);
  });
}

function askField(
  dialogs: Dialogs,
  entry: BackendEntry,
  { label, prompt, isSecret, environmentName, validate }: ConnectField,
  environment: Environment,
): Promise<string | undefined> {
  const value = environmentName === undefined ? undefined : environment[environmentName];
  const hints = [
    prompt,
    ...(value === undefined ? [] : [`Filled in from ${environmentName ?? ''}`]),
    ...(validate === undefined ? ['May be left empty'] : []),
  ];
  return dialogs.ask({
    title: `${entry.label}: ${label}`,
    prompt: hints.join('. '),
    isSecret,
    ...(value === undefined ? {} : { value }),
    ...(validate === undefined ? {} : { validate }),
  });
}
