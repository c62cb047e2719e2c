import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import { ProcessTree } from './process-tree';
import { runEnd, runJob, runState, type RunEnd, type RunJob, type RunState } from './run-job';
import { RUN_MARK } from './script-environment';

/** The files of one run, below `<dataDir>/runs`. All are readable by this user alone. */
export class RunFolder {
  constructor(readonly path: string) {}

  /** A new folder for one run of a task; the time stamp keeps runs of the same task apart. */
  static create(dataDir: string, taskId: string, now: number): RunFolder {
    const safeId = taskId.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 64);
    const folder = path.join(dataDir, 'runs', `${safeId}-${now.toString(36)}`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return new RunFolder(folder);
  }

  /** All run folders, oldest first by name of their task. */
  static list(dataDir: string): readonly RunFolder[] {
    const root = path.join(dataDir, 'runs');
    return existsSync(root) ? readdirSync(root).map((name) => new RunFolder(path.join(root, name))) : [];
  }

  /** Tells this run from all others, those of the same task too; letters, digits, `_` and `-`. */
  get name(): string {
    return path.basename(this.path);
  }

  get jobFile(): string {
    return path.join(this.path, 'job.json');
  }

  get logFile(): string {
    return path.join(this.path, 'runner.log');
  }

  /** What memory did not hold while the tracker was away. */
  get spoolFile(): string {
    return path.join(this.path, 'spool');
  }

  /** A script that travelled with its task is written here. */
  get scriptFolder(): string {
    return path.join(this.path, 'code');
  }

  writeJob(job: RunJob): void {
    this.write('job.json', job);
  }

  readJob(): RunJob | undefined {
    return this.read('job.json', runJob);
  }

  writeState(state: RunState): void {
    this.write('state.json', state);
  }

  readState(): RunState | undefined {
    return this.read('state.json', runState);
  }

  /** Written when the script has ended but the tracker could not be told. */
  writeEnd(end: RunEnd): void {
    this.write('end.json', end);
  }

  readEnd(): RunEnd | undefined {
    return this.read('end.json', runEnd);
  }

  /** The task is no longer this run's; its runner sees that when it looks the next time. */
  revoke(): void {
    writeFileSync(path.join(this.path, 'revoked'), '', { mode: 0o600 });
  }

  get isRevoked(): boolean {
    return existsSync(path.join(this.path, 'revoked'));
  }

  /** Ends what is left of the script of a runner that disappeared. */
  killLeftovers(): void {
    const { scriptPid } = this.readState() ?? {};
    if (scriptPid !== undefined) {
      new ProcessTree(scriptPid, `${RUN_MARK}=${this.path}`).signalMarked();
    }
  }

  /** The run is over and told: only what the script itself may have written into the code folder stays. */
  finish(): void {
    for (const name of ['job.json', 'state.json', 'end.json', 'spool', 'revoked', 'runner.log']) {
      rmSync(path.join(this.path, name), { force: true });
    }
    if (readdirSync(this.path).length === 0) {
      rmSync(this.path, { recursive: true, force: true });
    }
  }

  /** The run never began. */
  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  private write(name: string, value: unknown): void {
    const file = path.join(this.path, name);
    writeFileSync(`${file}.new`, JSON.stringify(value), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }

  private read<T>(name: string, schema: z.ZodType<T>): T | undefined {
    try {
      const parsed = schema.safeParse(JSON.parse(readFileSync(path.join(this.path, name), 'utf8')));
      return parsed.success ? parsed.data : undefined;
    } catch {
      return undefined; // absent or torn: the same as never written
    }
  }
}
