import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright-core';
import * as z from 'zod';
import { pageHtml } from '../../../src/features/panels/page-html';
import type { PanelLife } from '../../../src/features/panels/panel-life';
import { THEMES, type ThemeName } from './themes';

const spoken = z.object({ type: z.string() });
const OPENINGS: ReadonlySet<string> = new Set(['open', 'openRuns']);

declare global {
  interface Window {
    tellHost(message: unknown): void;
  }
}

const CHROMIUM_PATHS = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'];
const CHROMIUM_FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];
/** A machine that others work on as well takes long over what is quick elsewhere; less than a test may, to say where. */
const WAIT_TIMEOUT_MS = 45_000;
const NONCE = 'dGVzdC1ub25jZQ==';
/** Pages that share a bundle; all others have one of their own. */
const BUNDLES: Readonly<Record<string, string>> = { metrics: 'curves', runs: 'curves' };
const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css' };

/** The control library tries one empty style element; the policy refuses it, as it should. */
export const CONTROLS_PROBLEM = /inline style .*sha256-47DEQpj8HBSa/;

export interface PageOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  /** Device pixels to a CSS pixel; 1 unless given. */
  readonly pixelRatio?: number;
  /** What the page kept before. */
  readonly state?: unknown;
  /** True: what the host says first is there before the page's own script, as of a host that is quick. */
  readonly isToldEarly?: boolean;
}

/** A page in a browser with the host side that a subclass makes, and a small stand-in for the editor's API. */
export abstract class OpenPage {
  readonly problems: string[] = [];
  /** Types of what the page said. */
  readonly heard: string[] = [];
  abstract readonly host: PanelLife;
  /** As the editor does, keeps what is posted until the page is loaded. */
  private kept: unknown[] | undefined = [];

  constructor(readonly page: Page) {
    page.on('pageerror', (error) => this.problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') {
        this.problems.push(message.text());
      }
    });
    page.once('load', () => this.release());
  }

  async prepare(state: unknown): Promise<void> {
    await this.page.exposeFunction('tellHost', (message: unknown) => {
      this.heard.push(spoken.parse(message).type);
      this.host.receive(message);
    });
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

  /** Keeps what the host says from the page, as a busy editor does, until it is released. */
  hold(): void {
    this.kept ??= [];
  }

  release(): void {
    void this.deliverKept();
  }

  /** Once the host has said how the page begins, and the page's first line can hear it. */
  async releaseEarly(): Promise<void> {
    while (this.kept?.some((message) => OPENINGS.has(spoken.parse(message).type)) === false) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await this.page.waitForFunction('window.tracksideKeep !== undefined');
    await this.deliverKept();
  }

  /** What the page has the editor keep. */
  async state(): Promise<unknown> {
    return this.page.evaluate('window.keptState');
  }

  async close(): Promise<void> {
    this.host.dispose();
    await this.page.context().close();
  }

  protected post(message: unknown): void {
    if (this.kept !== undefined) {
      this.kept.push(message);
    } else {
      void this.deliver(message);
    }
  }

  private async deliverKept(): Promise<void> {
    const kept = this.kept ?? [];
    this.kept = undefined;
    await Promise.all(kept.map((message) => this.deliver(message)));
  }

  private async deliver(message: unknown): Promise<void> {
    if (!this.page.isClosed()) {
      const encoded = JSON.stringify(message, encodeValue);
      await this.page.evaluate(`window.fromHost(${JSON.stringify(encoded)})`).catch(() => undefined);
    }
  }
}

/** The pages of a block of tests: one browser for all, and after each test its page is closed and had no problems. */
export interface Pages {
  open<Opened extends OpenPage>(make: (page: Page) => Opened, options?: PageOptions): Promise<Opened>;
}

/**
 * Sets up the page of that name from its bundle of `webview-ui` in a real browser under its real policy, for the tests
 * of the block that calls this. Problems that the page's console tells fail the test, but for the `expected`. Skips
 * without a browser.
 */
export function usePages(name: string, expected?: RegExp): Pages {
  let browser: PageBrowser | undefined;
  let opened: OpenPage[] = [];
  before(async function () {
    if (!CHROMIUM_PATHS.some((candidate) => candidate !== undefined && existsSync(candidate))) {
      this.skip();
    }
    browser = await PageBrowser.start(name);
  });
  after(() => browser?.dispose());
  afterEach(async () => {
    const problems = opened
      .flatMap((page) => page.problems)
      .filter((problem) => expected?.test(problem) !== true);
    await Promise.all(opened.map((page) => page.close()));
    opened = [];
    assert.deepEqual(problems, []);
  });
  return {
    async open(make, options = {}) {
      assert.ok(browser, 'The browser has not started.');
      const page = await browser.open((blank) => {
        const made = make(blank);
        opened.push(made);
        return made;
      }, options);
      return page;
    },
  };
}

class PageBrowser {
  private constructor(
    private readonly folder: string,
    private readonly server: Server,
    private readonly browser: Browser,
    private readonly bundle: string,
  ) {}

  static async start(name: string): Promise<PageBrowser> {
    const folder = await mkdtemp(path.join(tmpdir(), 'trackside-page-'));
    await esbuild.build({
      entryPoints: Object.fromEntries(
        [bundleOf(name), 'controls', 'plots', 'bars'].map((bundle) => [
          bundle,
          `webview-ui/${bundle}/main.ts`,
        ]),
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
      const file = path.basename(new URL(request.url ?? '/', 'http://127.0.0.1').pathname);
      void answer(folder, name, file).then(({ type, body }) => {
        response.setHeader('content-type', type);
        response.end(body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const executablePath = CHROMIUM_PATHS.find(
      (candidate) => candidate !== undefined && existsSync(candidate),
    );
    const browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      args: CHROMIUM_FLAGS,
    });
    return new PageBrowser(folder, server, browser, bundleOf(name));
  }

  async open<Opened extends OpenPage>(make: (page: Page) => Opened, options: PageOptions): Promise<Opened> {
    const context = await this.browser.newContext({
      viewport: { width: options.width ?? 900, height: options.height ?? 800 },
      deviceScaleFactor: options.pixelRatio ?? 1,
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(WAIT_TIMEOUT_MS);
    const opened = make(await context.newPage());
    await opened.prepare(options.state);
    if (options.isToldEarly === true) {
      await opened.page.route(`**/${this.bundle}.js`, async (route) => {
        await opened.releaseEarly();
        await route.continue();
      });
    }
    const { port } = this.server.address() as AddressInfo;
    await opened.page.goto(`http://127.0.0.1:${port}/page`);
    await opened.setTheme(options.theme ?? 'dark');
    return opened;
  }

  async dispose(): Promise<void> {
    await this.browser.close();
    this.server.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

const bundleOf = (name: string): string => BUNDLES[name] ?? name;

async function answer(folder: string, name: string, file: string): Promise<{ type: string; body: string }> {
  const bundle = bundleOf(name);
  if (file !== 'page') {
    const known = [`${bundle}.js`, `${bundle}.css`, 'controls.js', 'plots.js', 'bars.js'].includes(file);
    const body = known ? await readFile(path.join(folder, file), 'utf8') : '';
    return { type: TYPES[path.extname(file)] ?? 'text/plain', body };
  }
  const files = {
    script: `/${bundle}.js`,
    controlsScript: '/controls.js',
    plotsScript: '/plots.js',
    barsScript: '/bars.js',
    style: `/${bundle}.css`,
    cspSource: "'self'",
  };
  return { type: 'text/html', body: pageHtml({ page: name, title: 'Trackside page' }, files, NONCE) };
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
