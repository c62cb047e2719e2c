import assert from 'node:assert/strict';
import { FAKE_KEYS, FakeClearMl } from '../fakes/clearml/fake-server';
import { tlsPair } from '../fakes/tls-files';
import type { EditorWindow } from './harness/editor-window';
import { suiteWindow } from './harness/suite-window';
import { until } from './harness/until';

const NEW_KEYS = { accessKey: 'NEWACCESSKEY0', secretKey: 'canary-new-secret-1' };

describe('Connections', function () {
  this.timeout(180_000);
  let fake: FakeClearMl;
  let window: EditorWindow;

  suiteWindow({ name: 'connections', heightPx: 1_100 }, (opened) => {
    ({ window } = opened);
  });

  before(async () => {
    fake = await FakeClearMl.start('real', tlsPair('self-signed'));
    fake.world.addTask({ name: 'on the server' });
  });

  after(() => fake.stop());

  it('add a server whose certificate the person accepts, and keep saying so', async () => {
    const url = fake.url.replace('127.0.0.1', 'localhost');
    await window.addConnection('ClearML', url, [
      ['ClearML: Access key', FAKE_KEYS.accessKey],
      ['ClearML: Secret key', FAKE_KEYS.secretKey],
    ]);
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
      (row) => row.label === 'Sign in again' && row.description.startsWith('Not up to date · '),
      60_000,
    );
    await window.screenshot('connections-revoked');
    await tasks.click(failed.label);
    await window.answer('ClearML: Access key', NEW_KEYS.accessKey);
    await window.answer('ClearML: Secret key', NEW_KEYS.secretKey);
    await until('the server is read again', async () => {
      const rows = await tasks.rows();
      return (
        rows.some((row) => row.label === 'on the server') &&
        rows.every((row) => row.label !== 'Sign in again')
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
