import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Clock } from '../../core/clock';
import { toDisposable, type Disposable } from '../../core/disposable';
import { processStart } from '../runner/process-identity';
import type { RunFolder } from '../runner/run-folder';
import { RUNNER_VARIABLES, type RunState } from '../runner/run-job';

const ADOPTED_POLL_MS = 1_000;
const LOOKED_AT_CHARACTERS = 4_000;

export interface RunnerStart {
  readonly nodePath: string;
  readonly runnerScript: string;
  readonly credentials: { readonly accessKey: string; readonly secretKey: string };
}

/** A runner's process, started here or by an earlier tracker. Disposing stops watching it, never the process. */
export interface RunnerHandle extends Disposable {
  readonly pid: number;
}

/** Starts a runner for a folder that holds its job. `onEnd` gets why it could not start, or nothing once it is gone. */
export function startRunner(
  folder: RunFolder,
  start: RunnerStart,
  onEnd: (failure?: string) => void,
): RunnerHandle {
  const log = openSync(folder.logFile, 'a', 0o600);
  const child = spawn(start.nodePath, [start.runnerScript], {
    cwd: folder.path,
    detached: true,
    windowsHide: true,
    stdio: ['ignore', log, log],
    env: {
      ...process.env,
      ELECTRON_RUN_AS_NODE: '1',
      [RUNNER_VARIABLES.jobFile]: folder.jobFile,
      [RUNNER_VARIABLES.accessKey]: start.credentials.accessKey,
      [RUNNER_VARIABLES.secretKey]: start.credentials.secretKey,
    },
  });
  closeSync(log);
  child.unref();
  let isWatching = true;
  const end = (failure?: string): void => {
    if (isWatching) {
      isWatching = false;
      onEnd(failure);
    }
  };
  child.once('error', (error) => end(`The runner could not be started: ${error.message}`));
  child.once('exit', (code) => end(code === 0 || code === null ? undefined : failureOf(folder)));
  return {
    pid: z.number().catch(0).parse(child.pid),
    dispose: () => {
      isWatching = false;
    },
  };
}

/** The last message in a runner's log; lines of a stack are indented. */
function failureOf({ logFile }: RunFolder): string {
  const message = tailOf(logFile)
    .split('\n')
    .findLast((line) => /^\S/.test(line));
  return `The run's process disappeared: ${message ?? 'it says nothing'}`;
}

function tailOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').slice(-LOOKED_AT_CHARACTERS);
  } catch {
    return '';
  }
}

/** Watches a runner that another process started, until it is gone. */
export function adoptRunner(state: RunState, clock: Clock, onEnd: () => void): RunnerHandle {
  let timer: Disposable = toDisposable(() => undefined);
  const look = (): void => {
    timer = clock.after(ADOPTED_POLL_MS, () => {
      if (isRunner(state)) {
        look();
      } else {
        onEnd();
      }
    });
  };
  look();
  return { pid: state.pid, dispose: () => timer.dispose() };
}

/** True while the very process that wrote this state lives. */
export function isRunner(state: RunState): boolean {
  return processStart(state.pid) === state.processStart;
}
