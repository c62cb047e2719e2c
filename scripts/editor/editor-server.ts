import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import type { UserSettings } from './editor-settings';
import { MarkedProcesses } from './marked-processes';

export interface EditorServerOptions {
  /** Runs the server; Node 24. */
  readonly node: string;
  /** VS Code's server folder. */
  readonly codeServer: string;
  /** Everything the editor keeps; may be used again by a later editor. */
  readonly dataFolder: string;
  /** 0 takes a free one. */
  readonly port: number;
  /**
   * A built extension's folder to run in-host tests of, absolute. Notifications then stay off the screen (a rule of the
   * driver that honours it), so drive the screen with {@link linkExtension} or {@link installVsix} instead.
   */
  readonly extensionUnderTest?: string;
  /** Added to the environment of the server and so of the extension host. */
  readonly environment?: Readonly<Record<string, string>>;
}

const START_TIMEOUT_MS = 60_000;
const END_GRACE_MS = 5_000;

/** One running VS Code server on the loopback interface. Owns every process that comes of it. */
export class EditorServer {
  private constructor(
    private readonly options: EditorServerOptions,
    private readonly process: ChildProcess,
    private readonly descendants: MarkedProcesses,
    readonly port: number,
  ) {
    // A crash of this process must not leave an editor behind.
    process.once('exit', this.endOnExit);
  }

  private readonly endOnExit = () => this.endAtOnce();

