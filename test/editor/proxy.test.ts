import assert from 'node:assert/strict';
import type { UserSettings } from '../../scripts/editor/editor-settings';
import { FAKE_KEYS, FakeClearMl } from '../fakes/clearml/fake-server';
import { ForwardProxy } from '../fakes/forward-proxy';
import { tlsPair } from '../fakes/tls-files';
import type { EditorWindow } from './harness/editor-window';
import { suiteWindow } from './harness/suite-window';

const KEYS = [
  ['ClearML: Access key', FAKE_KEYS.accessKey],
  ['ClearML: Secret key', FAKE_KEYS.secretKey],
] as const;

describe('A proxy of the editor', () => {
  let proxy: ForwardProxy;
  let plain: FakeClearMl;
  let secure: FakeClearMl;
  let window: EditorWindow;

  before(async () => {
    proxy = await ForwardProxy.start();
    plain = await FakeClearMl.start('real');
    plain.world.addTask({ name: 'in the clear' });
    secure = await FakeClearMl.start('real', tlsPair('self-signed'));
    secure.world.addTask({ name: 'through a tunnel' });
  });

  const settings = (): UserSettings => ({ 'http.proxy': proxy.url });
  suiteWindow({ name: 'proxy', heightPx: 1_100, settings }, (opened) => {
    ({ window } = opened);
  });

  after(() => Promise.all([plain, secure, proxy].map((each) => each.stop())));

  /** No machine has the name, so that nothing but the proxy leads there. */
  const named = (fake: FakeClearMl): URL => new URL(fake.url.replace('127.0.0.1', 'lab.test'));

  it('leads to a server', async () => {
    const { href, host } = named(plain);
    await window.addConnection('ClearML', href, []);
    await window.dialog.press('Connect Anyway');
    for (const [title, text] of KEYS) {
      await window.answer(title, text);
    }
    await window.tree('Tasks').waitForRow('in the clear', 60_000);
    assert.deepEqual([...new Set(proxy.asked)], [host]);
  });

  it('leads to a server whose certificate the person accepts', async () => {
    proxy.asked.splice(0);
    const { href, host } = named(secure);
    await window.addConnection('ClearML', href, KEYS);
    const { message } = await window.dialog.text();
    assert.match(message, /Nobody vouches for the certificate of lab\.test:\d+\. Accept it\?/);
    await window.dialog.press('Accept This Certificate');
    await window.tree('Tasks').waitForRow('through a tunnel', 60_000);
    assert.ok(proxy.asked.includes(host));
    await window.screenshot('proxy');
  });

  it('is not asked for what runs on this machine', async () => {
    await window.tree('Workers').waitForRow('Local worker (this machine)');
    assert.deepEqual(
      proxy.asked.filter((host) => !host.startsWith('lab.test')),
      [],
    );
  });
});
