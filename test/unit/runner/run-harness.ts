import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { systemClock } from '../../../src/core/clock';
import type { LaunchConfiguration } from '../../../src/core/launch-configuration';
import { silentLogger } from '../../../src/core/logger';
import { RunFolder } from '../../../src/tracker/runner/run-folder';
import type { RunEnd, RunJob } from '../../../src/tracker/runner/run-job';
import type { SpoolLimits } from '../../../src/tracker/runner/spool-queue';
import { TaskRun } from '../../../src/tracker/runner/task-run';
import { RecordingTracker } from './recording-tracker';

export interface RunOptions {
  readonly launch?: Partial<LaunchConfiguration>;
  readonly stopGraceMs?: number;
  readonly fileName?: string;
  readonly environment?: NodeJS.ProcessEnv;
  readonly limits?: SpoolLimits;
}

/** A folder, a recording tracker and runs of scripts against it, in this process. */
export class RunHarness {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'trackside-run-'));
  readonly tracker = new RecordingTracker();
  private readonly active: TaskRun[] = [];
  private readonly ends: Promise<RunEnd>[] = [];
  private count = 0;

  async start(): Promise<void> {
    await this.tracker.start();
  }

  /** Also ends what a failed test left running. */
  async dispose(): Promise<void> {
    this.tracker.task = undefined;
    this.active.forEach((run) => run.requestStop('The test is over.'));
    await Promise.allSettled(this.ends);
    await this.tracker.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  writeScript(text: string | Buffer, fileName = 'script.py'): string {
    const file = path.join(this.folder, fileName);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  /** Runs Python text to its reported end. */
  async runText(text: string | Buffer, options: RunOptions = {}): Promise<RunEnd> {
    return this.begin(this.prepare(this.writeScript(text, options.fileName), options));
  }

  /** Starts a prepared run. */
  begin(run: TaskRun): Promise<RunEnd> {
    this.active.push(run);
    const end = run.run();
    this.ends.push(end);
    return end;
  }

  /** A run of a script, not begun; its task is in progress from now on. */
  prepare(script: string, options: RunOptions = {}): TaskRun {
    this.count += 1;
    this.tracker.task = { status: 'in_progress', status_message: '' };
    const folder = RunFolder.create(path.join(this.folder, 'data'), 'task', this.count);
    const job: RunJob = {
      taskId: 'task',
      workerId: 'host:local',
      url: this.tracker.url,
      dataDir: path.join(this.folder, 'data'),
      runDir: folder.path,
      nodePath: process.execPath,
      trackerScript: '',
      version: '0.0.0',
      stopGraceMs: options.stopGraceMs ?? 5_000,
      mode: 'run',
      launch: {
        version: 1,
        script,
        workingDirectory: this.folder,
        interpreter: 'python3',
        arguments: [],
        environment: {},
        ...options.launch,
      },
    };
    folder.writeJob(job);
    return new TaskRun({
      job,
      folder,
      keys: this.tracker.keys,
      logger: silentLogger,
      clock: systemClock,
      environment: options.environment ?? process.env,
      ...(options.limits === undefined ? {} : { limits: options.limits }),
      reviveTracker: () => Promise.resolve(this.tracker.url),
    });
  }
}

/** Waits until something is true; fails after 60 s, which no healthy run needs. */
export async function until(isTrue: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!isTrue()) {
    if (performance.now() > deadline) {
      throw new Error(`Waited in vain until ${what}.`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
