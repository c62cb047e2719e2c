import * as vscode from 'vscode';
import { systemClock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import type { ViewId } from '../../platform/command-ids';
import type { Platform } from '../../platform/contract';
import type { Connections } from '../../store/contract';
import { taskRowUri } from './pointed-rows';
import type { RowModel } from './row-model';
import { TreeController } from './tree-controller';
import type { TreeNode } from './tree-nodes';
import type { TreeSource, ViewHeader } from './tree-source';

/** What the rooms with a view are given. */
export interface TreeDeps {
  readonly platform: Platform;
  readonly connections: Connections;
}

/** A view in the editor, owned by whoever made it. */
export interface OwnedTreeView extends Disposable {
  readonly view: vscode.TreeView<TreeNode>;
  /** Shows and selects a row that was handed out before, and with `expands` what is below it; false when there is none. */
  reveal(nodeId: string, expands?: boolean): Promise<boolean>;
  isSelected(nodeId: string): boolean;
}

/** Puts a source's rows into a view. The thin part between {@link TreeController} and the editor. */
export function createTreeView(deps: TreeDeps, id: ViewId, source: TreeSource): OwnedTreeView {
  const owned = new DisposableStore();
  const controller = owned.add(
    new TreeController({
      connections: deps.connections,
      source,
      clock: systemClock,
      logger: deps.platform.logger,
    }),
  );
  const provider = owned.add(new Provider(controller));
  const view = owned.add(
    vscode.window.createTreeView<TreeNode>(id, {
      treeDataProvider: provider,
      canSelectMany: true,
      showCollapseAll: true,
    }),
  );
  owned.add(view.onDidChangeVisibility(({ visible }) => controller.setVisible(visible)));
  owned.add(view.onDidExpandElement(({ element }) => controller.setExpanded(element, true)));
  owned.add(view.onDidCollapseElement(({ element }) => controller.setExpanded(element, false)));
  owned.add(controller.onDidChangeHeader((header) => show(view, header)));
  show(view, controller.header);
  controller.setVisible(view.visible);
  return {
    view,
    reveal: async (nodeId, expands = false) => {
      const node = controller.find(nodeId);
      if (node) {
        await view.reveal(node, { select: true, focus: false, expand: expands });
      }
      return node !== undefined;
    },
    isSelected: (nodeId) => view.selection.some(({ id }) => id === nodeId),
    dispose: () => owned.dispose(),
  };
}

class Provider implements vscode.TreeDataProvider<TreeNode>, Disposable {
  private readonly owned = new DisposableStore();
  private readonly changes = this.owned.add(new vscode.EventEmitter<TreeNode | undefined>());
  readonly onDidChangeTreeData = this.changes.event;

  constructor(private readonly controller: TreeController) {
    this.owned.add(controller.onDidChange((node) => this.changes.fire(node)));
  }

  getChildren(parent?: TreeNode): TreeNode[] {
    return [...this.controller.children(parent)];
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return this.controller.parent(node);
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    return treeItem(node, this.controller.row(node));
  }

  resolveTreeItem(item: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
    const text = this.controller.tooltip(node);
    // Neither trusted nor with HTML nor with icons: every word may come from outside.
    item.tooltip = text === undefined ? labelText(item) : new vscode.MarkdownString(text, false);
    return item;
  }

  dispose(): void {
    this.owned.dispose();
  }
}

function treeItem(node: TreeNode, row: RowModel): vscode.TreeItem {
  const item = new vscode.TreeItem(row.label, collapsibleState(row.collapsible));
  item.id = node.id;
  item.contextValue = row.contextValue;
  item.accessibilityInformation = { label: row.accessibleLabel };
  if (row.description !== undefined) {
    item.description = row.description;
  }
  if (row.icon) {
    const color = row.icon.color === undefined ? undefined : new vscode.ThemeColor(row.icon.color);
    item.iconPath = new vscode.ThemeIcon(row.icon.id, color);
  }
  if (node.kind === 'task') {
    item.resourceUri = taskRowUri(node);
  }
  if (row.command) {
    const { id: command, title, arguments: given } = row.command;
    item.command = { command, title, arguments: [...given] };
  }
  return item;
}

function collapsibleState(state: RowModel['collapsible']): vscode.TreeItemCollapsibleState {
  switch (state) {
    case 'none':
      return vscode.TreeItemCollapsibleState.None;
    case 'collapsed':
      return vscode.TreeItemCollapsibleState.Collapsed;
    case 'expanded':
      return vscode.TreeItemCollapsibleState.Expanded;
  }
}

function labelText({ label }: vscode.TreeItem): string {
  return typeof label === 'string' ? label : (label?.label ?? '');
}

function show(view: vscode.TreeView<TreeNode>, { description, message }: ViewHeader): void {
  view.description = description ?? '';
  view.message = message ?? '';
}
