import * as z from 'zod/mini';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { TracksideError } from '../../core/errors';
import { taskRef } from '../../core/task-ref';
import { COMMANDS, DEPENDENCIES_PANEL } from '../../platform/command-ids';
import type { Connections } from '../../store/contract';
import { LazyPanels, type PanelDeps } from '../panels/lazy-panels';
import { placeOf } from '../projects/place-lookup';
import { pickTaskRef } from '../tasks/pick-task';
import type { GraphRef } from './graph-contract';

const projectRow = z.object({
  kind: z.literal('project'),
  connectionId: z.string(),
  path: z.string(),
  isApart: z._default(z.boolean(), false),
});

/** The dependency panels: the command that opens one, and their return after a window reload. */
export function registerGraph(deps: PanelDeps): Disposable {
  const { platform, connections } = deps;
  const owned = new DisposableStore();
  const panels = owned.add(
    new LazyPanels<GraphRef>(DEPENDENCIES_PANEL, deps, async () => {
      const { GraphPanelKind } = await import('./graph-panel-kind');
      return new GraphPanelKind(platform, connections);
    }),
  );
  owned.add(
    platform.commands.register(COMMANDS.openDependencies, async (node) => {
      const ref = refOf(connections, node) ?? (await pickRef(deps));
      if (ref !== undefined) {
        await panels.open(ref);
      }
    }),
  );
  return owned;
}

/** What a row, or a node of a graph, is about. Throws `notFound` for a project that the server has no more. */
export function refOf(connections: Connections, node: unknown): GraphRef | undefined {
  const task = taskRef.safeParse(node).data;
  if (task !== undefined) {
    return { connectionId: task.connectionId, scope: { kind: 'task', taskId: task.taskId } };
  }
  const row = projectRow.safeParse(node).data;
  if (row === undefined) {
    return undefined;
  }
  const { connectionId } = row;
  const session = connections.get(connectionId);
  const project = session && placeOf(session, row)?.project;
  if (project === undefined) {
    throw new TracksideError('notFound', 'This project does not exist any more.', 'Refresh the view.');
  }
  return { connectionId, scope: { kind: 'project', projectId: project.id } };
}

async function pickRef(deps: PanelDeps): Promise<GraphRef | undefined> {
  const ref = await pickTaskRef(deps, { title: 'Open Dependencies: of which task?' });
  return ref && { connectionId: ref.connectionId, scope: { kind: 'task', taskId: ref.taskId } };
}
