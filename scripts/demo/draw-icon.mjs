// Draws media/icon.png from media/icon.svg: `CHROMIUM=/usr/bin/chromium node scripts/demo/draw-icon.mjs`
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const inMedia = (name) => fileURLToPath(new URL(`../../media/${name}`, import.meta.url));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run'],
});
const page = await browser.newPage({ viewport: { width: 128, height: 128 } });
await page.setContent(
  `<body style="margin:0;background:transparent">${readFileSync(inMedia('icon.svg'), 'utf8')}`,
);
await page.screenshot({ path: inMedia('icon.png'), omitBackground: true });
await browser.close();
