import type { BackendEntry, Environment, FoundSignIn, SignInSources } from '../../backends/backend-entry';
import { BACKEND_KINDS, type BackendKind } from '../../backends/contract';
import { toTracksideError, TracksideError } from '../../core/errors';
import type { Choice, Dialogs } from '../../platform/contract';

/** What a new connection begins with. Without a kind it has to be found out from the address. */
export interface ConnectionStart {
  readonly kind?: BackendKind;
  readonly found?: FoundSignIn;
}

type Registry = Readonly<Record<BackendKind, BackendEntry>>;
type Wish =
  | { readonly do: 'type'; readonly kind?: BackendKind }
  | { readonly do: 'use'; readonly kind: BackendKind; readonly found: FoundSignIn }
  | {
      readonly do: 'read';
      readonly kind: BackendKind;
      readonly sources: SignInSources;
      readonly path?: string;
    };

/** Asks what kind of server it is, offering first what this machine knows already. Undefined when turned away. */
export async function chooseStart(
  dialogs: Dialogs,
  registry: Registry,
  environment: Environment,
): Promise<ConnectionStart | undefined> {
  const sources = await loadSources(registry);
  const ready = await Promise.all(sources.map((source) => readyChoices(source, environment)));
  const wish = await dialogs.pick<Wish>(
    'Add Connection',
    [...ready.flat(), ...kindChoices(registry), ...sources.map(otherFileChoice)],
    'What kind of server is it?',
  );
  switch (wish?.do) {
    case undefined:
      return undefined;
    case 'type':
      return wish.kind === undefined ? {} : { kind: wish.kind };
    case 'use':
      return { kind: wish.kind, found: wish.found };
    case 'read':
      return readStart(dialogs, wish, environment);
  }
}

interface KindSources {
  readonly kind: BackendKind;
  readonly label: string;
  readonly sources: SignInSources;
}

async function loadSources(registry: Registry): Promise<readonly KindSources[]> {
  const loaded = await Promise.all(
    BACKEND_KINDS.map(async (kind) => {
      const entry = registry[kind];
      const sources = await entry.loadSources?.();
      return sources === undefined ? [] : [{ kind, label: entry.label, sources }];
    }),
  );
  return loaded.flat();
}

function kindChoices(registry: Registry): readonly Choice<Wish>[] {
  const kinds = BACKEND_KINDS.map((kind): Choice<Wish> => {
    const { label, urlPlaceholder } = registry[kind];
    return { label, description: urlPlaceholder, value: { do: 'type', kind } };
  });
  return [
    ...kinds,
    { label: 'I do not know', description: 'find out from the address', value: { do: 'type' } },
  ];
}

function otherFileChoice({ kind, label, sources }: KindSources): Choice<Wish> {
  return { label: `${label}: another ${sources.fileName}…`, value: { do: 'read', kind, sources } };
}

async function readyChoices(source: KindSources, environment: Environment): Promise<readonly Choice<Wish>[]> {
  const { kind, label, sources } = source;
  const variables = sources.readEnvironment(environment);
  const fromVariables: readonly Choice<Wish>[] =
    variables?.url === undefined
      ? []
      : [
          {
            label: `${label}: environment variables`,
            description: variables.url,
            detail: `${sources.variableNames} of the editor`,
            value: { do: 'use', kind, found: variables },
          },
        ];
  return [...(await usualFileChoice(source, environment)), ...fromVariables];
}

/** A file that cannot be read is offered as well: choosing it tells which line is wrong. */
async function usualFileChoice(
  { kind, label, sources }: KindSources,
  environment: Environment,
): Promise<readonly Choice<Wish>[]> {
  const path = sources.usualFile(environment);
  const choice = (description: string): Choice<Wish> => ({
    label: `${label}: ${sources.fileName}`,
    description,
    detail: path,
    value: { do: 'read', kind, sources, path },
  });
  try {
    const found = await sources.readFile(path, environment);
    return found?.url === undefined ? [] : [choice(found.url)];
  } catch (error) {
    return [choice(toTracksideError(error).message)];
  }
}

async function readStart(
  dialogs: Dialogs,
  { kind, sources, path }: Wish & { do: 'read' },
  environment: Environment,
): Promise<ConnectionStart | undefined> {
  const chosen =
    path ??
    (await dialogs.ask({
      title: `Path of ${sources.fileName}`,
      value: sources.usualFile(environment),
      validate: (text) => (text.trim() === '' ? 'Type the path of the file.' : undefined),
    }));
  if (chosen === undefined) {
    return undefined;
  }
  const found = await sources.readFile(chosen.trim(), environment);
  if (found === undefined) {
    throw new TracksideError('notFound', `There is no file ${chosen.trim()}.`, 'Check the path.');
  }
  return { kind, found };
}
