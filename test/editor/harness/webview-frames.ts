import type { Frame, Page } from 'playwright-core';
import { until } from './until';

/** The innermost document of the visible webview whose title is, or begins with, `title`. */
export async function webviewFrame(page: Page, title: string): Promise<Frame> {
  const found: { frame?: Frame } = {};
  await until(`the webview "${title}" is ready`, async () => {
    const frame = await findFrame(page, title);
    if (frame !== undefined) {
      found.frame = frame;
    }
    return frame !== undefined;
  });
  if (found.frame === undefined) {
    throw new Error(`The webview "${title}" went away.`);
  }
  return found.frame;
}

/** A webview is an iframe of the page that holds, in #active-frame, the extension's document. */
async function findFrame(page: Page, title: string): Promise<Frame | undefined> {
  for (const outer of await page.locator('iframe.webview.ready').all()) {
    if (!(await outer.isVisible())) {
      continue;
    }
    const middle = await (await outer.elementHandle()).contentFrame();
    const inner = await middle?.$('#active-frame');
    if (inner && (await inner.getAttribute('title'))?.startsWith(title) === true) {
      return (await inner.contentFrame()) ?? undefined;
    }
  }
  return undefined;
}
