// `npm run test:desktop`: the in-host tests under a desktop VS Code that @vscode/test-electron downloads.
import path from 'node:path';
import { rootFolder } from './setup/folders.mjs';
import { runScript, say, SetupError } from './setup/report.mjs';
import { build, ensureToolchain } from './setup/toolchain.mjs';

await runScript(async () => {
  await ensureToolchain({ python: true });
  say('building …');
  await build('--tests');
  const { downloadAndUnzipVSCode, runTests } = await import('@vscode/test-electron');
  say('getting a desktop VS Code …');
  const vscodeExecutablePath = await downloadAndUnzipVSCode('stable').catch((error) => {
    throw new SetupError(
      `A desktop VS Code could not be downloaded (${error.message}): check the network; \`npm test\` needs none of it.`,
    );
  });
  return runTests({
    vscodeExecutablePath,
    extensionDevelopmentPath: rootFolder,
    extensionTestsPath: path.join(rootFolder, 'out', 'test', 'editor', 'in-host', 'main.js'),
    launchArgs: [path.join(rootFolder, 'examples'), '--disable-workspace-trust', '--disable-extensions'],
  });
});
