import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright-core';
import { systemClock } from '../../../src/core/clock';
import type { DependencyGraph } from '../../../src/core/dependency-graph';
import { silentLogger } from '../../../src/core/logger';
import { GraphSession } from '../../../src/features/graph/graph-session';
import { panelHtml } from '../../../src/features/metrics/panel-html';
import { createConnectionSession, type OwnedConnectionSession } from '../../../src/store/connection-session';
import { MemoryBackend } from '../../fakes/memory-backend';
import { ALWAYS_FOCUSED } from '../../fakes/memory-session';
import { chromiumPath } from './panel-browser';
import { THEMES, type ThemeName } from './themes';

const FILES = ['graph.js', 'graph.css', 'controls.js'];
const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css' };

/** A server whose graph the test sets, and whose tasks it changes. */
export class GraphBackend extends MemoryBackend {
  reads = 0;
  readonly dependencies = {
    scopes: ['task'] as const,
    read: (): Promise<DependencyGraph> => {
      this.reads += 1;
      return Promise.resolve(this.graph);
    },
  };

  constructor(public graph: DependencyGraph) {
    super(true);
  }
}

/** The graph's page in a real browser under its real policy, with the real host side behind it. */
export class GraphBrowser {
  private constructor(
    private readonly folder: string,
    private readonly server: Server,
    private readonly browser: Browser,
  ) {}

  static async start(): Promise<GraphBrowser> {
    const folder = await mkdtemp(path.join(tmpdir(), 'trackside-graph-'));
    await esbuild.build({
      entryPoints: { graph: 'webview-ui/graph/main.ts', controls: 'webview-ui/controls/main.ts' },
      outdir: folder,
      bundle: true,
      minify: true,
      format: 'iife',
      target: 'chrome128',
      loader: { '.svg': 'text' },
      logLevel: 'error',
    });
    const addresses = {
      script: '/graph.js',
      controlsScript: '/controls.js',
      plotsScript: '',
      style: '/graph.css',
    };
    const html = panelHtml({ ...addresses, cspSource: "'self'" }, 'dGVzdA==');
    const server = createServer((request, response) => {
      const name = path.basename(request.url ?? '');
      const isFile = FILES.includes(name);
      response.setHeader('content-type', isFile ? (TYPES[path.extname(name)] ?? '') : 'text/html');
      const body = isFile ? readFile(path.join(folder, name), 'utf8') : Promise.resolve(html);
      void body.then((text) => response.end(text));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const executablePath = chromiumPath();
    const browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run'],
    });
    return new GraphBrowser(folder, server, browser);
  }

  async open(
    backend: GraphBackend,
    options: { readonly theme?: ThemeName; readonly width?: number } = {},
  ): Promise<OpenGraph> {
    const context = await this.browser.newContext({ viewport: { width: options.width ?? 900, height: 600 } });
    const page = await context.newPage();
    const opened = new OpenGraph(page, backend);
    await page.exposeFunction('tellHost', (message: unknown) => opened.host.receive(message));
    await page.addInitScript({ content: `(${standIn.toString()})()` });
    opened.host.setVisible(true);
    const address = this.server.address();
    await page.goto(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/page`);
    await opened.setTheme(options.theme ?? 'dark');
    await page.locator('.node').first().waitFor();
    return opened;
  }

  async dispose(): Promise<void> {
    await this.browser.close();
    this.server.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

export class OpenGraph {
  readonly host: GraphSession;
  readonly session: OwnedConnectionSession;
  readonly problems: string[] = [];
  readonly opened: string[] = [];

  constructor(
    readonly page: Page,
    backend: GraphBackend,
  ) {
    page.on('pageerror', (error) => this.problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') {
        this.problems.push(message.text());
      }
    });
    this.session = createConnectionSession({
      info: { id: 'local', kind: 'clearml', label: 'Local', isLocal: true },
      open: () => Promise.resolve(backend),
      budgetPerMinute: () => 600,
      attention: ALWAYS_FOCUSED,
      clock: systemClock,
      logger: silentLogger,
    });
    this.host = new GraphSession({
      ref: { connectionId: 'local', scope: { kind: 'task', taskId: 'run' } },
      session: this.session,
      logger: silentLogger,
      post: (message) => {
        if (!page.isClosed()) {
          page.evaluate((sent) => window.postMessage(sent, '*'), message).catch(() => undefined);
        }
      },
      setTitle: () => undefined,
      openTask: (taskId) => this.opened.push(taskId),
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

  /** The label of the node that has the focus. */
  focused(): Promise<string> {
    return this.page.evaluate(() => document.activeElement?.querySelector('.node-label')?.textContent ?? '');
  }

  async close(): Promise<void> {
    this.host.dispose();
    this.session.dispose();
    await this.page.context().close();
  }
}

/** Runs in the page before its own scripts. */
function standIn(): void {
  Object.assign(window, {
    acquireVsCodeApi: () => ({
      postMessage: (message: unknown): void => {
        window.tellHost(message);
      },
      getState: (): unknown => Reflect.get(window, 'keptState'),
      setState: (state: unknown) => Object.assign(window, { keptState: state }),
    }),
  });
}
