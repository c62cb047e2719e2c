/** How far above the end somebody may have scrolled and still be taken to be at it, in lines. */
const NEAR_END_LINES = 2;

export interface EndFollowing {
  /** Lines of the document before the change. */
  readonly lineCount: number;
  readonly cursorLine: number;
  /** Last line seen; undefined while the editor is not drawn yet. */
  readonly lastVisibleLine: number | undefined;
  /** The editor was sent to the end and has not told where it is since. */
  readonly isMoving: boolean;
}

/** Whether an editor goes along when its document grows: only while cursor and view are at the end. */
export function followsEnd({ lineCount, cursorLine, lastVisibleLine, isMoving }: EndFollowing): boolean {
  const lastLine = lineCount - 1;
  const isEndVisible = lastVisibleLine === undefined || lastVisibleLine >= lastLine - NEAR_END_LINES;
  return cursorLine >= lastLine && (isEndVisible || isMoving);
}
