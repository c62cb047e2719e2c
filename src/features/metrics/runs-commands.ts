import { DisposableStore, type Disposable } from '../../core/disposable';
import type { TaskRef } from '../../core/task-ref';
import { COMMANDS, RUNS_PANEL } from '../../platform/command-ids';
import { LazyPanels, type PanelDeps } from '../panels/lazy-panels';
import { refsOf, requireRow } from '../tasks/task-targets';
import type { PointedRows } from '../trees/pointed-rows';
import type { DrawnRuns } from './drawn-runs';
import { pickRuns } from './pick-runs';
import type { RunLooksMemory } from './run-looks-memory';

/** Panels of several runs: the command that opens one, and their return after a reload. */
export function registerRuns(
  deps: PanelDeps & {
    readonly looks: RunLooksMemory;
    readonly drawn: DrawnRuns;
    readonly pointed: PointedRows;
  },
): Disposable {
  const { platform, connections, looks, drawn, pointed } = deps;
  const owned = new DisposableStore();
  const panels = owned.add(
    new LazyPanels<readonly TaskRef[]>(RUNS_PANEL, deps, async () => {
      const { RunsPanelKind } = await import('./runs-panel-kind');
      return new RunsPanelKind(platform, connections, looks, drawn, pointed);
    }),
  );
  owned.add(
    platform.commands.register(
      COMMANDS.showCurvesTogether,
      async (node, nodes, isCalledOnSomething = false) => {
        const given = refsOf(node, nodes);
        requireRow(given, isCalledOnSomething);
        const refs = given.length > 0 ? given : await pickRuns(deps, 'Show Curves Together', []);
        if (refs.length > 0) {
          await panels.open(refs);
        }
      },
    ),
  );
  return owned;
}
