import { setTimeout as sleep } from 'node:timers/promises';
import { askTracker, controlTracker, type FoundTracker } from './find-tracker';
import { spawnTracker } from './spawn-tracker';
import { readTrackerFile } from './tracker-file';
import type { EnsureTrackerOptions } from './tracker-options';

export interface RunningTracker {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
}

const DEADLINE_MS = 20_000;
const PAUSE_MS = 60;

/**
 * Finds the tracker of the data folder or starts one; however many callers do so at once, one tracker runs. Rejects
 * with a sentence for people when it cannot be had, and with an AbortError when cancelled.
 */
export async function ensureTracker(options: EnsureTrackerOptions): Promise<RunningTracker> {
  const deadline = Date.now() + DEADLINE_MS;
  while (Date.now() < deadline) {
    options.signal.throwIfAborted();
    const running = (await findTracker(options)) ?? (await startTracker(options));
    if (running !== undefined) {
      return running;
    }
    await sleep(PAUSE_MS, undefined, { signal: options.signal });
  }
  const holder = readTrackerFile(options.dataDir);
  const who = holder === undefined ? 'Another process' : `Process ${holder.pid}`;
  throw new Error(
    `${who} holds the tracker's data in ${options.dataDir} but does not answer. End that process and try again.`,
  );
}

async function findTracker(options: EnsureTrackerOptions): Promise<RunningTracker | undefined> {
  const found = await askTracker(options.dataDir, options.signal);
  if (found === undefined) {
    return undefined;
  }
  if (isNewer(options.version, found.version)) {
    options.logger.info(`Replacing the tracker of version ${found.version} by version ${options.version}.`);
    await controlTracker(found, 'shutdown', options.credentials, options.signal);
    await untilGone(options, found);
    return undefined;
  }
  await controlTracker(found, 'accept', options.credentials, options.signal);
  const { url, port, pid } = found.file;
  return { url, port, pid };
}

async function startTracker(options: EnsureTrackerOptions): Promise<RunningTracker | undefined> {
  const report = await spawnTracker(options);
  switch (report.state) {
    case 'ready':
      options.logger.info(`Started the tracker, process ${report.pid}, at ${report.url}.`);
      return { url: report.url, port: report.port, pid: report.pid };
    case 'inUse':
      return undefined;
    case 'failed':
      throw new Error(report.message);
  }
}

async function untilGone(options: EnsureTrackerOptions, { file }: FoundTracker): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS / 2;
  while (Date.now() < deadline && readTrackerFile(options.dataDir)?.instanceId === file.instanceId) {
    await sleep(PAUSE_MS, undefined, { signal: options.signal });
  }
}

/** Compares versions by their numbers, `1.10.0` being newer than `1.9.3`. */
export function isNewer(version: string, than: string): boolean {
  const numbers = (text: string): number[] =>
    text.split(/[.+-]/).map((part) => Number.parseInt(part, 10) || 0);
  const [a, b] = [numbers(version), numbers(than)];
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) {
      return difference > 0;
    }
  }
  return false;
}
