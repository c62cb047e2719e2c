import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import {
  EditorServer,
  installVsix,
  linkExtension,
  writeSettings,
} from '../../../scripts/editor/editor-server';
import { quietSettings, type Theme, type UserSettings } from '../../../scripts/editor/editor-settings';
import { readToolchain, repositoryRoot, type Toolchain } from '../../../scripts/editor/toolchain';
import { BROWSER_ARGUMENTS } from './browser-arguments';
import { EditorWindow } from './editor-window';
import { newestVsix } from './packaged-extension';

/** A machine that others work on as well takes long over what is quick elsewhere. */
const WAIT_TIMEOUT_MS = 60_000;

export interface EditorOptions {
  /** `folder`: the built repository. `vsix`: the package that `npm run package` made. */
  readonly extension: 'folder' | 'vsix' | { readonly folder: string };
  /** The folder to open, absolute. */
  readonly workspace: string;
  /** User settings beside the quiet ones of {@link quietSettings}. */
  readonly settings?: UserSettings;
  /** Default: dark. */
  readonly theme?: Theme;
  /** Added to the environment of the extension host. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A real VS Code server with data of its own, and one headless Chromium. `dispose` ends and removes all of it. */
export class Editor {
  private readonly windows: EditorWindow[] = [];

  private constructor(
    private readonly options: EditorOptions,
    private readonly toolchain: Toolchain,
    /** The server's data; the extension's own is {@link extensionDataFolder}. */
    readonly dataFolder: string,
    private server: EditorServer,
    private readonly browser: Browser,
  ) {}

  static async start(options: EditorOptions): Promise<Editor> {
    const toolchain = readToolchain();
    const dataFolder = mkdtempSync(path.join(tmpdir(), 'trackside-editor-'));
    writeSettings(dataFolder, { ...quietSettings(options.theme ?? 'dark'), ...options.settings });
    installExtension(options, toolchain, dataFolder);
    const server = await EditorServer.start(serverOptions(options, toolchain, dataFolder));
    try {
      const browser = await chromium.launch({
        executablePath: toolchain.chromium,
        args: BROWSER_ARGUMENTS,
      });
      return new Editor(options, toolchain, dataFolder, server, browser);
    } catch (error) {
      await server.end();
      throw error;
    }
  }

  /** Where the extension keeps its global storage. */
  get extensionDataFolder(): string {
    return path.join(this.dataFolder, 'data', 'User', 'globalStorage', 'trackside.trackside');
  }

  get serverPid(): number {
    return this.server.pid;
  }

  /**
   * Opens the workbench in a page of its own; windows of one editor share its secrets and state as two windows of one
   * browser do.
   */
  async openWindow(
    options: { readonly workspace?: string; readonly width?: number; readonly height?: number } = {},
  ) {
    const context = this.windows[0]?.page.context() ?? (await this.newContext(options));
    const window = await EditorWindow.open(
      context,
      this.server.address(options.workspace ?? this.options.workspace),
    );
    this.windows.push(window);
    return window;
  }

  /** Saves what a person sees in each window that is open, the first one as `<name>.png`, others with their number. */
  async screenshotAll(name: string): Promise<void> {
    const open = this.windows.filter(({ page }) => !page.isClosed());
    for (const [index, window] of open.entries()) {
      await window.screenshot(index === 0 ? name : `${name}-${index + 1}`);
    }
  }

  /** The address for {@link EditorWindow} or a person; with `testsPath` the extension host runs that module. */
  address(testsPath?: string): string {
    return this.server.address(this.options.workspace, testsPath);
  }

  /** A new, empty browser profile: another person's window, or one that runs in-host tests. */
  async newContext(size: { readonly width?: number; readonly height?: number } = {}) {
    const context = await this.browser.newContext({
      viewport: { width: size.width ?? 1440, height: size.height ?? 900 },
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    context.setDefaultTimeout(WAIT_TIMEOUT_MS);
    return context;
  }

  /** Ends the server and all it started, as a crash of the machine would, and starts it again on the same port. */
  async restartServer(): Promise<void> {
    const { port } = this.server;
    await this.server.end();
    this.server = await EditorServer.start({
      ...serverOptions(this.options, this.toolchain, this.dataFolder),
      port,
    });
  }

  async dispose(): Promise<void> {
    await this.browser.close();
    await this.server.end();
    rmSync(this.dataFolder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** Starts an editor as {@link EditorOptions} says. The caller disposes it. */
export function startEditor(options: EditorOptions): Promise<Editor> {
  return Editor.start(options);
}

function installExtension({ extension }: EditorOptions, toolchain: Toolchain, dataFolder: string): void {
  if (extension === 'vsix') {
    installVsix({ ...toolchain, dataFolder }, newestVsix());
  } else {
    linkExtension(dataFolder, extension === 'folder' ? repositoryRoot() : extension.folder);
  }
}

function serverOptions({ environment }: EditorOptions, toolchain: Toolchain, dataFolder: string) {
  return {
    node: toolchain.node,
    codeServer: toolchain.codeServer,
    dataFolder,
    port: 0,
    ...(environment === undefined ? {} : { environment }),
  };
}
