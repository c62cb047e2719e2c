import type { Frame, Page } from 'playwright-core';
import { until } from './until';

/** The innermost document of the visible webview whose title is, or begins with, one of `titles`. */
export async function webviewFrame(page: Page, ...titles: readonly string[]): Promise<Frame> {
  const wanted = titles.map((title) => `"${title}"`).join(' or ');
  const found: { frame?: Frame } = {};
  await until(`the webview ${wanted} is ready`, async () => {
    const frame = await findFrame(page, titles);
    if (frame !== undefined) {
      found.frame = frame;
    }
    return frame !== undefined;
  });
  if (found.frame === undefined) {
    throw new Error(`The webview ${wanted} went away.`);
  }
  return found.frame;
}

/** A webview is an iframe of the page that holds, in #active-frame, the extension's document. */
async function findFrame(page: Page, titles: readonly string[]): Promise<Frame | undefined> {
  for (const outer of await page.locator('iframe.webview.ready').all()) {
    if (!(await outer.isVisible())) {
      continue;
    }
    const middle = await (await outer.elementHandle()).contentFrame();
    const inner = await middle?.$('#active-frame');
    const shown = (await inner?.getAttribute('title')) ?? '';
    if (inner && titles.some((title) => shown.startsWith(title))) {
      return (await inner.contentFrame()) ?? undefined;
    }
  }
  return undefined;
}
