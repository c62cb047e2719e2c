// `npm test [-- --only lint|types|format|unit|contract|editor|demo] [--grep TEXT]`: every check and test. The last line
// says how many passed and failed; the exit code is 0 when none failed.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { rootFolder } from './setup/folders.mjs';
import { makePackage, overBudget } from './setup/packaging.mjs';
import { runScript, say, SetupError } from './setup/report.mjs';
import { build, ensureToolchain } from './setup/toolchain.mjs';
import { check, endRunningSteps, suite } from './testing/steps.mjs';

const KINDS = ['format', 'lint', 'types', 'unit', 'contract', 'editor', 'demo'];
const NEEDS_EDITOR = ['editor', 'demo'];

await runScript(async () => {
  const { kinds, grep } = readOptions();
  const needsEditor = kinds.some((kind) => NEEDS_EDITOR.includes(kind));
  const toolchain = await ensureToolchain({ editor: needsEditor, browser: needsEditor, python: true });
  await prepare(needsEditor);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      endRunningSteps();
      process.exit(130);
    });
  }
  const steps = stepsOf(toolchain, grep);
  const lanes = [
    ['format', 'lint', 'types', 'contract'],
    ['unit', 'editor', 'demo'],
  ].map((lane) => lane.filter((kind) => kinds.includes(kind)).map((kind) => steps[kind]));
  const results = await Promise.all(lanes.map(runInOrder));
  return summarise(results.flat());
});

function readOptions() {
  const { values } = parseArgs({
    options: { only: { type: 'string', multiple: true }, grep: { type: 'string' } },
  });
  const kinds = values.only ?? KINDS;
  const unknown = kinds.find((kind) => !KINDS.includes(kind));
  if (unknown !== undefined) {
    throw new SetupError(`--only takes one of ${KINDS.join(', ')}, not "${unknown}".`);
  }
  return { kinds, grep: values.grep };
}

async function prepare(needsPackage) {
  say('building …');
  await build('--production', '--tests', '--tools');
  if (needsPackage) {
    say('packaging …');
    overBudget(await makePackage()).forEach(say);
  }
}

function stepsOf({ node }, grep) {
  const program = (...parts) => path.join(rootFolder, 'node_modules', ...parts);
  const options = grep === undefined ? { node } : { node, grep };
  return {
    format: check('format', process.execPath, [program('prettier', 'bin', 'prettier.cjs'), '--check', '.']),
    lint: check('lint', process.execPath, [
      program('eslint', 'bin', 'eslint.js'),
      '--max-warnings',
      '0',
      '.',
    ]),
    types: check('types', process.execPath, [program('typescript', 'bin', 'tsc'), '-p', '.']),
    unit: suite('unit', { ...options, testTimeoutMs: 120_000, suiteTimeoutMs: 2_700_000 }),
    contract: suite('contract', { ...options, testTimeoutMs: 120_000, suiteTimeoutMs: 2_700_000 }),
    editor: suite('editor', { ...options, testTimeoutMs: 180_000, suiteTimeoutMs: 2_700_000 }),
    demo: check('demo', node, [path.join(rootFolder, 'out', 'tools', 'demo.js')]),
  };
}

async function runInOrder(steps) {
  const results = [];
  for (const step of steps) {
    const startedMs = Date.now();
    const result = await step.run();
    const seconds = Math.round((Date.now() - startedMs) / 1000);
    process.stdout.write(result.output === '' ? '' : `\n${result.output}\n`);
    say(
      `${step.name}: ${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped (${seconds} s)`,
    );
    results.push({ ...result, name: step.name });
  }
  return results;
}

function summarise(results) {
  const sum = (of) => results.reduce((total, result) => total + result[of], 0);
  const skipped = sum('skipped');
  if (skipped > 0) {
    say(`${skipped} tests were skipped; the lists above say which.`);
  }
  // Once more at the end, where a long output is looked at first.
  for (const { name, failures } of results) {
    failures.forEach((failure) => say(`${name} failed: ${failure}`));
  }
  process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed\n`);
  return sum('failed') === 0 ? 0 : 1;
}
