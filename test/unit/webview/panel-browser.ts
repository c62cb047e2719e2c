import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { RecordedDeeds } from '../../fakes/recorded-deeds';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright-core';
import { systemClock } from '../../../src/core/clock';
import { silentLogger } from '../../../src/core/logger';
import { PanelSession } from '../../../src/features/metrics/panel-session';
import type { HostMessage } from '../../../src/features/metrics/panel-contract';
import { panelHtml } from '../../../src/features/metrics/panel-html';
import type { ViewMemory } from '../../../src/features/metrics/view-memory';
import { memoryViews } from '../metrics/memory-views';
import { EngineInProcess } from '../metrics/engine-in-process';
import type { FakeSession } from '../metrics/fake-session';
import { THEMES, type ThemeName } from './themes';

declare global {
  interface Window {
    tellHost(message: unknown): void;
  }
}

/** The page follows a deed a frame later: reads until it shows what is expected, and fails with what it shows after 20 s. */
export async function becomes<T>(read: () => Promise<T>, expected: T): Promise<void> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const shown = await read();
    if (isDeepStrictEqual(shown, expected)) {
      return;
    }
    assert.ok(
      performance.now() < deadline,
      `It shows ${JSON.stringify(shown)}, not ${JSON.stringify(expected)}.`,
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const CHROMIUM_PATHS = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'];
const CHROMIUM_FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];
const NONCE = 'dGVzdC1ub25jZQ==';
const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css' };

export function chromiumPath(): string | undefined {
  return CHROMIUM_PATHS.find((candidate) => candidate !== undefined && existsSync(candidate));
}

/** The panel's page in a real browser under its real policy, with a small stand-in for the editor's side of the API. */
export class PanelBrowser {
  private constructor(
    private readonly folder: string,
    private readonly server: Server,
    private readonly browser: Browser,
  ) {}

