import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright-core';
import { systemClock } from '../../../src/core/clock';
import { silentLogger } from '../../../src/core/logger';
import type { SavedViews } from '../../../src/features/table/table-contract';
import { tableHtml } from '../../../src/features/table/table-html';
import { TableSession } from '../../../src/features/table/table-session';
import type { ConnectionSession } from '../../../src/store/contract';
import { chromiumPath } from './panel-browser';
import { THEMES, type ThemeName } from './themes';

const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css' };

/** The table's page in a real browser under its real policy, with the real host side behind it. */
export class TableBrowser {
  private constructor(
    private readonly folder: string,
    private readonly server: Server,
    private readonly browser: Browser,
  ) {}

  static async start(): Promise<TableBrowser> {
    const folder = await mkdtemp(path.join(tmpdir(), 'trackside-table-'));
    await esbuild.build({
      entryPoints: { table: 'webview-ui/table/main.ts' },
      outdir: folder,
      bundle: true,
      minify: true,
      format: 'iife',
      target: 'chrome128',
      loader: { '.svg': 'text' },
      logLevel: 'error',
    });
    const files = { script: '/table.js', style: '/table.css', cspSource: "'self'" };
    const server = createServer((request, response) => {
      const name = path.basename(request.url ?? '');
      const isFile = name in { 'table.js': 1, 'table.css': 1 };
      response.setHeader('content-type', isFile ? (TYPES[path.extname(name)] ?? '') : 'text/html');
      void (
        isFile ? readFile(path.join(folder, name), 'utf8') : Promise.resolve(tableHtml(files, 'dGVzdA=='))
      ).then((body) => response.end(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const executablePath = chromiumPath();
    const browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run'],
    });
    return new TableBrowser(folder, server, browser);
  }

  async open(
    session: ConnectionSession,
    options: { readonly theme?: ThemeName; readonly width?: number; readonly state?: unknown } = {},
  ): Promise<OpenTable> {
    const context = await this.browser.newContext({
      viewport: { width: options.width ?? 1_000, height: 600 },
    });
    const page = await context.newPage();
    const table = new OpenTable(page, session);
    await page.exposeFunction('tellHost', (message: unknown) => table.host.receive(message));
    await page.addInitScript({
      content: `(${standIn.toString()})(${JSON.stringify(options.state ?? null)})`,
    });
    table.host.setVisible(true);
    const address = this.server.address();
    await page.goto(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/page`);
    await table.setTheme(options.theme ?? 'dark');
    return table;
  }

  async dispose(): Promise<void> {
    await this.browser.close();
    this.server.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

export class OpenTable {
  readonly host: TableSession;
  readonly problems: string[] = [];
  readonly asked: string[] = [];
  readonly copied: string[] = [];
  saved: SavedViews = [];

  constructor(
    readonly page: Page,
    session: ConnectionSession,
  ) {
    page.on('pageerror', (error) => this.problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') {
        this.problems.push(message.text());
      }
    });
    this.host = new TableSession({
      ref: { connectionId: 'local', projectId: 'p', projectName: 'Vision/Detection' },
      panelId: randomUUID(),
      session,
      clock: systemClock,
      logger: silentLogger,
      post: (message) => {
        if (!page.isClosed()) {
          page.evaluate((sent) => window.postMessage(sent, '*'), message).catch(() => undefined);
        }
      },
      act: (action, tasks) => this.note(`${action} ${tasks.map(({ taskId }) => taskId).join(' ')}`),
      open: (tasks) => this.note(`open ${tasks.map(({ taskId }) => taskId).join(' ')}`),
      run: (command, { taskId }) => this.note(`${command} ${taskId}`),
      copy: (text) => {
        this.copied.push(text);
        return Promise.resolve();
      },
      views: () => this.saved,
      saveViews: (views) => {
        this.saved = views;
        return Promise.resolve();
      },
    });
  }

  async setTheme(name: ThemeName): Promise<void> {
    await this.page.evaluate(({ bodyClass, variables }) => {
      document.body.className = bodyClass;
      for (const [key, value] of Object.entries(variables)) {
        document.documentElement.style.setProperty(key, value);
      }
    }, THEMES[name]);
  }

  /** Texts of the first column of the rows in the page, from the top. */
  async names(): Promise<string[]> {
    return this.page
      .locator('.row')
      .evaluateAll((rows) =>
        rows
          .sort((a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex')))
          .map((row) => row.querySelector('.cell')?.textContent ?? ''),
      );
  }

  async close(): Promise<void> {
    this.host.dispose();
    await this.page.context().close();
  }

  private note(words: string): Promise<void> {
    this.asked.push(words);
    return Promise.resolve();
  }
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
  });
}
