/** Columns from 0: the name, then a run each. Line -1 is the head. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Where a key leads from a place, if it moves at all; possibly beyond the ends. */
export function movedBy(
  key: string,
  isWide: boolean,
  { line, column }: Place,
  sizes: { readonly page: number; readonly lines: number; readonly runs: number },
): Place | undefined {
  const moves: Readonly<Record<string, Place>> = {
    ArrowUp: { line: line - 1, column },
    ArrowDown: { line: line + 1, column },
    ArrowLeft: { line, column: column - 1 },
    ArrowRight: { line, column: column + 1 },
    PageUp: { line: Math.max(0, line - sizes.page), column },
    PageDown: { line: line + sizes.page, column },
    Home: isWide ? { line: 0, column } : { line, column: 0 },
    End: isWide ? { line: sizes.lines - 1, column } : { line, column: sizes.runs },
  };
  return moves[key];
}

/** The cell that something on the page belongs to. */
export function placeOf(target: EventTarget | null): Place | undefined {
  const cell = target instanceof Element ? target.closest<HTMLElement>('.cell, .head-cell') : null;
  if (cell === null) {
    return undefined;
  }
  const row = cell.closest<HTMLElement>('.row');
  const run = cell.dataset['run'];
  return {
    line: row === null ? -1 : Number(row.dataset['line']),
    column: run === undefined ? 0 : Number(run) + 1,
  };
}
