// `npm start [-- --open] [--port P] [--theme dark|light|hc] [--desktop]`: Trackside in a real editor, on examples/.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { rootFolder } from './setup/folders.mjs';
import { runScript, say } from './setup/report.mjs';
import { build, ensureToolchain } from './setup/toolchain.mjs';

await runScript(async () => {
  const isDesktop = process.argv.includes('--desktop');
  const toolchain = await ensureToolchain({ editor: !isDesktop, python: true });
  say('building …');
  await build('--tools');
  const { start } = await import(pathToFileURL(path.join(rootFolder, 'out', 'tools', 'start.js')).href);
  return start(process.argv.slice(2), toolchain);
});
