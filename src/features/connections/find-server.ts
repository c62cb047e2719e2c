import type { BackendEntry } from '../../backends/backend-entry';
import { BACKEND_KINDS, type BackendKind } from '../../backends/contract';
import type { ServerTrust } from '../../client/server-trust';

/** Where a kind of server answered. */
export interface FoundServer {
  readonly kind: BackendKind;
  readonly url: string;
}

export interface Whereabouts {
  readonly url: string;
  /** The same without encryption, where the person did not say which. */
  readonly plainUrl?: string;
}

export type Recognizers = Readonly<
  Record<BackendKind, Pick<BackendEntry, 'label' | 'recognize' | 'otherAddresses'>>
>;

/** Longest wait for all the answers together. */
const FIND_WITHIN_MS = 15_000;

/**
 * Asks at the address, and where each kind has its API beside it, which of the kinds answers there: one answer for a
 * kind at most, the nearest one. Sends no credentials.
 */
export async function findServers(
  kinds: readonly BackendKind[],
  registry: Recognizers,
  where: Whereabouts,
  signal: AbortSignal,
  trust: ServerTrust,
): Promise<readonly FoundServer[]> {
  const ended = new AbortController();
  const either = AbortSignal.any([signal, ended.signal, AbortSignal.timeout(FIND_WITHIN_MS)]);
  try {
    const found = await Promise.all(
      kinds.map(async (kind): Promise<readonly FoundServer[]> => {
        const url = await nearest(registry[kind], where, either, trust);
        return url === undefined ? [] : [{ kind, url }];
      }),
    );
    return found.flat();
  } finally {
    ended.abort();
  }
}

/**
 * What answers where one kind was meant: servers of that kind, and only where there are none those of others, so that
 * nobody's keys go to a server that they are not for.
 */
export async function findMeant(
  kind: BackendKind,
  registry: Recognizers,
  where: Whereabouts,
  signal: AbortSignal,
  trust: ServerTrust,
): Promise<readonly FoundServer[]> {
  const meant = await findServers([kind], registry, where, signal, trust);
  const others = recognizableKinds(registry).filter((other) => other !== kind);
  return meant.length > 0 ? meant : findServers(others, registry, where, signal, trust);
}

/** Every kind that can be recognized. */
export function recognizableKinds(registry: Recognizers): readonly BackendKind[] {
  return BACKEND_KINDS.filter((kind) => registry[kind].recognize !== undefined);
}

async function nearest(
  { recognize, otherAddresses }: Recognizers[BackendKind],
  { url, plainUrl }: Whereabouts,
  signal: AbortSignal,
  trust: ServerTrust,
): Promise<string | undefined> {
  if (recognize === undefined) {
    return undefined;
  }
  const typed = plainUrl === undefined ? [url] : [url, plainUrl];
  const candidates = [...new Set([...typed, ...typed.flatMap((address) => otherAddresses?.(address) ?? [])])];
  const asked = candidates.map((candidate) => ({
    candidate,
    answer: recognize(candidate, signal, trust).catch(() => false),
  }));
  for (const { candidate, answer } of asked) {
    if (await answer) {
      return candidate;
    }
  }
  return undefined;
}
