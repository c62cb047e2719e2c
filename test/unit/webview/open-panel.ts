import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { Locator, Page } from 'playwright-core';
import { systemClock } from '../../../src/core/clock';
import { silentLogger } from '../../../src/core/logger';
import type { HostMessage } from '../../../src/features/metrics/panel-contract';
import { PanelSession } from '../../../src/features/metrics/panel-session';
import type { ViewMemory } from '../../../src/features/metrics/view-memory';
import { RecordedDeeds } from '../../fakes/recorded-deeds';
import { EngineInProcess } from '../metrics/engine-in-process';
import type { FakeSession } from '../metrics/fake-session';
import { memoryViews } from '../metrics/memory-views';
import { OpenPage, type PageOptions, type Pages } from './page-browser';

/** A machine that others work on as well takes seconds to start a page. */
const PAINT_TIMEOUT_MS = 40_000;

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

type Box = NonNullable<Awaited<ReturnType<Locator['boundingBox']>>>;

/** The place on screen of an element that is there and rests: a picture that is drawn anew has other elements. */
export async function boxOf(locator: Locator): Promise<Box> {
  const deadline = performance.now() + 20_000;
  let before: Box | null = null;
  for (;;) {
    const box = await locator.boundingBox();
    if (box !== null && isDeepStrictEqual(box, before)) {
      return box;
    }
    assert.ok(performance.now() < deadline, `${String(locator)} is not there, or does not come to rest.`);
    before = box;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export function openPanel(
  pages: Pages,
  options: PageOptions & { readonly session: FakeSession; readonly views?: ViewMemory },
): Promise<OpenPanel> {
  const { session, views = memoryViews(), ...rest } = options;
  return pages.open((page) => new OpenPanel(page, session, views), rest);
}

/** One open live panel with the real host side behind it. */
export class OpenPanel extends OpenPage {
  readonly engine = new EngineInProcess();
  readonly deeds = new RecordedDeeds();
  readonly sent: HostMessage[] = [];
  readonly host: PanelSession;

  constructor(
    page: Page,
    readonly session: FakeSession,
    views: ViewMemory,
  ) {
    super(page);
    this.host = new PanelSession({
      ref: { connectionId: 'local', taskId: 'task-1' },
      panelId: 'panel-1',
      session,
      engine: this.engine,
      views,
      clock: systemClock,
      logger: silentLogger,
      post: (message) => {
        this.sent.push(message);
        this.post(message);
      },
      setTitle: () => undefined,
      deeds: this.deeds,
    });
  }

  setVisible(isVisible: boolean): void {
    this.host.setVisible(isVisible);
  }

  /** Waits until the page says it has drawn this. */
  async painted(
    check: (figures: Record<string, string | undefined>) => boolean,
  ): Promise<Record<string, string | undefined>> {
    for (const deadline = Date.now() + PAINT_TIMEOUT_MS; Date.now() < deadline;) {
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
}
