import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/disposable';
import type { TaskRef } from '../../core/task-ref';
import { COMMANDS, RUNS_PANEL } from '../../platform/command-ids';
import type { WebviewPanels } from '../panels/webview-panels';
import { refsOf, requireRow } from '../tasks/task-targets';
import { pickRuns, type RunsDeps } from './pick-runs';

/** Panels of several runs: the command that opens one, and their return after a reload. Loaded when first used. */
export function registerRuns(deps: RunsDeps): Disposable {
  const { platform, connections } = deps;
  const owned = new DisposableStore();
  const loaded = async (): Promise<WebviewPanels<readonly TaskRef[]>> => {
    const [{ WebviewPanels: Panels }, { RunsPanelKind }] = await Promise.all([
      import('../panels/webview-panels'),
      import('./runs-panel-kind'),
    ]);
    const kind = owned.add(new RunsPanelKind(platform, connections));
    return owned.add(new Panels(platform.extensionPath, connections, kind));
  };
  let panels: ReturnType<typeof loaded> | undefined;
  const load = (): ReturnType<typeof loaded> => (panels ??= loaded());
  owned.add(
    vscode.window.registerWebviewPanelSerializer(RUNS_PANEL, {
      deserializeWebviewPanel: async (panel, state) => (await load()).deserializeWebviewPanel(panel, state),
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
          (await load()).open(refs);
        }
      },
    ),
  );
  return owned;
}
