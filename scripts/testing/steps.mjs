// One step of `npm test` is a program that passes or fails: a check (counts as one) or a mocha suite (counts its tests).
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder, rootFolder } from '../setup/folders.mjs';

/** After a suite's last test its process must end by itself: what keeps it alive was left behind by a test. */
const LEFT_BEHIND_MS = 15_000;

/**
 * `failures` has a line for each failure.
 * @typedef {{passed: number, failed: number, skipped: number, failures: string[]}} Counts
 * @typedef {{name: string, run: () => Promise<Counts & {output: string}>}} Step
 */

/**
 * @param {string} name
 * @param {string} program
 * @param {string[]} args
 * @param {{timeoutMs?: number}} [options]
 * @returns {Step}
 */
export function check(name, program, args, { timeoutMs = 1_800_000 } = {}) {
  return {
    name,
    run: async () => {
      const { code, output } = await runToEnd(program, args, { timeoutMs });
      return {
        passed: code === 0 ? 1 : 0,
        failed: code === 0 ? 0 : 1,
        skipped: 0,
        failures: code === 0 ? [] : [`exit code ${code}`],
        output: code === 0 ? '' : output,
      };
    },
  };
}

/**
 * The mocha tests bundled below out/test/<room>.
 * @param {string} room
 * @param {{node: string, testTimeoutMs: number, suiteTimeoutMs: number, grep?: string}} options
 * @returns {Step}
 */
export function suite(room, { node, testTimeoutMs, suiteTimeoutMs, grep }) {
  return {
    name: `${room} tests`,
    run: async () => {
      const bundles = findBundles(path.join(rootFolder, 'out', 'test', room));
      if (bundles.length === 0) {
        return oneFailure(`There are no ${room} tests.`, '');
      }
      const countsFile = path.join(cacheFolder, `test-counts-${room}-${process.pid}.json`);
      mkdirSync(cacheFolder, { recursive: true });
      const args = [
        path.join(rootFolder, 'node_modules', 'mocha', 'bin', 'mocha.js'),
        ...['--reporter', path.join(rootFolder, 'scripts', 'testing', 'counting-reporter.cjs')],
        ...['--timeout', String(testTimeoutMs), '--no-config', '--no-package', '--forbid-only'],
        ...(grep === undefined ? [] : ['--grep', grep]),
        ...bundles,
      ];
      const { code, output, wasKilled } = await runToEnd(node, args, {
        timeoutMs: suiteTimeoutMs,
        isDone: () => readCounts(countsFile) !== undefined,
        env: { ...process.env, TRACKSIDE_TEST_COUNTS: countsFile },
      });
      const counts = readCounts(countsFile);
      rmSync(countsFile, { force: true });
      return verdict(counts, code, wasKilled, output);
    },
  };
}

function verdict(counts, code, wasKilled, output) {
  if (counts === undefined) {
    return oneFailure('The suite ended before its last test.', output);
  }
  if (wasKilled) {
    const note = 'All tests ended, but timers, sockets or processes they left behind kept the suite alive.';
    return withFailure(counts, note, output);
  }
  // Mocha's exit code is the number of failures; anything else went wrong outside the tests.
  const isUncounted = code !== 0 && counts.failed === 0;
  return isUncounted
    ? withFailure(counts, `All tests passed, but the suite ended with exit code ${code}.`, output)
    : { ...counts, output };
}

function oneFailure(note, output) {
  return withFailure({ passed: 0, failed: 0, skipped: 0, failures: [] }, note, output);
}

function withFailure(counts, note, output) {
  return {
    ...counts,
    failed: counts.failed + 1,
    failures: [...counts.failures, note],
    output: `${output}\n${note}\n`,
  };
}

function findBundles(folder) {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.test.js'))
      .sort()
      .map((name) => path.join(folder, name));
  } catch {
    return [];
  }
}

function readCounts(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

const running = new Set();

/** Kills the steps that still run, with everything in their process groups. */
export function endRunningSteps() {
  for (const child of running) {
    killGroup(child);
  }
}

function killGroup(child) {
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
  } catch {
    // Ended by itself.
  }
}

/** Runs a program in a process group of its own, keeping its output; kills the group when its time is over. */
function runToEnd(program, args, { timeoutMs, isDone = () => false, env = process.env }) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: rootFolder,
      env: { ...env, FORCE_COLOR: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    });
    running.add(child);
    let output = '';
    let wasKilled = false;
    const keep = (chunk) => {
      output += chunk;
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    const startedMs = Date.now();
    let doneMs;
    const watch = setInterval(() => {
      doneMs ??= isDone() ? Date.now() : undefined;
      const isLate = Date.now() - startedMs > timeoutMs;
      if (isLate || (doneMs !== undefined && Date.now() - doneMs > LEFT_BEHIND_MS)) {
        wasKilled = true;
        output += isLate ? `\nKilled after ${timeoutMs / 1000} s.\n` : '';
        killGroup(child);
      }
    }, 500);
    const end = (code) => {
      clearInterval(watch);
      running.delete(child);
      resolve({ code, output, wasKilled });
    };
    child.once('error', (error) => {
      output += `${program}: ${error.message}\n`;
      end(1);
    });
    child.once('close', (code) => end(code ?? 1));
  });
}
