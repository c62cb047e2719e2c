// `npm run probe -- --kind clearml --url URL …`: asks a server with the extension's own backend and prints JSON.
import path from 'node:path';
import { runShown } from './setup/commands.mjs';
import { rootFolder } from './setup/folders.mjs';
import { runScript, sayOnStandardError } from './setup/report.mjs';
import { build, ensureToolchain } from './setup/toolchain.mjs';

await runScript(async () => {
  sayOnStandardError();
  const { node } = await ensureToolchain();
  await build('--tools');
  return runShown(node, [path.join(rootFolder, 'out', 'tools', 'probe.js'), ...process.argv.slice(2)]);
});
