import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';

const FILE_NAME = 'tracker.json';

const trackerFile = z.object({
  /** New for every process; what answers with another one is not the tracker of this file. */
  instanceId: z.string().min(1),
  pid: z.number().int().positive(),
  port: z.number().int().min(1).max(65_535),
  url: z.string(),
  /** Epoch milliseconds. */
  startedAt: z.number(),
  version: z.string(),
  /** Known to those who can read this file, which is its user alone; never sent, only proved. */
  controlSecret: z.string().min(16),
});

/** Where the running tracker of a data folder is. */
export type TrackerFile = z.infer<typeof trackerFile>;

/** `undefined` when there is none or it cannot be read, which both mean "start one". */
export function readTrackerFile(dataDir: string): TrackerFile | undefined {
  try {
    const result = trackerFile.safeParse(JSON.parse(readFileSync(path.join(dataDir, FILE_NAME), 'utf8')));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}

/** Writes it at once as a whole, readable by this user alone. */
export function writeTrackerFile(dataDir: string, content: TrackerFile): void {
  const file = path.join(dataDir, FILE_NAME);
  const draft = `${file}.${content.pid}`;
  writeFileSync(draft, JSON.stringify(content), { mode: 0o600 });
  renameSync(draft, file);
}

/** Removes it if it is still about this instance. */
export function removeTrackerFile(dataDir: string, instanceId: string): void {
  if (readTrackerFile(dataDir)?.instanceId === instanceId) {
    rmSync(path.join(dataDir, FILE_NAME), { force: true });
  }
}

/** Shows that one knows the secret without sending it. Every part is bound, in this order. */
export function proof(secret: string, ...parts: readonly string[]): string {
  return createHmac('sha256', secret).update(JSON.stringify(parts)).digest('base64url');
}

/** Compares without telling by time where they differ. */
export function isSameProof(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
