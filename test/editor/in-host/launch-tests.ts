import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod';
import { COMMANDS, TASK_TYPE } from '../../../src/platform/command-ids';
import { RETHROW } from '../../../src/platform/contract';
import { until } from '../harness/until';

/** Writes what it was called with beside itself, then ends as its first argument says. */
const WITNESS = `import json, os, sys
print("step 1 loss=0.5", flush=True)
with open(sys.argv[0] + ".seen", "w") as seen:
    json.dump({"arguments": sys.argv[1:], "folder": os.getcwd(), "extra": os.environ.get("EXTRA")}, seen)
sys.exit(int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 0)
`;
const SLEEPER = `import sys, time
print("sleeping", flush=True)
open(sys.argv[0] + ".seen", "w").close()
time.sleep(600)
`;
const witnessed = z.object({
  arguments: z.array(z.string()),
  folder: z.string(),
  extra: z.string().nullable(),
});

/** Launching as a person or a tasks.json does it, on the embedded tracker, with real Python. */
export function defineLaunchTests(): void {
  describe('launching', function () {
    this.timeout(120_000);
    let folder: string;
    const write = (name: string, text: string): string => {
      const file = path.join(folder, name);
      writeFileSync(file, text);
      return file;
    };
    const seen = (script: string) => witnessed.parse(JSON.parse(readFileSync(`${script}.seen`, 'utf8')));
    const untilSeen = (script: string) =>
      until(`${script} has run`, () => existsSync(`${script}.seen`) && seen(script).folder !== '', 60_000);

    before(() => {
      folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'trackside launch ü-')));
    });
    after(async () => {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      rmSync(folder, { recursive: true, force: true });
    });

    describe('the current file', () => {
      const launch = (file: string): Thenable<unknown> =>
        vscode.commands.executeCommand(COMMANDS.launchCurrentFile, vscode.Uri.file(file), RETHROW);
      const refuses = (file: string, message: RegExp) =>
        assert.rejects(async () => launch(file), { message });

      it('runs scripts of odd names from outside the workspace, in their own folder', async () => {
        const script = write(`-two "words" 'q' $(touch hacked) \`id\` & ünï名.py`, WITNESS);
        await launch(script);
        await untilSeen(script);
        assert.deepEqual(seen(script), { arguments: [], folder, extra: null });
        assert.equal(existsSync(path.join(folder, 'hacked')), false);
      });

      it('saves the file first and opens the panel beside it', async () => {
        const script = write('unsaved.py', 'raise SystemExit(9)\n');
        const document = await vscode.workspace.openTextDocument(script);
        const editor = await vscode.window.showTextDocument(document);
        await editor.edit((edit) => edit.replace(new vscode.Range(0, 0, 1, 0), WITNESS));
        assert.equal(document.isDirty, true);
        await vscode.commands.executeCommand(COMMANDS.launchCurrentFile, RETHROW);
        assert.equal(document.isDirty, false);
        await untilSeen(script);
        await until('the panel carries the name of the task', () => {
          const besides = vscode.window.tabGroups.all.filter(
            (group) => group !== vscode.window.tabGroups.all[0],
          );
          return besides.some(({ tabs }) => tabs.some(({ label }) => label === 'unsaved.py'));
        });
      });

      it('refuses what cannot run, saying why', async () => {
        mkdirSync(path.join(folder, 'folder.py'));
        await refuses(path.join(folder, 'gone.py'), /does not exist/);
        await refuses(path.join(folder, 'folder.py'), /is a folder/);
        await refuses(write('empty.py', ''), /is empty/);
        await refuses(write('notes.txt', 'hello'), /is not a Python script/);
      });

      it('says which setting is wrong when the interpreter is missing', async () => {
        const configuration = vscode.workspace.getConfiguration('trackside');
        await configuration.update(
          'python.interpreter',
          '/nowhere/python',
          vscode.ConfigurationTarget.Global,
        );
        try {
          await refuses(write('plain.py', WITNESS), /setting .*Interpreter.* names \/nowhere\/python/);
        } finally {
          await configuration.update('python.interpreter', undefined, vscode.ConfigurationTarget.Global);
        }
      });
    });

    describe('a task of tasks.json', () => {
      const execute = async (definition: Readonly<Record<string, unknown>>) => {
        const pending = new vscode.Task(
          { type: TASK_TYPE, ...definition },
          vscode.workspace.workspaceFolders?.[0] ?? vscode.TaskScope.Workspace,
          'test',
          'Trackside',
        );
        const [provider] = await vscode.tasks.fetchTasks({ type: TASK_TYPE });
        const execution = provider?.execution;
        assert.ok(execution, 'the provider offers the open script');
        pending.execution = execution;
        return pending;
      };
      const exitCode = (
        task: vscode.Task,
        started: () => void = () => undefined,
      ): Promise<number | undefined> =>
        new Promise((resolve, reject) => {
          const listener = vscode.tasks.onDidEndTaskProcess((end) => {
            if (end.execution.task.name === task.name) {
              listener.dispose();
              resolve(end.exitCode);
            }
          });
          vscode.tasks.executeTask(task).then(started, reject);
        });
      let open: string;

      before(async () => {
        open = write('open.py', WITNESS);
        await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(open));
      });

      it('gives arguments and environment unsplit and ends with the script’s exit code', async () => {
        const script = write('with arguments.py', WITNESS);
        const args = ['3', 'two words', '$(touch hacked)', '', `"'`, 'ü'];
        const task = await execute({
          script,
          arguments: args,
          environment: { EXTRA: 'x y' },
          workingDirectory: folder,
        });
        assert.equal(await exitCode(task), 3);
        assert.deepEqual(seen(script), { arguments: args, folder, extra: 'x y' });
      });

      it('ends with 0 when the script does', async () => {
        assert.equal(await exitCode(await execute({ script: open })), 0);
      });

      it('ends with 1 and a sentence when it cannot be launched', async () => {
        assert.equal(await exitCode(await execute({ script: path.join(folder, 'gone.py') })), 1);
        assert.equal(await exitCode(await execute({ script: open, queue: 'nowhere' })), 1);
        assert.equal(await exitCode(await execute({ script: open, connection: 'nowhere' })), 1);
      });

      it('stops the run when it is terminated', async () => {
        const script = write('sleeper.py', SLEEPER);
        const task = await execute({ script });
        const ended = exitCode(task);
        await until('the script runs', () => existsSync(`${script}.seen`), 60_000);
        const [running] = vscode.tasks.taskExecutions.filter((execution) => execution.task.name === 'test');
        running?.terminate();
        await ended;
        const next = write('next.py', WITNESS);
        // One task at a time: the next one runs only once the first has really ended.
        assert.equal(await exitCode(await execute({ script: next })), 0);
      });
    });
  });
}
