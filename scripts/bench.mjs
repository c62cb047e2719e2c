// `npm run bench`: measures what docs/PERFORMANCE.md reports. JSON on its last line.
import path from 'node:path';
import { runShown } from './setup/commands.mjs';
import { rootFolder } from './setup/folders.mjs';
import { makePackage } from './setup/packaging.mjs';
import { ensurePeers } from './setup/peers.mjs';
import { runScript, say } from './setup/report.mjs';
import { build, ensureToolchain } from './setup/toolchain.mjs';

await runScript(async () => {
  const { node } = await ensureToolchain({ editor: true, browser: true, python: true });
  const peers = await ensurePeers();
  say('building and packaging …');
  await build('--production', '--tests');
  await makePackage();
  return runShown(
    node,
    [path.join(rootFolder, 'out', 'test', 'bench', 'main.js'), ...process.argv.slice(2)],
    {
      env: { ...process.env, TRACKSIDE_BENCH_PEERS: JSON.stringify(peers) },
    },
  );
});
