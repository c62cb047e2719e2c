// `npm run tracker -- --port 0 --data DIR [--stay]`: the embedded tracker alone. Its one line of JSON is all that goes
// to standard output.
import path from 'node:path';
import { runShown } from './setup/commands.mjs';
import { rootFolder } from './setup/folders.mjs';
import { runScript, sayOnStandardError } from './setup/report.mjs';
import { build, ensureToolchain } from './setup/toolchain.mjs';

await runScript(async () => {
  sayOnStandardError();
  const { node } = await ensureToolchain();
  await build();
  const tracker = path.join(rootFolder, 'dist', 'tracker.js');
  return runShown(node, [tracker, '--standalone', ...process.argv.slice(2)]);
});
