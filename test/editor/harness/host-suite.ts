import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { EditorServer, writeSettings } from '../../../scripts/editor/editor-server';
import { quietSettings } from '../../../scripts/editor/editor-settings';
import { readToolchain, repositoryRoot } from '../../../scripts/editor/toolchain';
import { type HostResults, hostResultsSchema } from '../in-host/host-results';
import { BROWSER_ARGUMENTS } from './browser-arguments';
import { until } from './until';

const SUITE_TIMEOUT_MS = 300_000;

/** Runs out/test/editor/in-host/main.js inside the extension host of an editor of its own. */
export async function runHostSuite(workspace: string): Promise<HostResults> {
  const toolchain = readToolchain();
  const dataFolder = mkdtempSync(path.join(tmpdir(), 'trackside-host-'));
  const resultsFile = path.join(dataFolder, 'results.json');
  writeSettings(dataFolder, quietSettings('dark'));
  const server = await EditorServer.start({
    ...toolchain,
    dataFolder,
    port: 0,
    extensionUnderTest: repositoryRoot(),
    environment: { TRACKSIDE_HOST_RESULTS: resultsFile },
  });
  try {
    const browser = await chromium.launch({ executablePath: toolchain.chromium, args: BROWSER_ARGUMENTS });
    try {
      const page = await browser.newPage();
      const testsPath = path.join(repositoryRoot(), 'out', 'test', 'editor', 'in-host', 'main.js');
      await page.goto(server.address(workspace, testsPath));
      await until('the suite in the extension host ends', () => existsSync(resultsFile), SUITE_TIMEOUT_MS);
      return hostResultsSchema.parse(JSON.parse(readFileSync(resultsFile, 'utf8')));
    } finally {
      await browser.close();
    }
  } finally {
    await server.end();
    rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}
