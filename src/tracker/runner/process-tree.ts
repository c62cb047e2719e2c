import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * The processes of one run: the group of the process `leader`, and on Linux also those descendants that left the
 * group (a double fork with a session of its own) but still carry `mark` (`NAME=value`) in their environment.
 */
export class ProcessTree {
  private readonly needle: Buffer;

  constructor(
    private readonly leader: number,
    mark: string,
  ) {
    this.needle = Buffer.from(`${mark}\0`);
  }

  signal(signal: 'SIGTERM' | 'SIGKILL'): void {
    if (process.platform === 'win32') {
      const killer = spawn('taskkill', ['/pid', String(this.leader), '/t', '/f'], {
        stdio: 'ignore',
        windowsHide: true,
      });
      killer.on('error', () => send(this.leader, signal));
      return;
    }
    const others = process.platform === 'linux' ? this.members() : [];
    send(-this.leader, signal);
    others.forEach((pid) => send(pid, signal));
  }

  /**
   * Ends those members that carry the mark, without trust in the leader's pid, which may be another process's by
   * now. Only Linux can tell; elsewhere nothing is ended.
   */
  signalMarked(): void {
    if (process.platform === 'linux') {
      this.pids((pid) => this.isMarked(pid)).forEach((pid) => send(pid, 'SIGKILL'));
    }
  }

  get isAlive(): boolean {
    switch (process.platform) {
      case 'linux':
        return this.members().length > 0; // a zombie that nobody reaps would keep `kill(-pgid, 0)` successful
      case 'win32':
        return send(this.leader, 0);
      default:
        return send(-this.leader, 0);
    }
  }

  private members(): readonly number[] {
    return this.pids((pid, group) => group === this.leader || this.isMarked(pid));
  }

  private pids(isWanted: (pid: number, group: number) => boolean): readonly number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => {
        const group = pid === process.pid ? undefined : liveGroup(pid);
        return group !== undefined && isWanted(pid, group);
      });
  }

  private isMarked(pid: number): boolean {
    try {
      return readFileSync(`/proc/${pid}/environ`).includes(this.needle);
    } catch {
      return false; // gone meanwhile, or somebody else's
    }
  }
}

/** The process group of a process that is neither gone nor a zombie. */
function liveGroup(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? undefined : Number(group);
  } catch {
    return undefined;
  }
}

/** True when there was somebody to signal. */
function send(pid: number, signal: 'SIGTERM' | 'SIGKILL' | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}
