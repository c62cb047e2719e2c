import type { Page } from 'playwright-core';
import { systemClock } from '../../../src/core/clock';
import type { DependencyGraph } from '../../../src/core/dependency-graph';
import { silentLogger } from '../../../src/core/logger';
import { GraphSession } from '../../../src/features/graph/graph-session';
import { createConnectionSession, type OwnedConnectionSession } from '../../../src/store/connection-session';
import { MemoryBackend } from '../../fakes/memory-backend';
import { ALWAYS_FOCUSED } from '../../fakes/memory-session';
import { OpenPage, type PageOptions, type Pages } from './page-browser';

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

export async function openGraph(
  pages: Pages,
  backend: GraphBackend,
  options: PageOptions = {},
): Promise<OpenGraph> {
  const opened = await pages.open((page) => new OpenGraph(page, backend), { height: 600, ...options });
  await opened.page.locator('.node').first().waitFor();
  return opened;
}

/** A graph with the real host side behind it. */
export class OpenGraph extends OpenPage {
  readonly host: GraphSession;
  readonly session: OwnedConnectionSession;
  readonly opened: string[] = [];

  constructor(page: Page, backend: GraphBackend) {
    super(page);
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
      post: (message) => this.post(message),
      setTitle: () => undefined,
      openTask: (taskId) => this.opened.push(taskId),
    });
  }

  /** The label of the node that has the focus. */
  focused(): Promise<string> {
    return this.page.evaluate(() => document.activeElement?.querySelector('.node-label')?.textContent ?? '');
  }

  override async close(): Promise<void> {
    await super.close();
    this.session.dispose();
  }
}
