import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { LaunchConfiguration } from '../../core/launch-configuration';
import { ProcessTree } from './process-tree';

/** How long output may still come from children that outlive the script, once it is silent. */
const SILENCE_MS = 500;
const POLL_MS = 25;

export type ScriptExit =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'notStarted'; readonly error: unknown };

export type OutputStream = 'stdout' | 'stderr';

export interface ScriptProcessOptions {
  readonly launch: LaunchConfiguration;
  readonly environment: NodeJS.ProcessEnv;
  /** `NAME=value` out of the environment that no other process has. */
  readonly mark: string;
  readonly onOutput: (stream: OutputStream, bytes: Uint8Array) => void;
}

/** A script in a process group of its own, started without a shell. */
export class ScriptProcess {
  private readonly child: ChildProcessByStdio<null, Readable, Readable>;
  private readonly tree: ProcessTree | undefined;
  private lastOutputAt = performance.now();
  private isPaused = false;
  /** Resolves once the script has ended and its output was read. */
  readonly ended: Promise<ScriptExit>;

  /** Throws what the system gives for impossible arguments; other failures to start come through {@link ended}. */
  constructor({ launch, environment, mark, onOutput }: ScriptProcessOptions) {
    this.child = spawn(launch.interpreter, [launch.script, ...launch.arguments], {
      cwd: launch.workingDirectory,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      shell: false,
      windowsHide: true,
    });
    this.tree = this.child.pid === undefined ? undefined : new ProcessTree(this.child.pid, mark);
    for (const name of ['stdout', 'stderr'] as const) {
      this.child[name].on('data', (bytes: Buffer) => {
        this.lastOutputAt = performance.now();
        onOutput(name, bytes);
      });
      this.child[name].on('error', () => undefined); // the pipe broke: the exit tells what happened
    }
    this.ended = this.waitForEnd();
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Leaves output in the pipes until {@link resume}, so that the script waits. */
  pause(): void {
    this.isPaused = true;
    this.child.stdout.pause();
    this.child.stderr.pause();
  }

  resume(): void {
    this.isPaused = false;
    this.child.stdout.resume();
    this.child.stderr.resume();
  }

  /** Asks the whole group to end, and ends it for good when something of it is still there after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.tree?.signal('SIGTERM');
    const deadline = performance.now() + graceMs;
    while (this.tree?.isAlive === true && performance.now() < deadline) {
      await delay(POLL_MS);
    }
    this.tree?.signal('SIGKILL');
  }

  private waitForEnd(): Promise<ScriptExit> {
    return new Promise((resolve) => {
      this.child.once('error', (error) => {
        if (this.child.pid === undefined) {
          resolve({ kind: 'notStarted', error });
        }
      });
      this.child.once('exit', (code, signal) => {
        const exit: ScriptExit =
          signal === null ? { kind: 'exited', code: code ?? 0 } : { kind: 'signalled', signal };
        void this.outputEnded().then(() => resolve(exit));
      });
    });
  }

  /** Children that the script left behind may hold the pipes open for ever: silence ends the wait. */
  private async outputEnded(): Promise<void> {
    const { stdout, stderr } = this.child;
    this.lastOutputAt = performance.now();
    while (
      !(stdout.closed && stderr.closed) &&
      (this.isPaused || performance.now() - this.lastOutputAt < SILENCE_MS)
    ) {
      await delay(10);
    }
    stdout.destroy();
    stderr.destroy();
  }
}
