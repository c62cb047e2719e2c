// `npm run package`: makes trackside-<version>.vsix and reports its sizes against their budgets.
import { runScript, say } from './setup/report.mjs';
import { makePackage, overBudget } from './setup/packaging.mjs';
import { build, ensureToolchain } from './setup/toolchain.mjs';

await runScript(async () => {
  await ensureToolchain();
  say('building …');
  await build('--production');
  const made = await makePackage();
  say(
    `made ${made.file}: ${made.files} files, ${kilobytes(made.bytes)} kB; loaded at activation ${kilobytes(made.activationBytes)} kB`,
  );
  const over = overBudget(made);
  over.forEach((sentence) => process.stderr.write(`trackside: ${sentence}\n`));
  return over.length === 0 ? 0 : 1;
});

function kilobytes(bytes) {
  return Math.round(bytes / 1000);
}
