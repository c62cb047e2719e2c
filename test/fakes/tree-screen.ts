import assert from 'node:assert/strict';
import type { TreeController } from '../../src/features/trees/tree-controller';
import type { TreeNode } from '../../src/features/trees/tree-nodes';

/** Draws a tree as the editor does: asks for rows again exactly where it is told to. */
export class TreeScreen {
  readonly fired: (string | undefined)[] = [];
  private readonly expanded = new Set<string>();

  constructor(readonly controller: TreeController) {
    controller.onDidChange((node) => {
      this.fired.push(node?.id);
      this.draw(node, 0);
    });
  }

  show(): void {
    this.controller.setVisible(true);
    this.draw(undefined, 0);
  }

  expand(node: TreeNode): void {
    this.expanded.add(node.id);
    this.controller.setExpanded(node, true);
    this.draw(node, 0);
  }

  collapse(node: TreeNode): void {
    this.expanded.delete(node.id);
    this.controller.setExpanded(node, false);
  }

  /** Everything on display, indented. */
  lines(): string[] {
    return this.draw(undefined, 0);
  }

  find(label: string): TreeNode {
    const all = (parent?: TreeNode): TreeNode[] =>
      [...this.controller.children(parent)].flatMap((node) => [
        node,
        ...(this.isOpen(node) ? all(node) : []),
      ]);
    const node = all().find((candidate) => this.controller.row(candidate).label === label);
    assert.ok(node, `no row ${label} in ${this.lines().join('; ')}`);
    return node;
  }

  private isOpen(node: TreeNode): boolean {
    return this.expanded.has(node.id) || this.controller.row(node).collapsible === 'expanded';
  }

  private draw(parent: TreeNode | undefined, depth: number): string[] {
    if (parent) {
      this.controller.row(parent);
    }
    return [...this.controller.children(parent)].flatMap((node) => {
      const { label, description } = this.controller.row(node);
      const line = `${'  '.repeat(depth)}${label}${description === undefined ? '' : ` (${description})`}`;
      return [line, ...(this.isOpen(node) ? this.draw(node, depth + 1) : [])];
    });
  }
}
