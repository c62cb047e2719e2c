import * as z from 'zod/mini';
import type { BackendKind } from '../../backends/contract';
import { KIND_FACTS } from '../../backends/kind-facts';
import { TracksideError } from '../../core/errors';
import type { Dialogs } from '../../platform/contract';
import type { ConnectionSession, ConnectionState } from '../../store/contract';
import type { ConnectionList } from './connection-list';
import type { ConnectionStorage } from './connection-storage';

/** A tree row of a connection, or anything that carries its id. */
const connectionNode = z.object({ connectionId: z.string() });

export async function selectConnection(
  connections: ConnectionList,
  dialogs: Dialogs,
  node: unknown,
): Promise<void> {
  const named = connectionNode.safeParse(node).data?.connectionId;
  const active = connections.active();
  const chosen =
    named ??
    (await dialogs.pick(
      'Select Connection',
      connections
        .all()
        .filter(({ info }) => KIND_FACTS[info.kind].takesScripts)
        .map((session) => choiceOf(session, session === active)),
      'Where new tasks go',
    ));
  if (chosen !== undefined) {
    await connections.setActive(chosen);
  }
}

export async function removeConnection(
  connections: ConnectionList,
  storage: ConnectionStorage,
  dialogs: Dialogs,
  node: unknown,
): Promise<void> {
  const id = await chooseServer(connections, dialogs, 'Remove Connection', node);
  const session = id === undefined ? undefined : connections.get(id);
  if (session === undefined || session.info.isLocal) {
    return;
  }
  const agreed = await dialogs.confirm(
    `Remove ${session.info.label}?`,
    'Its keys are deleted from this machine, and a server that keeps sign-ins is told to end them. Nothing else changes there.',
    'Remove',
  );
  if (agreed) {
    await storage.remove(session.info.id);
    connections.reload();
  }
}

/** Id of the server that is meant: the row's, or a chosen one; Local is none. Undefined when turned away. */
export async function chooseServer(
  connections: ConnectionList,
  dialogs: Dialogs,
  title: string,
  node: unknown,
  fits: (kind: BackendKind) => boolean = () => true,
): Promise<string | undefined> {
  const others = connections.all().filter(({ info }) => !info.isLocal);
  if (others.length === 0) {
    throw new TracksideError('notFound', 'There is no connection but Local, which always stays.', '');
  }
  const servers = others.filter(({ info }) => fits(info.kind));
  if (servers.length === 0) {
    throw new TracksideError('notFound', 'No connection has this.', '');
  }
  const named = connectionNode.safeParse(node).data?.connectionId;
  return (
    named ??
    (await dialogs.pick(
      title,
      servers.map((session) => choiceOf(session, false)),
    ))
  );
}

function choiceOf(session: ConnectionSession, isActive: boolean) {
  return {
    label: session.info.label,
    description: [isActive ? 'selected' : '', stateText(session.state)].filter(Boolean).join(', '),
    detail: session.info.url ?? 'Embedded tracker on this machine',
    value: session.info.id,
  };
}

export function stateText(state: ConnectionState): string {
  switch (state.kind) {
    case 'idle':
      return 'not used yet';
    case 'opening':
      return 'connecting';
    case 'open':
      return `connected: ${state.product}`;
    case 'failed':
      return `failed: ${state.error.message}`;
  }
}
