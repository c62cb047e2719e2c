import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * A text that is the same for the whole life of a process and different for another process that gets the same pid
 * later; undefined when there is no such process.
 */
export function processStart(pid: number): string | undefined {
  if (!isAlive(pid)) {
    return undefined;
  }
  return process.platform === 'linux' ? linuxStart(pid) : (portableStart(pid) ?? 'unknown');
}

/** True when a process with this pid exists, also when it belongs to somebody else. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Field 22 of /proc/pid/stat, in clock ticks since boot; a zombie counts as gone. */
function linuxStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function portableStart(pid: number): string | undefined {
  const isWindows = process.platform === 'win32';
  const program = isWindows ? 'powershell' : 'ps';
  const args = isWindows
    ? ['-NoProfile', '-Command', `(Get-Process -Id ${pid}).StartTime.Ticks`]
    : ['-o', 'lstart=', '-p', String(pid)];
  try {
    return execFileSync(program, args, {
      encoding: 'utf8',
      timeout: 5_000,
      windowsHide: true,
    }).trim();
  } catch {
    return undefined;
  }
}
