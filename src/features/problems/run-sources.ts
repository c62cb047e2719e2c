import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { TaskCode } from '../../core/entities';
import { TracksideError } from '../../core/errors';
import type { TaskRef } from '../../core/task-ref';
import type { Connections } from '../../store/contract';
import { isAbsolute, isNetworkPath, repositoryPaths } from './frame-paths';

const READ_TIMEOUT_MS = 20_000;
const MOST_REMEMBERED = 50;
const LARGEST_FILE_BYTES = 4_000_000;

/** A place in a file that a traceback of a task names. */
export interface FramePlace {
  readonly path: string;
  readonly fileLine: number;
  /** The code that the traceback prints below it. */
  readonly source?: string;
}

/** Where such a place is to be looked at. */
export type FrameTarget =
  /** A file of this machine. `sameness` says how it relates to what ran. */
  | {
      readonly kind: 'file';
      readonly file: string;
      readonly sameness: 'line' | 'printed' | 'unknown' | 'outside';
    }
  /** The file as it ran, since the one here is another or missing. */
  | { readonly kind: 'asRun'; readonly repositoryPath: string; readonly commit?: string }
  | { readonly kind: 'none'; readonly reason: string };

export interface RunSourcesDeps {
  readonly connections: Connections;
  /** Folders of this machine that may hold the code: those of the workspace. */
  readonly folders: () => readonly string[];
  /** False in a workspace that is not trusted: git is not run then. */
  readonly isTrusted: () => boolean;
}

/** Finds the code that a traceback names: in the workspace when it is what ran, else as of the run's commit and patch. */
export class RunSources {
  private readonly codes = new Map<string, Promise<TaskCode>>();
  private readonly roots = new Map<string, Promise<string>>();

  constructor(private readonly deps: RunSourcesDeps) {}

  async find(ref: TaskRef, place: FramePlace): Promise<FrameTarget> {
    if (isNetworkPath(place.path)) {
      return { kind: 'none', reason: 'This file is on a network drive of the machine that ran it.' };
    }
    const [code, roots] = await Promise.all([this.code(ref), this.allRoots()]);
    for (const repositoryPath of repositoryPaths(place.path, code, roots)) {
      const target = await this.findAt(code, roots, repositoryPath, place);
      if (target !== undefined) {
        return target;
      }
    }
    return this.outside(ref, place);
  }

  /** A file as it ran: as committed, with the task's uncommitted changes. Throws when that cannot be known here. */
  async textAsRun(ref: TaskRef, repositoryPath: string): Promise<string> {
    const text = await this.asRun(await this.code(ref), repositoryPath);
    if (text === undefined) {
      throw new TracksideError(
        'notFound',
        `${repositoryPath} is not known as it was when the task ran.`,
        "Fetch the task's commit into a repository of the workspace.",
      );
    }
    return text;
  }

  private async findAt(
    code: TaskCode,
    roots: readonly string[],
    repositoryPath: string,
    place: FramePlace,
  ): Promise<FrameTarget | undefined> {
    const [ran, here] = await Promise.all([
      this.asRun(code, repositoryPath),
      firstText(roots.map((root) => path.join(root, repositoryPath))),
    ]);
    const { commit } = code;
    const asRun: FrameTarget = { kind: 'asRun', repositoryPath, ...(commit === undefined ? {} : { commit }) };
    if (here === undefined) {
      return ran === undefined ? undefined : asRun;
    }
    const lineHere = lineOf(here.text, place.fileLine);
    if (ran !== undefined) {
      return lineOf(ran, place.fileLine) === lineHere
        ? { kind: 'file', file: here.file, sameness: 'line' }
        : asRun;
    }
    const isPrinted = place.source !== undefined && lineHere?.trim() === place.source;
    return { kind: 'file', file: here.file, sameness: isPrinted ? 'printed' : 'unknown' };
  }

  /** A file outside the repository, such as a package's: only of runs of this machine. */
  private async outside(ref: TaskRef, { path: file }: FramePlace): Promise<FrameTarget> {
    const isHere = this.deps.connections.get(ref.connectionId)?.info.isLocal === true;
    if (isHere && isAbsolute(file) && (await isSmallFile(file))) {
      return { kind: 'file', file, sameness: 'outside' };
    }
    return {
      kind: 'none',
      reason: 'This file is not in the workspace, nor in a commit of its repositories.',
    };
  }

