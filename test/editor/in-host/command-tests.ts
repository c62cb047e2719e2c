import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { COMMANDS, TASK_TYPE } from '../../../src/platform/command-ids';

const EXTENSION_ID = 'trackside.trackside';

/** What only code inside the host can see: registered commands, providers, configuration. */
export function defineCommandTests(): void {
  describe('the extension host', () => {
    it('activates Trackside without an error', async () => {
      const extension = vscode.extensions.getExtension(EXTENSION_ID);
      assert.ok(extension, `${EXTENSION_ID} is not installed`);
      await extension.activate();
      assert.equal(extension.isActive, true);
    });

    it('registers every command of the manifest', async () => {
      const registered = new Set(await vscode.commands.getCommands(true));
      assert.deepEqual(
        Object.values(COMMANDS).filter((id) => !registered.has(id)),
        [],
      );
    });

    it('provides its kind of task', async () => {
      const tasks = await vscode.tasks.fetchTasks({ type: TASK_TYPE });
      for (const task of tasks) {
        assert.equal(task.definition.type, TASK_TYPE);
      }
    });
  });
}
