import type { Frame, Page } from 'playwright-core';
import { until } from '../../test/editor/harness/until';

/** The document of the visible live panel whose heading is the task's name. */
export async function panelFrame(page: Page, task: string): Promise<Frame> {
  const found: { frame?: Frame } = {};
  await until(
    `the live panel of ${task} is there`,
    async () => {
      const frame = await findPanel(page, task);
      if (frame !== undefined) {
        found.frame = frame;
      }
      return frame !== undefined;
    },
    60_000,
  );
  if (found.frame === undefined) {
    throw new Error(`The live panel of ${task} went away.`);
  }
  return found.frame;
}

async function findPanel(page: Page, task: string): Promise<Frame | undefined> {
  for (const frame of page.frames()) {
    const heading = frame.locator('body[data-controls] h1');
    if (
      (await heading.count()) === 1 &&
      (await heading.innerText()) === task &&
      (await heading.isVisible())
    ) {
      const outer = await frame.parentFrame()?.frameElement();
      if (await outer?.isVisible()) {
        return frame;
      }
    }
  }
  return undefined;
}
