import type { TreeNode } from './tree-nodes';

const ROOT = '';

/** Which rows were handed out, below which, and which of them are open. One object per id. */
export class TreeShape {
  private readonly nodes = new Map<string, TreeNode>();
  private readonly parents = new Map<string, string>();
  private readonly rows = new Map<string, readonly string[]>();
  private readonly expanded = new Set<string>();

  node(id: string): TreeNode | undefined {
    return this.nodes.get(id);
  }

  parent(id: string): TreeNode | undefined {
    const parentId = this.parents.get(id);
    return parentId === undefined ? undefined : this.nodes.get(parentId);
  }

  /** Rows last handed out below a node (undefined: the view); undefined when none were. */
  children(parentId: string | undefined): readonly TreeNode[] | undefined {
    return this.rows.get(parentId ?? ROOT)?.flatMap((id) => this.nodes.get(id) ?? []);
  }

  /** Records rows and returns them, each as the object that was handed out before. */
  put(parent: TreeNode | undefined, rows: readonly TreeNode[]): readonly TreeNode[] {
    const parentId = parent?.id ?? ROOT;
    const before = this.rows.get(parentId) ?? [];
    const ids = new Set(rows.map(({ id }) => id));
    before.filter((id) => !ids.has(id) && this.parents.get(id) === parentId).forEach((id) => this.forget(id));
    const known = rows.map((row) => this.nodes.get(row.id) ?? row);
    for (const row of known) {
      this.nodes.set(row.id, row);
      this.parents.set(row.id, parentId);
    }
    this.rows.set(parentId, [...ids]);
    return known;
  }

  setExpanded(id: string | undefined, isExpanded: boolean): void {
    if (isExpanded) {
      this.expanded.add(id ?? ROOT);
    } else {
      this.expanded.delete(id ?? ROOT);
    }
  }

  /** True when the rows below this node can be seen: it and everything above it is open. */
  isOnDisplay(id: string | undefined): boolean {
    if (id === undefined || id === ROOT) {
      return true;
    }
    return this.expanded.has(id) && this.isOnDisplay(this.parents.get(id));
  }

  expandedOnDisplay(): TreeNode[] {
    return [...this.expanded].flatMap((id) => {
      const node = this.nodes.get(id);
      return node && this.isOnDisplay(id) ? [node] : [];
    });
  }

  private forget(id: string): void {
    this.rows.get(id)?.forEach((child) => {
      if (this.parents.get(child) === id) {
        this.forget(child);
      }
    });
    this.rows.delete(id);
    this.nodes.delete(id);
    this.parents.delete(id);
    this.expanded.delete(id);
  }
}
