// `npm run fake -- whatsnext --real --port 8080`: a stand-in of a server with seeded data, to try the editor against.
import path from 'node:path';
import { runShown } from './setup/commands.mjs';
import { rootFolder } from './setup/folders.mjs';
import { runScript, sayOnStandardError } from './setup/report.mjs';
import { build, ensureToolchain } from './setup/toolchain.mjs';

await runScript(async () => {
  sayOnStandardError();
  const { node } = await ensureToolchain();
  await build('--tools');
  return runShown(node, [path.join(rootFolder, 'out', 'tools', 'fake.js'), ...process.argv.slice(2)]);
});
