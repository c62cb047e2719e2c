// `npm run demo`: the main job, done by itself in the real editor on the packaged extension.
import path from 'node:path';
import { runShown } from './setup/commands.mjs';
import { rootFolder } from './setup/folders.mjs';
import { makePackage } from './setup/packaging.mjs';
import { runScript, say } from './setup/report.mjs';
import { build, ensureToolchain } from './setup/toolchain.mjs';

await runScript(async () => {
  const { node } = await ensureToolchain({ editor: true, browser: true, python: true });
  say('building and packaging …');
  await build('--production', '--tools');
  await makePackage();
  return runShown(node, [path.join(rootFolder, 'out', 'tools', 'demo.js'), ...process.argv.slice(2)]);
});