  private async asRun(code: TaskCode, repositoryPath: string): Promise<string | undefined> {
    const { uncommittedDiff = '', commit, entryPoint = '' } = code;
    const { changedFiles, sidesOf } = await import('../../core/patch-sides');
    const changes = changedFiles(uncommittedDiff);
    if (commit === undefined && changes.length === 0) {
      // Code outside a repository travels as the script itself.
      const isScript = path.posix.basename(entryPoint) === path.posix.basename(repositoryPath);
      return isScript && uncommittedDiff !== '' ? uncommittedDiff : undefined;
    }
    const change = changes.find((each) => each.path === repositoryPath);
    const basePath = change === undefined ? repositoryPath : change.oldPath;
    const base = basePath === undefined ? undefined : await this.committed(commit, basePath);
    if (change === undefined) {
      return base;
    }
    const { after, isWhole } = sidesOf(change, base);
    return isWhole && !change.isDeleted ? after : undefined;
  }

  private async committed(commit: string | undefined, file: string): Promise<string | undefined> {
    if (commit === undefined || !this.deps.isTrusted()) {
      return undefined;
    }
    const { committedFile } = await import('../metrics/committed-file');
    return committedFile(await this.allRoots(), commit, file, AbortSignal.timeout(READ_TIMEOUT_MS));
  }

  /** The code of a run does not change; it is read again after a failure. */
  private code(ref: TaskRef): Promise<TaskCode> {
    const session = this.deps.connections.get(ref.connectionId);
    const key = JSON.stringify([ref.connectionId, ref.taskId, session?.store.task(ref.taskId)?.startedAt]);
    const known = this.codes.get(key);
    if (known !== undefined) {
      return known;
    }
    const [oldest] = this.codes.keys();
    if (this.codes.size >= MOST_REMEMBERED && oldest !== undefined) {
      this.codes.delete(oldest);
    }
    const read = this.readCode(ref);
    this.codes.set(key, read);
    read.catch(() => this.codes.delete(key));
    return read;
  }

  private async readCode(ref: TaskRef): Promise<TaskCode> {
    const session = this.deps.connections.get(ref.connectionId);
    const signal = AbortSignal.timeout(READ_TIMEOUT_MS);
    const backend = await session?.backend(signal);
    return (await backend?.details?.read(ref.taskId, signal))?.code ?? {};
  }

  private async allRoots(): Promise<readonly string[]> {
    const folders = this.deps.folders();
    const tops = await Promise.all(folders.map((folder) => this.rootOf(folder)));
    return [...new Set([...tops, ...folders])];
  }

  /** The work tree that holds a folder; the folder itself when there is none. */
  private rootOf(folder: string): Promise<string> {
    if (!this.deps.isTrusted()) {
      return Promise.resolve(folder);
    }
    const known = this.roots.get(folder) ?? topOf(folder);
    this.roots.set(folder, known);
    return known;
  }
}

async function topOf(folder: string): Promise<string> {
  const { runProgram } = await import('../launch/run-program');
  const top = await runProgram('git', ['rev-parse', '--show-toplevel'], { cwd: folder, timeoutMs: 5_000 });
  const root = top.output.replace(/\r?\n$/, '');
  return top.exitCode === 0 && root !== '' ? path.normalize(root) : folder;
}

async function firstText(files: readonly string[]): Promise<{ file: string; text: string } | undefined> {
  for (const file of files) {
    if (await isSmallFile(file)) {
      return { file, text: await readFile(file, 'utf8') };
    }
  }
  return undefined;
}

async function isSmallFile(file: string): Promise<boolean> {
  const facts = await stat(file).catch(() => undefined);
  return facts?.isFile() === true && facts.size <= LARGEST_FILE_BYTES;
}

/** `fileLine` counts from 1. */
function lineOf(text: string, fileLine: number): string | undefined {
  return text.split(/\r?\n/)[fileLine - 1];
}

/** What opening a target does, in one sentence. */
export function targetWords(target: FrameTarget, { fileLine }: FramePlace): string {
  switch (target.kind) {
    case 'file': {
      const where = `Opens ${path.basename(target.file)}, line ${fileLine}`;
      return `${where}${SAMENESS_WORDS[target.sameness]}`;
    }
    case 'asRun': {
      const commit = target.commit === undefined ? 'as it ran' : `as of commit ${target.commit.slice(0, 8)}`;
      const name = path.posix.basename(target.repositoryPath);
      return `Opens ${name}, line ${fileLine}, ${commit} with the run's changes: the file here is another.`;
    }
    case 'none':
      return target.reason;
  }
}

const SAMENESS_WORDS: Readonly<Record<'line' | 'printed' | 'unknown' | 'outside', string>> = {
  line: ' of the workspace: the line is as it was when the task ran.',
  printed: ' of the workspace: the line is the one that the traceback prints.',
  unknown: ' of the workspace, which may have changed since: the code that ran is not known here.',
  outside: ' of this machine, outside the workspace.',
};
