import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const MARK_VARIABLE = 'TRACKSIDE_EDITOR_RUN';

/**
 * Finds and ends everything that descends from one editor, detached processes too: they all inherit an environment
 * variable with a value of their own. Linux reads it from /proc; elsewhere only the process tree below the editor is
 * seen, which the tracker's own idle end completes.
 */
export class MarkedProcesses {
  /** @param mark give that of an earlier instance to find what it left behind */
  constructor(readonly mark: string = randomUUID()) {}

  /** What a process must be started with to be found. */
  get environment(): Readonly<Record<string, string>> {
    return { [MARK_VARIABLE]: this.mark };
  }

  /** Process ids that live now; `rootPid` is the editor server's. */
  alive(rootPid: number): readonly number[] {
    return process.platform === 'linux' ? this.markedOnLinux() : descendants(rootPid);
  }

  /** Asks all to end, waits for `graceMs`, kills the rest. */
  async end(rootPid: number, graceMs: number): Promise<void> {
    const known = new Set(this.alive(rootPid));
    signalAll(known, 'SIGTERM');
    const deadline = Date.now() + graceMs;
    while (Date.now() < deadline) {
      this.alive(rootPid).forEach((pid) => known.add(pid));
      if (![...known].some(isAlive)) {
        return;
      }
      await delay(50);
    }
    signalAll(known, 'SIGKILL');
    this.endAtOnce(rootPid);
  }

  /** Kills all without waiting; for when this process itself must go. */
  endAtOnce(rootPid: number): void {
    signalAll(new Set(this.alive(rootPid)), 'SIGKILL');
  }

  private markedOnLinux(): readonly number[] {
    const wanted = `${MARK_VARIABLE}=${this.mark}`;
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
      .filter((pid) => environmentOf(pid).includes(wanted))
      .map(Number);
  }
}

function environmentOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return []; // Ended meanwhile, or another user's.
  }
}

function descendants(rootPid: number): readonly number[] {
  const listing =
    process.platform === 'win32'
      ? spawnSync('powershell', [
          '-NoProfile',
          '-Command',
          'Get-CimInstance Win32_Process | ForEach-Object { "$($_.ProcessId) $($_.ParentProcessId)" }',
        ])
      : spawnSync('ps', ['-axo', 'pid=,ppid=']);
  const rows = listing.stdout
    .toString('utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const found = new Set([rootPid]);
  for (let size = 0; size !== found.size;) {
    size = found.size;
    rows
      .filter(([, parent]) => parent !== undefined && found.has(parent))
      .forEach(([pid]) => pid !== undefined && found.add(pid));
  }
  return [...found].filter(isAlive);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function signalAll(pids: ReadonlySet<number>, signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // Ended by itself.
    }
  }
}
