import type { DependencyScope } from '../../core/dependency-graph';
import type { ConnectionSession } from '../../store/contract';
import type { RowPart } from './context-value';

/** `dependencies` where the server tells what depends on what for this kind of row. */
export function dependencyParts(
  session: ConnectionSession,
  kind: DependencyScope['kind'],
): readonly Extract<RowPart, 'dependencies'>[] {
  return session.openBackend?.dependencies?.scopes.includes(kind) === true ? ['dependencies'] : [];
}

/** What the row of a task offers by what its server can do: its graph, and its console where output is kept. */
export function taskParts(
  session: ConnectionSession,
): readonly Extract<RowPart, 'dependencies' | 'console'>[] {
  const hasConsole = session.openBackend?.console !== undefined;
  return [...dependencyParts(session, 'task'), ...(hasConsole ? ['console' as const] : [])];
}
