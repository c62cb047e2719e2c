import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, statSync, truncateSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import type { EnsureTrackerOptions } from './tracker-options';

const IDLE_MS = 5 * 60_000;
const START_MS = 15_000;
const LARGEST_LOG_BYTES = 4 * 1024 * 1024;

const startReport = z.discriminatedUnion('state', [
  z.object({ state: z.literal('ready'), url: z.string(), port: z.number(), pid: z.number() }),
  z.object({ state: z.literal('inUse') }),
  z.object({ state: z.literal('failed'), message: z.string() }),
]);
type StartReport = z.infer<typeof startReport>;

/** Starts a tracker process that outlives its parent, and waits for what it says about its start. */
export function spawnTracker(options: EnsureTrackerOptions): Promise<StartReport> {
  const log = openLog(options.dataDir);
  const { NODE_OPTIONS: _ignored, ...environment } = process.env;
  const child = spawn(options.nodePath, [options.trackerScript], {
    detached: true,
    windowsHide: true,
    cwd: path.dirname(options.trackerScript),
    stdio: ['pipe', 'pipe', log ?? 'ignore'],
    env: { ...environment, ELECTRON_RUN_AS_NODE: '1' },
  });
  if (log !== undefined) {
    closeSync(log);
  }
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(JSON.stringify(toInput(options)));
  child.unref();
  return new Promise((resolve) => {
    let output = '';
    const settle = (report: StartReport): void => {
      clearTimeout(timer);
      child.stdout?.destroy();
      child.removeAllListeners();
      resolve(report);
    };
    const fail = (what: string): void => settle({ state: 'failed', message: explained(options, what) });
    const timer = setTimeout(() => fail(`did not start within ${START_MS / 1000} s`), START_MS);
    child.on('error', (error) => fail(`could not be started with ${options.nodePath}: ${error.message}`));
    child.on('close', (code, signal) => fail(`ended at its start with ${signal ?? `code ${code ?? ''}`}`));
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
      const report = parseReport(output);
      if (report !== undefined) {
        settle(report);
      }
    });
  });
}

function toInput(options: EnsureTrackerOptions): object {
  const { dataDir, version, credentials, idleMs = IDLE_MS } = options;
  return { dataDir, version, idleMs, accessKey: credentials.accessKey, secretKey: credentials.secretKey };
}

function parseReport(output: string): StartReport | undefined {
  const end = output.indexOf('\n');
  if (end < 0) {
    return undefined;
  }
  try {
    return startReport.safeParse(JSON.parse(output.slice(0, end))).data;
  } catch {
    return undefined;
  }
}

/** `undefined` when the folder cannot be written; the tracker itself then says so. */
function openLog(dataDir: string): number | undefined {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const file = path.join(dataDir, 'tracker.log');
    const log = openSync(file, 'a', 0o600);
    if (statSync(file).size > LARGEST_LOG_BYTES) {
      truncateSync(file);
    }
    return log;
  } catch {
    return undefined;
  }
}

function explained(options: EnsureTrackerOptions, what: string): string {
  return `The tracker ${what}. See ${path.join(options.dataDir, 'tracker.log')}.`;
}
