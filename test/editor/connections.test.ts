import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FAKE_KEYS, FakeClearMl } from '../fakes/clearml/fake-server';
import { tlsPair } from '../fakes/tls-files';
import { startEditor, type Editor } from './harness/editor';
import type { EditorWindow } from './harness/editor-window';
import { until } from './harness/until';

const NEW_KEYS = { accessKey: 'NEWACCESSKEY0', secretKey: 'canary-new-secret-1' };

describe('Connections', function () {
  this.timeout(180_000);
  let fake: FakeClearMl;
  let editor: Editor;
  let window: EditorWindow;
  let workspace: string;

  before(async () => {
    workspace = mkdtempSync(path.join(tmpdir(), 'trackside-connections-'));
    fake = await FakeClearMl.start('real', tlsPair('self-signed'));
    fake.world.addTask({ name: 'on the server' });
    editor = await startEditor({ extension: 'folder', workspace });
    window = await editor.openWindow({ height: 1_100 });
    await window.showTrackside();
  });

  after(async () => {
    await window.screenshot('connections-last');
    await editor.dispose();
    await fake.stop();
    rmSync(workspace, { recursive: true, force: true });
  });

  const answer = (title: string, text: string): Promise<void> => window.quickInput.answerTitled(title, text);
  const giveKeys = async ({ accessKey, secretKey }: typeof NEW_KEYS): Promise<void> => {
    await answer('ClearML: Access key', accessKey);
    await answer('ClearML: Secret key', secretKey);
  };

  it('add a server whose certificate the person accepts, and keep saying so', async () => {
    const url = fake.url.replace('127.0.0.1', 'localhost');
    await window.runCommand('Trackside: Add Connection…');
    await answer('Add Connection', 'ClearML');
    await answer('Add Connection: address of the server', url);
    await giveKeys(FAKE_KEYS);
    const { message, detail } = await window.dialog.text();
    assert.match(message, /Nobody vouches for the certificate of localhost:\d+\. Accept it\?/);
    assert.match(detail, /SHA-256: ([0-9A-F]{2}:){31}[0-9A-F]{2}/);
    assert.deepEqual(fake.requests, [], 'nothing is sent before');
    await window.screenshot('connections-certificate');
    await window.dialog.press('Accept This Certificate');
    await window
      .tree('Tasks')
      .waitForRow((row) => row.description === 'certificate not verified · new tasks go here · ClearML');
    await window.tree('Tasks').waitForRow((row) => row.label === 'on the server');
    await window.screenshot('connections-added');
  });

  it('ask for other keys where the server no longer takes these', async () => {
    fake.keys = NEW_KEYS;
    fake.revokeTokens();
    const tasks = window.tree('Tasks');
    await window.runCommand('Trackside: Refresh');
    const failed = await tasks.waitForRow(
      (row) => row.description === 'Not up to date · Select to sign in again',
      60_000,
    );
    await window.screenshot('connections-revoked');
    await tasks.click(failed.label);
    await giveKeys(NEW_KEYS);
    await until('the server is read again', async () => {
      const rows = await tasks.rows();
      return (
        rows.some((row) => row.label === 'on the server') &&
        rows.every((row) => !row.description.endsWith('Select to sign in again'))
      );
    });
    assert.equal(fake.requests.at(-1)?.authorization.startsWith('Bearer '), true);
  });

  it('show what they asked and can do', async () => {
    await window.runCommand('Trackside: Show Diagnostics');
    await window.tab('Trackside Diagnostics.md').waitFor();
    await window.screenshot('connections-diagnostics');
  });
});
