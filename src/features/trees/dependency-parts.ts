import type { DependencyScope } from '../../core/dependency-graph';
import type { ConnectionSession } from '../../store/contract';
import type { RowPart } from './context-value';

/** `dependencies` where the server tells what depends on what for this kind of row. */
export function dependencyParts(
  session: ConnectionSession,
  kind: DependencyScope['kind'],
): readonly RowPart[] {
  return session.openBackend?.dependencies?.scopes.includes(kind) === true ? ['dependencies'] : [];
}
