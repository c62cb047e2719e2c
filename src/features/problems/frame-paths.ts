import type { TaskCode } from '../../core/entities';

/** Paths below these are of Python itself or of packages, never of the repository. */
const LIBRARY = /(?:^|\/)(?:site-packages|dist-packages|lib\/python\d[\d.]*)\//;
const FEWEST_SEGMENTS = 2;
const MOST_SEGMENTS = 12;

export function isLibraryPath(path: string): boolean {
  return LIBRARY.test(withSlashes(path));
}

/**
 * Where in the repository a file may be that a traceback names, likeliest first; relative, with `/`. `roots` are folders
 * of this machine that hold the code. The path may come from another machine, such as an agent's
 * `/root/.clearml/venvs-builds/3.10/task_repository/vision.git/src/train.py`.
 */
export function repositoryPaths(
  framePath: string,
  code: TaskCode,
  roots: readonly string[],
): readonly string[] {
  const path = withSlashes(framePath);
  if (isLibraryPath(path)) {
    return [];
  }
  const found = isAbsolute(path)
    ? [
        ...belowRoots(path, roots),
        ...belowRepositoryName(path, code),
        ...fromEntryPoint(path, code),
        ...tails(path),
      ]
    : [joined(code.workingDirectory, path), normal(path)];
  return [...new Set(found.flatMap((each) => each ?? []))];
}

function belowRoots(path: string, roots: readonly string[]): string[] {
  return roots.flatMap((root) => {
    const folder = `${withSlashes(root).replace(/\/+$/, '')}/`;
    return path.startsWith(folder) ? (normal(path.slice(folder.length)) ?? []) : [];
  });
}

/** What follows the last folder that is named as the repository is, as agents and people name their clones. */
function belowRepositoryName(path: string, { repository }: TaskCode): string[] {
  const name = /([^/:]+?)(?:\.git)?\/*$/.exec(repository ?? '')?.[1];
  const segments = path.split('/');
  const at = segments.findLastIndex(
    (segment, index) => index < segments.length - 1 && (segment === name || segment === `${name ?? ''}.git`),
  );
  const below = at < 0 ? undefined : normal(segments.slice(at + 1).join('/'));
  return name === undefined || below === undefined ? [] : [below];
}

function fromEntryPoint(path: string, { workingDirectory, entryPoint }: TaskCode): string[] {
  const entry = entryPoint === undefined ? undefined : joined(workingDirectory, withSlashes(entryPoint));
  return entry !== undefined && path.endsWith(`/${entry}`) ? [entry] : [];
}

/** Its last segments, the longest first; a lone name fits too many files. */
function tails(path: string): string[] {
  const segments = path.split('/').filter((segment) => segment !== '');
  const longest = Math.min(MOST_SEGMENTS, segments.length - 1);
  return Array.from({ length: Math.max(0, longest - FEWEST_SEGMENTS + 1) }, (_, index) =>
    segments.slice(segments.length - longest + index).join('/'),
  ).flatMap((tail) => normal(tail) ?? []);
}

function joined(folder: string | undefined, path: string): string | undefined {
  return normal(folder === undefined || folder === '.' ? path : `${withSlashes(folder)}/${path}`);
}

/** Without `.` and `..`; undefined for a path that leads out, or nowhere. */
function normal(path: string): string | undefined {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') {
      if (kept.pop() === undefined) {
        return undefined;
      }
    } else if (segment !== '' && segment !== '.') {
      kept.push(segment);
    }
  }
  return kept.length === 0 ? undefined : kept.join('/');
}

export function isAbsolute(path: string): boolean {
  return /^(?:\/|[A-Za-z]:[\\/]|\\\\)/.test(path);
}

/** A path that would make this machine ask another one for a file. */
export function isNetworkPath(path: string): boolean {
  return /^[\\/]{2}/.test(path);
}

function withSlashes(path: string): string {
  return path.replaceAll('\\', '/');
}
