import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { COMMANDS, LOAD_PANEL, VIEWS } from '../../platform/command-ids';
import { WebviewPanels } from '../panels/webview-panels';
import { isTreeNode } from '../trees/tree-nodes';
import { createTreeView, type TreeDeps } from '../trees/tree-view';
import { LoadPanelKind } from './load-panel-kind';
import { registerWorkerCommands } from './worker-commands';
import { createWorkersSource } from './workers-source';

/** The Workers view, the commands on workers and the panels of their load. */
export function registerWorkers(deps: TreeDeps): Disposable {
  const owned = new DisposableStore();
  owned.add(createTreeView(deps, VIEWS.workers, createWorkersSource()));
  owned.add(registerWorkerCommands(deps));
  owned.add(registerLoadPanels(deps));
  return owned;
}

function registerLoadPanels({ platform, connections }: TreeDeps): Disposable {
  const owned = new DisposableStore();
  const kind = new LoadPanelKind(platform, connections);
  const panels = owned.add(new WebviewPanels(platform.extensionPath, connections, kind));
  owned.add(vscode.window.registerWebviewPanelSerializer(LOAD_PANEL, panels));
  owned.add(
    platform.commands.register(COMMANDS.openWorkerLoad, (node) => {
      if (isTreeNode(node) && (node.kind === 'worker' || node.kind === 'load')) {
        panels.open({ connectionId: node.connectionId, workerId: node.workerId });
      }
    }),
  );
  return owned;
}
