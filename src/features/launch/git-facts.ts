import path from 'node:path';
import { realpath } from 'node:fs/promises';
import { stripCredentials } from './repository-url';
import { runProgram, type ProgramResult } from './run-program';

/** The state of the code a script is launched from. */
export interface GitFacts {
  /** Absolute path of the work tree, symbolic links resolved. */
  readonly root: string;
  /** Where others get the code, without credentials; absent without a remote. */
  readonly repository?: string;
  /** Absent when no branch is checked out. */
  readonly branch?: string;
  readonly commit: string;
  /** Staged and unstaged changes since the commit, and the script itself when git does not track it. */
  readonly diff: string;
}

export type GitReading =
  | { readonly kind: 'facts'; readonly facts: GitFacts; readonly notes: readonly string[] }
  /** `reason` is a sentence for the log: no repository, no commit yet, no git. */
  | { readonly kind: 'none'; readonly reason: string };

const COMMAND_TIMEOUT_MS = 5_000;
/** A diff beyond this is kept, but the person is told. */
export const LARGE_DIFF_BYTES = 500_000;
/** A diff beyond this does not travel: servers refuse such requests. */
export const MAX_DIFF_BYTES = 8_000_000;

/** Variables that would make git look at another repository than the script's. */
const REDIRECTING_VARIABLES: ReadonlySet<string> = new Set([
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_COMMON_DIR',
  'GIT_PREFIX',
]);

/**
 * Reads branch, commit, remote and uncommitted changes of the repository that holds `scriptPath`. Runs git with
 * argument arrays only, with everything off that would start programs named by the repository. Never throws.
 */
export async function readGitFacts(scriptPath: string, signal: AbortSignal): Promise<GitReading> {
  const script = await realpath(scriptPath).catch(() => scriptPath);
  const git = createGit(path.dirname(script), signal);
  const top = await git(['rev-parse', '--show-toplevel']);
  if (top.exitCode !== 0) {
    return { kind: 'none', reason: whyNoRepository(top) };
  }
  const root = path.normalize(withoutLineEnd(top.output));
  const atRoot = createGit(root, signal);
  const head = await atRoot(['rev-parse', '--verify', '--quiet', 'HEAD']);
  if (head.exitCode !== 0) {
    return { kind: 'none', reason: `The repository ${root} has no commit yet.` };
  }
  const branch = withoutLineEnd((await atRoot(['symbolic-ref', '--short', '--quiet', 'HEAD'])).output);
  const [repository, diff] = await Promise.all([
    readRepository(atRoot, branch),
    readDiff(atRoot, path.relative(root, script)),
  ]);
  const facts: GitFacts = {
    root,
    commit: withoutLineEnd(head.output),
    diff: diff.text,
    ...(branch === '' ? {} : { branch }),
    ...(repository === undefined ? {} : { repository }),
  };
  return { kind: 'facts', facts, notes: diff.notes };
}

type Git = (args: readonly string[]) => Promise<ProgramResult>;

function createGit(cwd: string, signal: AbortSignal): Git {
  const inherited = Object.entries(process.env).filter(([name]) => !REDIRECTING_VARIABLES.has(name));
  const env: NodeJS.ProcessEnv = {
    ...Object.fromEntries(inherited),
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    LC_ALL: 'C',
  };
  const always = ['-c', 'core.fsmonitor=false', '-c', 'core.quotePath=true', '--no-pager'];
  const options = { cwd, env, signal, timeoutMs: COMMAND_TIMEOUT_MS, maxOutputBytes: MAX_DIFF_BYTES };
  return (args) => runProgram('git', [...always, ...args], options);
}

function whyNoRepository(result: ProgramResult): string {
  if (result.failure === 'ENOENT') {
    return 'git is not installed, so the task carries the script itself instead of a commit.';
  }
  if (result.errorOutput.includes('dubious ownership')) {
    return 'git does not trust the repository because another user owns it (see `git config safe.directory`).';
  }
  return result.failure === undefined
    ? 'The script is in no git repository.'
    : `git did not answer (${result.failure}).`;
}

/** The remote of the branch, else `origin`, else the only one there is. */
async function readRepository(git: Git, branch: string): Promise<string | undefined> {
  const [ofBranch, all] = await Promise.all([
    branch === '' ? undefined : git(['config', '--get', `branch.${branch}.remote`]),
    git(['remote']),
  ]);
  const names = all.output.split('\n').filter((name) => name !== '');
  const preferred = withoutLineEnd(ofBranch?.output ?? '');
  const name = [preferred, 'origin', ...names].find((candidate) => names.includes(candidate));
  if (name === undefined) {
    return undefined;
  }
  const url = withoutLineEnd((await git(['config', '--get', `remote.${name}.url`])).output);
  return url === '' ? undefined : stripCredentials(url);
}

const DIFF_OPTIONS = [
  '--no-ext-diff',
  '--no-textconv',
  '--no-color',
  '--src-prefix=a/',
  '--dst-prefix=b/',
  '--no-relative',
];

async function readDiff(git: Git, script: string): Promise<{ text: string; notes: readonly string[] }> {
  const isInside = script !== '' && !script.startsWith('..') && !path.isAbsolute(script);
  const [changes, tracked] = await Promise.all([
    git(['diff', ...DIFF_OPTIONS, '--submodule=diff', 'HEAD']),
    isInside ? git(['--literal-pathspecs', 'ls-files', '--error-unmatch', '--', script]) : undefined,
  ]);
  const isUntracked = tracked !== undefined && tracked.exitCode === 1;
  // git ends with 1 when the two files differ, which a file and nothing always do.
  const added = isUntracked
    ? await git(['diff', ...DIFF_OPTIONS, '--no-index', '--', nullDevice(), script])
    : undefined;
  const isRead = changes.exitCode === 0 && (added === undefined || added.exitCode === 1);
  const text = isRead ? changes.output + (added?.output ?? '') : '';
  return { text, notes: diffNotes(isRead, changes, text) };
}

function diffNotes(isRead: boolean, changes: ProgramResult, text: string): readonly string[] {
  if (!isRead) {
    const why =
      changes.failure === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER'
        ? `are larger than ${MAX_DIFF_BYTES / 1_000_000} MB`
        : 'could not be read from git in time';
    return [`The uncommitted changes ${why} and do not travel with the task.`];
  }
  const bytes = Buffer.byteLength(text);
  return bytes > LARGE_DIFF_BYTES
    ? [`The uncommitted changes are large (${Math.round(bytes / 1000)} kB); commit big files or ignore them.`]
    : [];
}

function nullDevice(): string {
  return process.platform === 'win32' ? 'NUL' : '/dev/null';
}

function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$/, '');
}