  static async start(): Promise<PanelBrowser> {
    const folder = await mkdtemp(path.join(tmpdir(), 'trackside-panel-'));
    await esbuild.build({
      entryPoints: Object.fromEntries(
        ['metrics', 'controls', 'plots'].map((name) => [name, `webview-ui/${name}/main.ts`]),
      ),
      outdir: folder,
      bundle: true,
      minify: true,
      format: 'iife',
      target: 'chrome128',
      loader: { '.svg': 'text' },
      logLevel: 'error',
    });
    const server = createServer((request, response) => {
      const name = path.basename(new URL(request.url ?? '/', 'http://127.0.0.1').pathname);
      void answer(folder, name).then(({ type, body }) => {
        response.setHeader('content-type', type);
        response.end(body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const executablePath = chromiumPath();
    const browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      args: CHROMIUM_FLAGS,
    });
    return new PanelBrowser(folder, server, browser);
  }

  async open(options: {
    session: FakeSession;
    theme?: ThemeName;
    width?: number;
    height?: number;
    state?: unknown;
    views?: ViewMemory;
  }): Promise<OpenPanel> {
    const context = await this.browser.newContext({
      viewport: { width: options.width ?? 900, height: options.height ?? 800 },
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    const address = this.server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const opened = new OpenPanel(page, options.session, options.views ?? memoryViews());
    await opened.prepare(options.state);
    await page.goto(`http://127.0.0.1:${port}/panel`);
    await opened.setTheme(options.theme ?? 'dark');
    return opened;
  }

  async dispose(): Promise<void> {
    await this.browser.close();
    this.server.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function answer(folder: string, name: string): Promise<{ type: string; body: string }> {
  if (name !== 'panel') {
    const known = ['metrics.js', 'metrics.css', 'controls.js', 'plots.js'].includes(name);
    const body = known ? await readFile(path.join(folder, name), 'utf8') : '';
    return { type: TYPES[path.extname(name)] ?? 'text/plain', body };
  }
  const files = {
    script: '/metrics.js',
    controlsScript: '/controls.js',
    plotsScript: '/plots.js',
    style: '/metrics.css',
    cspSource: "'self'",
  };
  return { type: 'text/html', body: panelHtml(files, NONCE) };
}

/** One open panel with the real host side behind it. */
export class OpenPanel {
  readonly engine = new EngineInProcess();
  readonly problems: string[] = [];
  readonly deeds = new RecordedDeeds();
  readonly sent: HostMessage[] = [];
  private readonly host: PanelSession;

  constructor(
    readonly page: Page,
    readonly session: FakeSession,
    views: ViewMemory,
  ) {
    this.host = new PanelSession({
      ref: { connectionId: 'local', taskId: 'task-1' },
      panelId: 'panel-1',
      session,
      engine: this.engine,
      views,
      clock: systemClock,
      logger: silentLogger,
      post: (message) => this.post(message),
      setTitle: () => undefined,
      deeds: this.deeds,
    });
    page.on('pageerror', (error) => this.problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') {
        this.problems.push(message.text());
      }
    });
  }

  async prepare(state: unknown): Promise<void> {
    await this.page.exposeFunction('tellHost', (message: unknown) => this.host.receive(message));
    await this.page.addInitScript({ content: `(${standIn.toString()})(${JSON.stringify(state ?? null)})` });
    this.host.setVisible(true);
  }

  async setTheme(name: ThemeName): Promise<void> {
    await this.page.evaluate(({ bodyClass, variables }) => {
      document.body.className = bodyClass;
      for (const [key, value] of Object.entries(variables)) {
        document.documentElement.style.setProperty(key, value);
      }
    }, THEMES[name]);
  }

  setVisible(isVisible: boolean): void {
    this.host.setVisible(isVisible);
  }

  async state(): Promise<unknown> {
    return this.page.evaluate('window.keptState');
  }

  /** Waits until the page says it has drawn this. */
  async painted(
    check: (figures: Record<string, string | undefined>) => boolean,
  ): Promise<Record<string, string | undefined>> {
    for (const deadline = Date.now() + 10_000; Date.now() < deadline;) {
      const figures = await this.page.evaluate(() =>
        Object.fromEntries(Object.entries(document.body.dataset)),
      );
      if (check(figures)) {
        return figures;
      }
      await this.page.waitForTimeout(15);
    }
    throw new Error(`Not painted; problems: ${this.problems.join('; ') || 'none'}`);
  }

  async close(): Promise<void> {
    this.host.dispose();
    await this.page.context().close();
  }

  private post(message: HostMessage): void {
    this.sent.push(message);
    if (!this.page.isClosed()) {
      const encoded = JSON.stringify(message, encodeValue);
      this.page.evaluate(`window.fromHost(${JSON.stringify(encoded)})`).catch(() => undefined);
    }
  }
}

/** Typed arrays and odd numbers as JSON, for the way into the page. */
function encodeValue(_key: string, value: unknown): unknown {
  if (value instanceof Float64Array) {
    return { float64: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') };
  }
  if (value instanceof Uint8Array) {
    return { uint8: Buffer.from(value).toString('base64') };
  }
  return typeof value === 'number' && !Number.isFinite(value) ? { number: String(value) } : value;
}

/** Runs in the page before its own scripts. */
function standIn(saved: unknown): void {
  Object.assign(window, {
    keptState: saved ?? undefined,
    acquireVsCodeApi: () => ({
      postMessage: (message: unknown): void => {
        window.tellHost(message);
      },
      getState: (): unknown => Reflect.get(window, 'keptState'),
      setState: (state: unknown) => Object.assign(window, { keptState: state }),
    }),
    fromHost: (text: string) => window.postMessage(JSON.parse(text, revive), '*'),
  });
  function revive(_key: string, value: unknown): unknown {
    if (typeof value !== 'object' || value === null) {
      return value;
    }
    if ('uint8' in value && typeof value.uint8 === 'string') {
      return Uint8Array.from(atob(value.uint8), (letter) => letter.charCodeAt(0));
    }
    if ('float64' in value && typeof value.float64 === 'string') {
      return new Float64Array(Uint8Array.from(atob(value.float64), (letter) => letter.charCodeAt(0)).buffer);
    }
    return 'number' in value && typeof value.number === 'string' ? Number(value.number) : value;
  }
}
