import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';

const announcement = z.object({ url: z.string(), accessKey: z.string(), secretKey: z.string() });

/** A tracker of our own, as `npm run tracker` starts it. */
export interface TrackerProcess {
  readonly url: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts the built tracker on a free port. Throws when it says nothing within 15 seconds. */
export async function startTracker(root: string, dataDir: string): Promise<TrackerProcess> {
  const script = path.join(root, 'dist', 'tracker.js');
  if (!existsSync(script)) {
    throw new Error(`${script} is missing: build first with "node esbuild.mjs".`);
  }
  const child = spawn(process.execPath, [script, '--standalone', '--port', '0', '--data', dataDir], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-2_000);
  });
  const line = await firstLine(child, () => complaint);
  const { url, accessKey, secretKey } = announcement.parse(JSON.parse(line));
  return { url, accessKey, secretKey, pid: child.pid ?? 0, stop: () => stop(child) };
}

async function firstLine(child: ChildProcess, complaint: () => string): Promise<string> {
  const { stdout } = child;
  if (stdout === null) {
    throw new Error('The tracker has no output.');
  }
  const lines = createInterface(stdout);
  const stopWaiting = new AbortController();
  const timer = setTimeout(() => {
    stopWaiting.abort();
  }, 15_000);
  const onExit = (): void => {
    stopWaiting.abort();
  };
  child.once('exit', onExit);
  try {
    const [line] = z.tuple([z.string()]).parse(await once(lines, 'line', { signal: stopWaiting.signal }));
    return line;
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`The tracker did not start. ${complaint()}`, { cause: error });
  } finally {
    clearTimeout(timer);
    child.off('exit', onExit);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(timer);
}
