import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { systemClock, type Clock } from '../../../src/core/clock';
import { Emitter } from '../../../src/core/emitter';
import { silentLogger } from '../../../src/core/logger';
import type {
  LocalWorker,
  RunnableTask,
  WorkerReport,
  WorkerSettings,
  WorkerTaskState,
} from '../../../src/tracker/worker/contract';
import { startLocalWorker } from '../../../src/tracker/worker/local-worker';
import { RecordingTracker } from '../runner/recording-tracker';

/** A clock that remembers what waits. */
export class CountingClock implements Clock {
  waiting = 0;

  now(): number {
    return systemClock.now();
  }

  after(delayMs: number, run: () => void): { dispose(): void } {
    let isWaiting = true;
    const end = (): void => {
      this.waiting -= isWaiting ? 1 : 0;
      isWaiting = false;
    };
    this.waiting += 1;
    const timer = systemClock.after(delayMs, () => {
      end();
      run();
    });
    return {
      dispose: () => {
        end();
        timer.dispose();
      },
    };
  }
}

/** A local worker with real runners, a recording tracker, and tasks that live in memory. */
export class WorkerBench {
  readonly dataDir = mkdtempSync(path.join(os.tmpdir(), 'trackside worker '));
  readonly tracker = new RecordingTracker();
  readonly queue: RunnableTask[] = [];
  readonly reports: WorkerReport[] = [];
  readonly console = new Map<string, string>();
  readonly revokedRuns: string[] = [];
  readonly queueChanged = new Emitter<void>();
  readonly stopRequested = new Emitter<string>();
  readonly settingsChanged = new Emitter<WorkerSettings>();
  readonly asked = new Emitter<void>();
  readonly clock = new CountingClock();
  settings: WorkerSettings = { concurrent_tasks: 1, stop_grace_ms: 300 };
  private readonly workers: LocalWorker[] = [];

  static readonly runnerScript = path.join(os.tmpdir(), `trackside-runner-${process.pid}.js`);

  static async buildRunner(): Promise<void> {
    await build({
      entryPoints: ['src/tracker/runner/main.ts'],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      outfile: WorkerBench.runnerScript,
      logLevel: 'error',
    });
  }

  async start(): Promise<void> {
    await this.tracker.start();
  }

  async dispose(): Promise<void> {
    this.workers.forEach((worker) => worker.dispose());
    await this.tracker.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  startWorker(): LocalWorker {
    const worker = startLocalWorker({
      dataDir: this.dataDir,
      nodePath: process.execPath,
      runnerScript: WorkerBench.runnerScript,
      trackerScript: path.join(this.dataDir, 'no-tracker.js'),
      version: '0.0.0',
      url: this.tracker.url,
      credentials: this.tracker.keys,
      tasks: {
        takeNext: () => this.takeNext(),
        runningBy: () => this.running(),
        read: (taskId) => this.read(taskId),
        end: (taskId, { kind, reason }) => this.end(taskId, kind, reason),
        revokeRun: (name) => this.revokedRuns.push(name),
        appendConsole: (taskId, text) => this.console.set(taskId, `${this.console.get(taskId) ?? ''}${text}`),
        onQueueChanged: this.queueChanged.event,
        onStopRequested: this.stopRequested.event,
      },
      registry: {
        report: (report) => this.reports.push(report),
        unregister: () => undefined,
        onAsked: this.asked.event,
      },
      settings: this.settingsSource(),
      logger: silentLogger,
      clock: this.clock,
    });
    this.workers.push(worker);
    return worker;
  }

  enqueue(task: RunnableTask): void {
    this.setStatus(task.id, 'queued');
    this.queue.push(task);
    this.queueChanged.fire();
  }

  /** A task that runs this Python text. */
  enqueueText(id: string, text: string, environment: Record<string, string> = {}): RunnableTask {
    const script = path.join(this.dataDir, `${id}.py`);
    writeFileSync(script, text);
    const launch = {
      version: 1,
      script,
      workingDirectory: this.dataDir,
      interpreter: 'python3',
      arguments: [],
      environment,
    };
    const task = { id, name: id, launchConfigurationText: JSON.stringify(launch) };
    this.enqueue(task);
    return task;
  }

  setStatus(taskId: string, status: string, message = ''): void {
    this.tracker.tasksById.set(taskId, { status, status_message: message });
  }

  statusOf(taskId: string): string | undefined {
    return this.tracker.tasksById.get(taskId)?.status;
  }

  reasonOf(taskId: string): string | undefined {
    return this.tracker.tasksById.get(taskId)?.status_message;
  }

  /** What a person's stop does. */
  requestStop(taskId: string): void {
    this.setStatus(taskId, 'in_progress', 'stopping');
    this.stopRequested.fire(taskId);
  }

  private settingsSource(): { readonly current: WorkerSettings; onChange: Emitter<WorkerSettings>['event'] } {
    const readSettings = (): WorkerSettings => this.settings;
    return {
      get current() {
        return readSettings();
      },
      onChange: this.settingsChanged.event,
    };
  }

  private takeNext(): RunnableTask | undefined {
    const task = this.queue.shift();
    if (task !== undefined) {
      this.setStatus(task.id, 'in_progress');
    }
    return task;
  }

  private running(): readonly string[] {
    return [...this.tracker.tasksById].filter(([, { status }]) => status === 'in_progress').map(([id]) => id);
  }

  private read(taskId: string): WorkerTaskState | undefined {
    const task = this.tracker.tasksById.get(taskId);
    return task === undefined
      ? undefined
      : {
          status: task.status,
          statusMessage: task.status_message,
          isStopRequested: task.status_message.includes('stopping'),
        };
  }

  private end(taskId: string, kind: string, reason: string): void {
    if (this.statusOf(taskId) === 'in_progress') {
      this.setStatus(taskId, kind, reason);
    }
  }
}
