import { applyPatch, parsePatch, type StructuredPatch } from 'diff';

/** One file of a patch, as it was and as it became. */
export interface ChangedFile {
  /** Path in the repository; that after the change, when it was renamed. */
  readonly path: string;
  /** Path before; absent for a file that was added. */
  readonly oldPath?: string;
  readonly isDeleted: boolean;
  readonly patch: StructuredPatch;
}

export interface PatchSides {
  readonly before: string;
  readonly after: string;
  /** False when the whole file was not at hand: the sides then hold the changed places with some lines around them. */
  readonly isWhole: boolean;
}

/** The files that a unified diff changes. Empty for a text that is none; never throws. */
export function changedFiles(diff: string): readonly ChangedFile[] {
  try {
    return parsePatch(diff).flatMap(toChangedFile);
  } catch {
    return [];
  }
}

/** Both sides of one file. `base` is the file as it was committed, when it is at hand. */
export function sidesOf({ patch, oldPath, isDeleted }: ChangedFile, base: string | undefined): PatchSides {
  const before = oldPath === undefined ? '' : base;
  const after = before === undefined ? false : applyPatch(before, patch);
  if (before !== undefined && after !== false) {
    return { before, after: isDeleted ? '' : after, isWhole: true };
  }
  return { before: partOf(patch, '-'), after: partOf(patch, '+'), isWhole: false };
}

function toChangedFile(patch: StructuredPatch): ChangedFile[] {
  const oldPath = pathOf(patch.oldFileName);
  const newPath = pathOf(patch.newFileName);
  const path = newPath ?? oldPath;
  return path === undefined || patch.hunks.length === 0
    ? []
    : [{ path, isDeleted: newPath === undefined, patch, ...(oldPath === undefined ? {} : { oldPath }) }];
}

/** git writes `a/` and `b/` before paths, and `/dev/null` where there is no file. */
function pathOf(name: string | undefined): string | undefined {
  return name === undefined || name === '' || name === '/dev/null' ? undefined : name.replace(/^[ab]\//, '');
}

/** The lines of one side, hunk by hunk, with a line that says where each was. */
function partOf(patch: StructuredPatch, side: '-' | '+'): string {
  const parts = patch.hunks.map(({ oldStart, lines }) => {
    const own = lines.filter((line) => line.startsWith(' ') || line.startsWith(side));
    return [`⋯ line ${oldStart}`, ...own.map((line) => line.slice(1))].join('\n');
  });
  return `${parts.join('\n')}\n`;
}