  /** Resolves when the server listens. Rejects with a sentence, e.g. when the port is taken. */
  static async start(options: EditorServerOptions): Promise<EditorServer> {
    mkdirSync(path.join(options.dataFolder, 'data', 'User'), { recursive: true });
    const descendants = new MarkedProcesses();
    const child = spawn(options.node, serverArguments(options), {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...cleanEnvironment(), ...options.environment, ...descendants.environment },
    });
    try {
      const port = await listening(child, path.join(options.dataFolder, 'server.log'));
      return new EditorServer(options, child, descendants, port);
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  /** What to open in a browser to work in `workspace` (a folder, absolute). Holds the connection token. */
  address(workspace: string, extensionTestsPath?: string): string {
    const url = new URL(`http://127.0.0.1:${this.port}/`);
    url.searchParams.set('tkn', connectionToken(this.options.dataFolder));
    url.searchParams.set('folder', toUriPath(workspace));
    if (this.options.extensionUnderTest !== undefined) {
      url.searchParams.set('payload', JSON.stringify(this.testPayload(extensionTestsPath)));
    }
    return url.href.replaceAll('+', '%20');
  }

  private testPayload(extensionTestsPath: string | undefined): readonly (readonly [string, string])[] {
    const remote = (file: string) => `vscode-remote://127.0.0.1:${this.port}${toUriPath(file)}`;
    return [
      ['extensionDevelopmentPath', remote(this.options.extensionUnderTest ?? '')],
      ...(extensionTestsPath === undefined
        ? []
        : [['extensionTestsPath', remote(extensionTestsPath)] as const]),
      ['skipWelcome', 'true'],
    ];
  }

  /** Finds this editor's processes by {@link MarkedProcesses} even when this process is gone. */
  get mark(): string {
    return this.descendants.mark;
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  /** Resolves when the server ended by itself or by `end`. */
  async whenEnded(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      await new Promise<void>((resolve) => this.process.once('close', () => resolve()));
    }
  }

  /** Ends the server, its extension hosts and whatever they started, detached or not. */
  async end(): Promise<void> {
    await this.descendants.end(this.pid, END_GRACE_MS);
    await this.whenEnded();
    process.off('exit', this.endOnExit);
  }

  /** The same without waiting. */
  endAtOnce(): void {
    this.descendants.endAtOnce(this.pid);
  }
}

/**
 * Makes a built extension's folder an installed extension of the editor that will use `dataFolder`, by a link: what is
 * built later is there after a window reload.
 */
export function linkExtension(dataFolder: string, extensionFolder: string): void {
  const extensions = path.join(dataFolder, 'extensions');
  mkdirSync(extensions, { recursive: true });
  const { publisher, name, version } = z
    .object({ publisher: z.string(), name: z.string(), version: z.string() })
    .parse(JSON.parse(readFileSync(path.join(extensionFolder, 'package.json'), 'utf8')));
  for (const earlier of readdirSync(extensions).filter((entry) =>
    entry.startsWith(`${publisher}.${name}-`),
  )) {
    rmSync(path.join(extensions, earlier), { recursive: true });
  }
  symlinkSync(extensionFolder, path.join(extensions, `${publisher}.${name}-${version}`), 'junction');
  // The editor's own list of what is installed; it makes a new one of what it finds.
  rmSync(path.join(extensions, 'extensions.json'), { force: true });
}

/** Installs a .vsix into the editor that will use `dataFolder`. */
export function installVsix(
  options: Pick<EditorServerOptions, 'node' | 'codeServer' | 'dataFolder'>,
  vsix: string,
): void {
  const result = spawnSync(
    options.node,
    [
      serverScript(options.codeServer),
      ...folderArguments(options.dataFolder),
      '--accept-server-license-terms',
      '--install-extension',
      vsix,
    ],
    { encoding: 'utf8', env: cleanEnvironment(), timeout: START_TIMEOUT_MS },
  );
  if (result.status !== 0 || !/successfully installed/.test(result.stdout)) {
    throw new Error(`Installing ${vsix} failed: ${(result.stdout + result.stderr).slice(-2_000)}`);
  }
}

export function settingsFile(dataFolder: string): string {
  return path.join(dataFolder, 'data', 'User', 'settings.json');
}

/** Replaces the user settings; an open window follows. */
export function writeSettings(dataFolder: string, settings: UserSettings): void {
  mkdirSync(path.dirname(settingsFile(dataFolder)), { recursive: true });
  writeFileSync(settingsFile(dataFolder), `${JSON.stringify(settings, null, 2)}\n`);
}

function serverArguments(options: EditorServerOptions): string[] {
  connectionToken(options.dataFolder);
  return [
    serverScript(options.codeServer),
    ...['--host', '127.0.0.1', '--port', String(options.port)],
    ...['--connection-token-file', tokenFile(options.dataFolder)],
    '--accept-server-license-terms',
    ...folderArguments(options.dataFolder),
    ...['--telemetry-level', 'off'],
    ...(options.extensionUnderTest === undefined ? [] : ['--enable-smoke-test-driver']),
    '--disable-workspace-trust',
  ];
}

function serverScript(codeServer: string): string {
  return path.join(codeServer, 'out', 'server-main.js');
}

function folderArguments(dataFolder: string): string[] {
  return ['--server-data-dir', dataFolder, '--extensions-dir', path.join(dataFolder, 'extensions')];
}

function tokenFile(dataFolder: string): string {
  return path.join(dataFolder, 'connection-token');
}

/** Keeps other users of this machine out; the same for every start, so that an address can be kept. */
function connectionToken(dataFolder: string): string {
  const file = tokenFile(dataFolder);
  if (!existsSync(file)) {
    mkdirSync(dataFolder, { recursive: true });
    writeFileSync(file, randomBytes(18).toString('hex'), { mode: 0o600 });
  }
  return readFileSync(file, 'utf8').trim();
}

/** Without what an editor or a Node debugger around this process set. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const dropped = /^(VSCODE_|ELECTRON_|NODE_OPTIONS$|npm_)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !dropped.test(name)));
}

function toUriPath(file: string): string {
  const slashed = file.split(path.sep).join('/');
  return slashed.startsWith('/') ? slashed : `/${slashed}`;
}

/** Resolves to the port once the server says it is bound; its output goes to `logFile`. */
function listening(child: ChildProcess, logFile: string): Promise<number> {
  const log = createWriteStream(logFile);
  return new Promise((resolve, reject) => {
    let output = '';
    const timer = setTimeout(() => fail('did not start within a minute'), START_TIMEOUT_MS);
    const fail = (what: string) => {
      clearTimeout(timer);
      reject(new Error(`The editor ${what}; its log is ${logFile}: ${output.trim().slice(-500)}`));
    };
    const read = (chunk: Buffer) => {
      log.write(chunk);
      output = (output + chunk.toString('utf8')).slice(-4_000);
      const port = /Extension host agent listening on (\d+)/.exec(output)?.[1];
      if (port !== undefined) {
        clearTimeout(timer);
        resolve(Number(port));
      }
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', (error) => fail(`could not be started (${error.message})`));
    child.once('close', () => {
      log.end();
      fail('ended while it was starting');
    });
  });
}
