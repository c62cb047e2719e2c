/**
 * Runs inside an extension host, under the harness or @vscode/test-electron. `run` is what VS Code calls; it also
 * writes its results where TRACKSIDE_HOST_RESULTS names a file, since a host in a browser has no exit code to give.
 */
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';
import type { HostResults } from './host-results';
import { defineCommandTests } from './command-tests';
import { defineLaunchTests } from './launch-tests';

const TEST_TIMEOUT_MS = 60_000;

export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: TEST_TIMEOUT_MS });
  mocha.suite.emit('pre-require', globalThis, 'in-host', mocha);
  defineCommandTests();
  defineLaunchTests();
  const results = await runSuite(mocha);
  const file = process.env['TRACKSIDE_HOST_RESULTS'];
  if (file !== undefined) {
    writeFileSync(file, JSON.stringify(results));
  }
  if (results.failures.length > 0) {
    throw new Error(results.failures.map((failure) => `${failure.title}: ${failure.message}`).join('\n'));
  }
}

function runSuite(mocha: Mocha): Promise<HostResults> {
  return new Promise((resolve) => {
    const passed: string[] = [];
    const failures: { title: string; message: string }[] = [];
    const runner = mocha.run(() => resolve({ passed, failures }));
    runner.on('pass', (test) => passed.push(test.fullTitle()));
    runner.on('fail', (test, error: Error) =>
      failures.push({ title: test.fullTitle(), message: error.stack ?? error.message }),
    );
  });
}
