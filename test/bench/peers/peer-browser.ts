import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { readToolchain } from '../../../scripts/editor/toolchain';
import { BROWSER_ARGUMENTS } from '../../editor/harness/browser-arguments';
import type { Box } from './painted-lines';
import type { ChartPage } from './painting';

export const SCREEN = { width: 1600, height: 1000 } as const;

/** The same Chromium as the editor's, started alike; each with an empty profile. */
export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: readToolchain().chromium, args: BROWSER_ARGUMENTS });
}

export interface WebView {
  readonly address: string;
  /** CSS of the elements that hold a chart's lines. */
  readonly charts: string;
  /** What a person would have set in the page before, kept by the browser: names and values of local storage. */
  readonly settings: Readonly<Record<string, string>>;
}

/** A product's page in a browser; asking means to go to its address. */
export async function openWebView(context: BrowserContext, view: WebView): Promise<ChartPage> {
  await context.addInitScript((settings) => {
    for (const [name, value] of Object.entries(settings)) {
      window.localStorage.setItem(name, value);
    }
  }, view.settings);
  const page = await context.newPage();
  return {
    page,
    ask: async () => {
      await page.goto('about:blank');
      const askedAt = Date.now();
      await page.goto(view.address, { waitUntil: 'commit' });
      return askedAt;
    },
    boxes: () => chartBoxes(page, view.charts),
  };
}

async function chartBoxes(page: Page, selector: string): Promise<readonly Box[]> {
  const boxes = await page.locator(selector).evaluateAll((elements) =>
    elements.map((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return { x, y, width, height };
    }),
  );
  return boxes.filter(isOnScreen);
}

/** Wholly on screen, and large enough to be a chart. */
export function isOnScreen({ x, y, width, height }: Box): boolean {
  const isLarge = width >= 100 && height >= 60;
  return isLarge && x >= 0 && y >= 0 && x + width <= SCREEN.width && y + height <= SCREEN.height;
}
