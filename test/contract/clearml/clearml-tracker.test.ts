import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { describeBackendContract } from './backend-contract';
import type { ContractServer } from './contract-server';

const TRACKER = path.resolve('dist', 'tracker.js');

const announcement = z.object({ url: z.string(), accessKey: z.string(), secretKey: z.string() });

/** Trackside's own tracker as a process of its own, on a free port, with data that is thrown away. */
async function startTracker(): Promise<ContractServer> {
  if (!existsSync(TRACKER)) {
    throw new Error('dist/tracker.js is missing; build it with `node esbuild.mjs`.');
  }
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'trackside-contract-'));
  const child = spawn(process.execPath, [TRACKER, '--standalone', '--port', '0', '--data', dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = async (): Promise<void> => {
    await ended(child);
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    const { url, accessKey, secretKey } = announcement.parse(JSON.parse(await firstLine(child)));
    return { url, keys: { accessKey, secretKey }, isTrackside: true, apiMinor: 34, tellsAll: true, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) {
    throw new Error('The tracker has no output.');
  }
  for await (const line of createInterface({ input: child.stdout })) {
    return line;
  }
  throw new Error('The tracker ended without saying where it listens.');
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    await new Promise((resolve) => {
      child.once('exit', resolve);
      child.kill('SIGTERM');
    });
  }
}

describeBackendContract("Trackside's tracker", startTracker);
