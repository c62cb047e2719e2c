import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { readPanel } from '../../scripts/demo/paint-log';
import { until } from '../editor/harness/until';
import type { BenchRow, Figures } from './bench-row';
import { hideEverything, openPanel, withCountedEditor } from './editor-session';
import { seedLongRun, LONG_RUN } from './seed-long-run';

const SETTLE_MS = 10_000;
const WATCH_MS = 60_000;
/** Linux counts processor time in hundredths of a second. */
const TICK_MS = 10;

/** After trees and a panel were used and hidden again: what the extension sends, and the extension host's processor time. */
export const idleRow: BenchRow = {
  id: 'idle',
  title: 'A minute with nothing visible, connected',
  budget: '0 requests',
  run: (context) =>
    withCountedEditor(
      context,
      (client) => seedLongRun(client, 2, 1_000),
      async ({ editor, window, proxy }): Promise<Figures> => {
        const { frame } = await openPanel(window, LONG_RUN);
        await until('the curves are there', async () => (await readPanel(frame)).points > 0);
        await hideEverything(window);
        await delay(SETTLE_MS);
        const before = { ...proxy.traffic(), cpuMs: extensionHostCpuMs(editor.serverPid) };
        context.say('nothing is visible for a minute');
        await delay(WATCH_MS);
        const after = { ...proxy.traffic(), cpuMs: extensionHostCpuMs(editor.serverPid) };
        return {
          requests: after.requests - before.requests,
          bytesSent: after.bytes - before.bytes,
          extensionHostCpuMs: after.cpuMs - before.cpuMs,
        };
      },
    ),
};

/** Processor time of all extension hosts below the server, Trackside's among other extensions'; NaN but on Linux. */
function extensionHostCpuMs(serverPid: number): number {
  if (process.platform !== 'linux') {
    return Number.NaN;
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const fields = readProcess(pid, 'stat').split(') ').at(-1)?.split(' ') ?? [];
      const isHost = readProcess(pid, 'cmdline').includes('--type=extensionHost');
      return isHost && Number(fields[1]) === serverPid
        ? [(Number(fields[11]) + Number(fields[12])) * TICK_MS]
        : [];
    })
    .reduce((sum, cpuMs) => sum + cpuMs, 0);
}

function readProcess(pid: string, file: 'stat' | 'cmdline'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    // It ended meanwhile.
    return '';
  }
}
