import type { EpochMs } from '../../core/entities';
import type { CommandId } from '../../platform/command-ids';
import type { TreeNode } from './tree-nodes';

/** How a row looks, free of the editor; the adapter makes a TreeItem of it. */
export interface RowModel {
  readonly label: string;
  readonly description?: string;
  /** A codicon and a theme colour; the shape alone must tell the state apart. */
  readonly icon?: { readonly id: string; readonly color?: string };
  readonly contextValue: string;
  readonly collapsible: 'none' | 'collapsed' | 'expanded';
  readonly command?: {
    readonly id: CommandId;
    readonly title: string;
    readonly arguments: readonly unknown[];
  };
  /** What a screen reader says. */
  readonly accessibleLabel: string;
  /** What the row is drawn from, by identity: when it is another object, the tooltip may differ too. */
  readonly subject?: unknown;
  /** When a relative time in it stops being true. */
  readonly expiresAt?: EpochMs;
}

/** Whether a drawn row still shows what it would show if it were drawn now. */
export function isSameRow(a: RowModel, b: RowModel): boolean {
  return a.subject === b.subject && looks(a) === looks(b);
}

/** Whether only words beside the label differ, such as a time or a figure: that can wait a moment. */
export function isSameButForFigures(a: RowModel, b: RowModel): boolean {
  const { description: _, accessibleLabel: __, ...rest } = a;
  return (
    looks({ ...rest, accessibleLabel: '' }) === looks({ ...b, description: undefined, accessibleLabel: '' })
  );
}

type Looks = Omit<RowModel, 'description'> & { readonly description?: string | undefined };

function looks({ label, description, icon, contextValue, collapsible, accessibleLabel }: Looks): string {
  return [label, description, icon?.id, icon?.color, contextValue, collapsible, accessibleLabel].join('\n');
}

/** The command of a row that does `id` to the node itself when it is activated. */
export function commandOn(node: TreeNode, id: CommandId, title: string): NonNullable<RowModel['command']> {
  return { id, title, arguments: [node] };
}
