import type { GridView } from './grid-view';
import type { TableModel } from './table-model';

export interface GridKeyPorts {
  selectionChanged(): void;
  fold(key: string, isFolded: boolean): void;
  openLine(line: number): void;
  openMenu(): void;
  copy(): void;
  focusSearch(): void;
}

/** What the keys do while the grid has the focus. */
export class GridKeys {
  constructor(
    private readonly model: TableModel,
    private readonly grid: GridView,
    private readonly ports: GridKeyPorts,
  ) {}

  press(event: KeyboardEvent): void {
    const isHandled = this.move(event) || this.command(event);
    if (isHandled) {
      event.preventDefault();
    }
  }

  private move(event: KeyboardEvent): boolean {
    const { activeLine, activeColumn, lineCount, view } = this.model;
    const isWide = event.ctrlKey || event.metaKey;
    const lines: Readonly<Record<string, number>> = {
      ArrowUp: activeLine - 1,
      ArrowDown: activeLine + 1,
      PageUp: activeLine - this.grid.pageSize,
      PageDown: activeLine + this.grid.pageSize,
      ...(isWide ? { Home: 0, End: lineCount - 1 } : {}),
    };
    const columns: Readonly<Record<string, number>> = {
      ArrowLeft: activeColumn - 1,
      ArrowRight: activeColumn + 1,
      ...(isWide ? {} : { Home: 0, End: view.columns.length - 1 }),
    };
    const [line, column] = [lines[event.key], columns[event.key]];
    if (line === undefined && column === undefined) {
      return false;
    }
    const group = this.model.line(activeLine);
    if (group?.kind === 'group' && column !== undefined) {
      this.fold(group, event.key);
      return true;
    }
    if (column !== undefined) {
      this.model.activeColumn = Math.max(0, Math.min(view.columns.length - 1, column));
    }
    if (line !== undefined) {
      this.goTo(Math.max(0, Math.min(lineCount - 1, line)), event);
    }
    this.grid.reveal();
    this.ports.selectionChanged();
    return true;
  }

  /** With Ctrl an arrow only moves, so that Space can add what is there to the selection. */
  private goTo(line: number, { key, shiftKey, ctrlKey, metaKey }: KeyboardEvent): void {
    const isOnlyMoving = (ctrlKey || metaKey) && !shiftKey && key.startsWith('Arrow');
    if (isOnlyMoving) {
      this.model.activeLine = line;
    } else {
      this.model.select(line, shiftKey ? 'range' : 'only');
    }
  }

  private fold(group: { readonly key: string; readonly isFolded: boolean }, key: string): void {
    const isFolding = key === 'ArrowLeft';
    if (group.isFolded !== isFolding && (isFolding || key === 'ArrowRight')) {
      this.ports.fold(group.key, isFolding);
    }
  }

  private command(event: KeyboardEvent): boolean {
    const isWide = event.ctrlKey || event.metaKey;
    const name = `${isWide ? 'Ctrl+' : ''}${event.shiftKey ? 'Shift+' : ''}${event.key.length === 1 ? event.key.toLowerCase() : event.key}`;
    const commands: Readonly<Record<string, () => void>> = {
      Enter: () => this.enter(),
      ' ': () => this.selectActive(),
      'Ctrl+ ': () => this.selectActive(),
      'Ctrl+a': () => {
        this.model.selectAll();
        this.ports.selectionChanged();
      },
      'Ctrl+c': () => this.ports.copy(),
      'Ctrl+f': () => this.ports.focusSearch(),
      '/': () => this.ports.focusSearch(),
      Escape: () => {
        this.model.selected.clear();
        this.ports.selectionChanged();
      },
      ContextMenu: () => this.ports.openMenu(),
      'Shift+F10': () => this.ports.openMenu(),
    };
    const run = commands[name];
    run?.();
    return run !== undefined;
  }

  private enter(): void {
    const line = this.model.line(this.model.activeLine);
    if (line?.kind === 'group') {
      this.ports.fold(line.key, !line.isFolded);
    } else {
      this.ports.openLine(this.model.activeLine);
    }
  }

  private selectActive(): void {
    this.model.select(this.model.activeLine, 'toggle');
    this.ports.selectionChanged();
  }
}
