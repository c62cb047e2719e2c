import type { CDPSession, Page } from 'playwright-core';
import * as z from 'zod';
import { SCREEN } from './peer-browser';

/**
 * Pictures are recorded so much smaller, in both directions: making whole ones keeps few cores so busy that a quick page
 * becomes a third slower.
 */
const SCALE = 0.5;

/** What was on screen, and since when. */
export interface ScreenFrame {
  /** Epoch milliseconds. */
  readonly at: number;
  /** A PNG. */
  readonly png: Buffer;
}

const frameEvent = z.object({
  data: z.string(),
  sessionId: z.number(),
  metadata: z.object({ timestamp: z.number() }),
});

/** Records every picture that Chromium shows of a page, frames of other processes in it included. */
export class ScreenRecorder {
  private readonly recorded: ScreenFrame[] = [];

  private constructor(
    private readonly session: CDPSession,
    /** Pixels of a picture per pixel of the page. */
    readonly scale: number,
  ) {
    session.on('Page.screencastFrame', (event: unknown) => {
      const { data, sessionId, metadata } = frameEvent.parse(event);
      this.recorded.push({ at: metadata.timestamp * 1_000, png: Buffer.from(data, 'base64') });
      session.send('Page.screencastFrameAck', { sessionId }).catch(() => undefined);
    });
  }

  static async start(page: Page): Promise<ScreenRecorder> {
    const session = await page.context().newCDPSession(page);
    const recorder = new ScreenRecorder(session, SCALE);
    const { width, height } = page.viewportSize() ?? SCREEN;
    await session.send('Page.startScreencast', {
      format: 'png',
      everyNthFrame: 1,
      maxWidth: Math.round(SCALE * width),
      maxHeight: Math.round(SCALE * height),
    });
    return recorder;
  }

  frames(): readonly ScreenFrame[] {
    return this.recorded;
  }

  async stop(): Promise<void> {
    await this.session.send('Page.stopScreencast').catch(() => undefined);
    await this.session.detach().catch(() => undefined);
  }
}
