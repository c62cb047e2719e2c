import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { closeSync, copyFileSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { keys, startTracker, type RunningTracker } from '../unit/tracker/tracker-fixture';

const scripts = path.resolve('test/contract/sdk-scripts');

/** A script that hangs tells after this long where, and is killed a little later. */
const BOUND_S = 200;
const KILL_AFTER_MS = 20_000;

/**
 * The package looks at the repository in a thread and forks meanwhile. When the fork falls into the start of a git
 * process, its copy of a pipe keeps the thread, and with it `Task.close`, waiting for five minutes. That is Python and
 * the package alone, whatever the server does, so it is kept out of these tests by a setting of the package.
 */
const CONFIGURATION = 'sdk { development { vcs_repo_detect_async: false } }\n';

/** How a process ended: its exit code, or null when a signal killed it; and all it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

export interface ProcessStart {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** When it is taken to hang, in seconds. */
  readonly boundS?: number;
}

/** A process that was started, and perhaps ended since. */
export interface Started {
  readonly ended: Promise<Ended>;
  /** What it wrote up to now. */
  output(): string;
  signal(name: NodeJS.Signals): void;
}

/** A tracker of its own with a home folder for the clients that talk to it. */
export class ClientHome {
  private readonly kills = new Set<() => void>();

  private constructor(
    readonly running: RunningTracker,
    readonly folder: string,
  ) {}

  static async open(): Promise<ClientHome> {
    const running = await startTracker();
    const folder = path.join(running.folder, 'home');
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'clearml.conf'), CONFIGURATION);
    return new ClientHome(running, folder);
  }

  get port(): number {
    return this.running.port;
  }

  /** Runs one of the scripts where it lies. */
  runScript(python: string, name: string, args: readonly string[] = []): Promise<Ended> {
    return this.run({ program: python, args: [path.join(scripts, name), ...args] }).ended;
  }

  /** Runs a copy that is in no repository, so that the package keeps the script's text. */
  runCopy(python: string, name: string, args: readonly string[] = []): Promise<Ended> {
    const copy = path.join(this.folder, name);
    copyFileSync(path.join(scripts, name), copy);
    return this.run({ program: python, args: [copy, ...args] }).ended;
  }

  /** Starts a process group; its output goes to a file, which nobody has to read for it to go on. */
  run({ program, args, environment = {}, boundS = BOUND_S }: ProcessStart): Started {
    const file = path.join(this.folder, `output-${this.kills.size}.txt`);
    const descriptor = openSync(file, 'w');
    const env = { ...process.env, ...this.environment(boundS), ...environment };
    const stdio: ['ignore', number, number] = ['ignore', descriptor, descriptor];
    const child = spawn(program, args, { cwd: this.folder, env, stdio, detached: true });
    closeSync(descriptor);
    const kill = (): void => killGroup(child.pid);
    this.kills.add(kill);
    const output = (): string => readFileSync(file, 'utf8');
    const ended = new Promise<Ended>((resolve, reject) => {
      const timer = setTimeout(kill, boundS * 1000 + KILL_AFTER_MS);
      child.on('error', reject);
      child.on('exit', (code) => {
        clearTimeout(timer);
        resolve({ code, output: output() });
      });
    });
    return { ended, signal: (name) => child.kill(name), output };
  }

  /** Ends what still runs, and the tracker with its data. */
  dispose(): void {
    this.kills.forEach((kill) => kill());
    this.running.end();
  }

  private environment(boundS: number): Record<string, string> {
    const url = `http://127.0.0.1:${this.port}`;
    return {
      HOME: this.folder,
      CLEARML_API_HOST: url,
      CLEARML_WEB_HOST: url,
      CLEARML_FILES_HOST: `${url}/files`,
      CLEARML_API_ACCESS_KEY: keys.accessKey,
      CLEARML_API_SECRET_KEY: keys.secretKey,
      CLEARML_TASK_NO_REUSE: '1',
      PYTHONPATH: path.join(scripts, 'at-start'),
      SCRIPT_BOUND_SECONDS: String(boundS),
    };
  }
}

/** Fails with what the process wrote, and where it hung if it did. */
export function assertCode({ code, output }: Ended, expected: number): void {
  assert.equal(code, expected, `The process ended with ${String(code)}:\n${output.slice(-6_000)}`);
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) {
    return;
  }
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

/** Starts jobs in their order, at most so many at a time: the clients mostly wait. */
export class Lanes {
  private free: number;
  private readonly waiting: (() => void)[] = [];

  constructor(width: number) {
    this.free = width;
  }

  async run<T>(job: () => Promise<T>): Promise<T> {
    if (this.free > 0) {
      this.free -= 1;
    } else {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    try {
      return await job();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) {
        this.free += 1;
      } else {
        next();
      }
    }
  }
}
