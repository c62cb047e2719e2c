import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import axios from 'axios';
import { until } from '../../editor/harness/until';
import { addressOf } from '../counting-proxy';
import { processTree } from './process-memory';

const START_TIMEOUT_MS = 180_000;

/** A server of another product on this machine. */
export interface PeerProcess {
  /** `http://127.0.0.1:port`, without a slash at the end. */
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export interface PeerCommand {
  readonly program: string;
  /** Made when the port is known. */
  readonly args: (port: number) => readonly string[];
  readonly folder: string;
  /** Answers with success when the server is ready. */
  readonly readyPath: string;
}

/** Starts a server on a free port and waits until it answers. Throws with what it printed when it does not. */
export async function startPeer({ program, args, folder, readyPath }: PeerCommand): Promise<PeerProcess> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(program, [...args(port)], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  const keep = (text: string): void => {
    printed = (printed + text).slice(-2_000);
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  child.on('error', (error) => keep(error.message));
  try {
    await until(
      `${program} answers`,
      async () => {
        if (child.exitCode !== null) {
          throw new Error(`${program} ended at once: ${printed}`);
        }
        return isReady(url + readyPath);
      },
      START_TIMEOUT_MS,
    );
  } catch (error) {
    await stop(child);
    throw new Error(`${program} did not start: ${printed}`, { cause: error });
  }
  return { url, pid: child.pid ?? 0, stop: () => stop(child) };
}

async function isReady(address: string): Promise<boolean> {
  try {
    await axios.get(address);
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = addressOf(server);
  server.close();
  await once(server, 'close');
  return port;
}

/** With everything it started: its workers do not end by themselves when it is killed. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const ended = once(child, 'exit');
  const family = processTree([child.pid]);
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(timer);
  for (const pid of family) {
    endQuietly(pid);
  }
}

function endQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended with its parent.
  }
}
