// Installs everything the other scripts need and prints where it is: `node scripts/bootstrap.mjs`.
import { runScript, sayOnStandardError } from './setup/report.mjs';
import { ensureToolchain } from './setup/toolchain.mjs';

await runScript(async () => {
  sayOnStandardError();
  const toolchain = await ensureToolchain({ editor: true, browser: true, python: true });
  process.stdout.write(`${JSON.stringify(toolchain)}\n`);
});
