import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import path from 'node:path';
import * as z from 'zod';
import { EditorServer, linkExtension, settingsFile, writeSettings } from '../editor/editor-server';
import { quietSettings, type Theme, THEMES } from '../editor/editor-settings';
import { MarkedProcesses } from '../editor/marked-processes';
import { SentenceError } from '../editor/sentence-error';
import { cacheFolder, repositoryRoot } from '../editor/toolchain';
import { untilStopped } from './stop-signals';
import type { StartOptions } from './start-options';
import { openInBrowser } from './open-in-browser';

/** Used when it is free, so that the browser finds the same windows and secrets again. */
const USUAL_PORT = 8817;
const LEFTOVER_GRACE_MS = 3_000;

const runningSchema = z.object({
  pid: z.number(),
  serverPid: z.number(),
  port: z.number(),
  address: z.string(),
  mark: z.string(),
});

/** Starts the editor server, prints its address and waits for its end. Its data is kept for the next start. */
export async function startInBrowser(
  options: StartOptions,
  toolchain: { readonly node: string; readonly codeServer: string },
): Promise<number> {
  const dataFolder = path.join(cacheFolder(), 'start');
  mkdirSync(dataFolder, { recursive: true });
  const runningFile = path.join(dataFolder, 'running.json');
  await endOrRefuseEarlier(runningFile);
  const port = await choosePort(options.port);
  prepareSettings(dataFolder, options.theme);
  linkExtension(dataFolder, repositoryRoot());
  const server = await EditorServer.start({ ...toolchain, dataFolder, port });
  try {
    const address = server.address(options.workspace);
    writeFileSync(
      runningFile,
      JSON.stringify({
        pid: process.pid,
        serverPid: server.pid,
        port: server.port,
        address,
        mark: server.mark,
      }),
      { mode: 0o600 },
    );
    console.log(`Trackside is ready, open ${address} (Ctrl-C ends it)`);
    if (options.opensBrowser) {
      openInBrowser(address);
    }
    if ((await untilStopped(server)) === 'ended') {
      throw new SentenceError(
        `The editor ended by itself; its log is ${path.join(dataFolder, 'server.log')}: start it again.`,
      );
    }
    return 0;
  } finally {
    await server.end();
    rmSync(runningFile, { force: true });
  }
}

/** Refuses when another start still serves; ends what a killed one left behind. */
async function endOrRefuseEarlier(runningFile: string): Promise<void> {
  const earlier = readRunning(runningFile);
  if (earlier === undefined) {
    return;
  }
  if (isAlive(earlier.pid) && (await answers(earlier.port))) {
    throw new SentenceError(
      `Trackside's editor already runs: open ${earlier.address}, or end process ${earlier.pid} first.`,
    );
  }
  if (!isAlive(earlier.pid)) {
    await new MarkedProcesses(earlier.mark).end(earlier.serverPid, LEFTOVER_GRACE_MS);
  }
  rmSync(runningFile, { force: true });
}

function readRunning(file: string): z.infer<typeof runningSchema> | undefined {
  if (!existsSync(file)) {
    return undefined;
  }
  try {
    return runningSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined; // Cut off by a crash: nothing to learn from it.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function choosePort(wanted: number | undefined): Promise<number> {
  const port = wanted ?? USUAL_PORT;
  if (port === 0 || (await isFree(port))) {
    return port;
  }
  if (wanted === undefined) {
    return 0;
  }
  throw new SentenceError(
    `Port ${port} is taken by another program: end it, or choose another port with \`npm start -- --port ${port + 1}\`.`,
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

/** The first start writes the settings; later ones keep what the person changed, but for a theme asked for. */
function prepareSettings(dataFolder: string, theme: Theme | undefined): void {
  const file = settingsFile(dataFolder);
  if (!existsSync(file)) {
    writeSettings(dataFolder, quietSettings(theme ?? 'dark'));
  } else if (theme !== undefined) {
    writeSettings(dataFolder, { ...readSettings(file), 'workbench.colorTheme': THEMES[theme] });
  }
}

function readSettings(file: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new SentenceError(
      `${file} is not plain JSON, so --theme cannot change it: choose the theme in the editor.`,
    );
  }
}
