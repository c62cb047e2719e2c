import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { settingsFile, writeSettings } from '../editor/editor-server';
import { quietSettings } from '../editor/editor-settings';
import { MarkedProcesses } from '../editor/marked-processes';
import { SentenceError } from '../editor/sentence-error';
import { cacheFolder, repositoryRoot } from '../editor/toolchain';
import type { StartOptions } from './start-options';
import { untilStopped } from './stop-signals';

const END_GRACE_MS = 5_000;

/** Opens the desktop VS Code on Trackside under development, with a profile of its own, until its window closes. */
export async function startDesktop(options: StartOptions): Promise<number> {
  const program = findDesktopEditor();
  const folder = path.join(cacheFolder(), 'desktop');
  if (!existsSync(settingsFile(folder)) || options.theme !== undefined) {
    writeSettings(folder, quietSettings(options.theme ?? 'dark'));
  }
  const descendants = new MarkedProcesses();
  const child = spawn(
    program,
    [
      `--extensionDevelopmentPath=${repositoryRoot()}`,
      `--user-data-dir=${path.join(folder, 'data')}`,
      '--disable-workspace-trust',
      '--new-window',
      '--wait',
      options.workspace,
    ],
    { stdio: 'ignore', env: { ...process.env, ...descendants.environment } },
  );
  const started = await untilStarted(child, program);
  console.log('Trackside is open in VS Code (close its window, or press Ctrl-C here, to end it)');
  try {
    await untilStopped({
      whenEnded: () => started.ended,
      endAtOnce: () => descendants.endAtOnce(child.pid ?? 0),
    });
    return 0;
  } finally {
    await descendants.end(child.pid ?? 0, END_GRACE_MS);
  }
}

async function untilStarted(
  child: ChildProcess,
  program: string,
): Promise<{ readonly ended: Promise<void> }> {
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) =>
      reject(new SentenceError(`${program} could not be started (${error.message}): check your VS Code.`)),
    );
  });
  return { ended };
}

/** `code` on PATH, or one like it. On Windows the program beside it, since `code.cmd` would need a shell. */
function findDesktopEditor(): string {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  for (const name of ['code', 'code-insiders', 'codium']) {
    for (const folder of folders) {
      const candidate =
        process.platform === 'win32'
          ? path.join(folder, '..', name === 'code' ? 'Code.exe' : 'Code - Insiders.exe')
          : path.join(folder, name);
      if (existsSync(candidate)) {
        return candidate;
      }
    }
  }
  throw new SentenceError(
    'VS Code was not found on PATH: install it (its command "Shell Command: Install \'code\' command in PATH" helps on ' +
      'macOS), or leave --desktop out to use the editor in a browser.',
  );
}
