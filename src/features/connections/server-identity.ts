import { backendRegistry } from '../../backends/registry';
import type { BackendKind } from '../../backends/contract';
import { KIND_FACTS } from '../../backends/kind-facts';
import type { ServerTrust } from '../../client/server-trust';
import { TracksideError, type FailureKind } from '../../core/errors';
import { findMeant, type FoundServer } from './find-server';

/** What another kind of server says to calls that are not its own. The rest tells of no server, or of a busy one. */
const STRANGE_ANSWERS: ReadonlySet<FailureKind> = new Set<FailureKind>([
  'unauthorized',
  'forbidden',
  'notFound',
  'invalid',
  'malformed',
]);

/** How a sentence names both: `host:8000 is a WhatsNext server, not ClearML.` */
export function strangerText({ kind, url }: FoundServer, meant: BackendKind): string {
  return `${new URL(url).host} is a ${KIND_FACTS[kind].label} server, not ${KIND_FACTS[meant].label}.`;
}

/**
 * Whether the address of a connection still belongs to its kind of server. Machines and ports are given away, and what
 * answers there then says only that it does not know the keys, or the call.
 */
export class ServerIdentity {
  private isStranger = false;

  constructor(
    private readonly kind: BackendKind,
    private readonly url: string,
    private readonly trust: () => Promise<ServerTrust>,
  ) {}

  /** Before keys are sent: throws `invalid` while another kind of server answers that was found there before. */
  async assure(signal: AbortSignal): Promise<void> {
    const stranger = this.isStranger ? await this.stranger(signal) : undefined;
    if (stranger !== undefined) {
      throw stranger;
    }
  }

  /** The failure itself, or a better word for it: that another kind of server answers. Never throws. */
  async explain(failure: TracksideError, signal: AbortSignal): Promise<TracksideError> {
    return STRANGE_ANSWERS.has(failure.kind) ? ((await this.stranger(signal)) ?? failure) : failure;
  }

  /** What to say when another kind of server answers, and the connection's own does not. Never throws. */
  async stranger(signal: AbortSignal): Promise<TracksideError | undefined> {
    const found = await this.look(signal);
    this.isStranger = found !== undefined;
    return (
      found &&
      new TracksideError(
        'invalid',
        strangerText(found, this.kind),
        'Start the right server there again, or remove this connection and add it with the address that it has now.',
      )
    );
  }

  private async look(signal: AbortSignal): Promise<FoundServer | undefined> {
    try {
      const { kind, url } = this;
      const found = await findMeant(kind, backendRegistry, { url }, signal, await this.trust());
      return found.find((server) => server.url === url && server.kind !== kind);
    } catch {
      return undefined;
    }
  }
}
