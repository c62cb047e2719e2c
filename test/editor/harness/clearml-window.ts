import { FAKE_KEYS, FakeClearMl } from '../../fakes/clearml/fake-server';
import { suiteWindow, type SuiteWindow, type SuiteWindowOptions } from './suite-window';

/** An editor whose Trackside is connected to a fake ClearML server. */
export interface ClearMlWindow extends SuiteWindow {
  readonly fake: FakeClearMl;
}

/** As {@link suiteWindow}, in the light theme, on a fake server that is filled first and signed in to as a person does. */
export function clearMlWindow(
  options: Pick<SuiteWindowOptions, 'name' | 'heightPx'> & { readonly fill: (fake: FakeClearMl) => void },
  onOpen: (opened: ClearMlWindow) => void,
): void {
  const { fill, ...windowOptions } = options;
  let fake: FakeClearMl | undefined;

  suiteWindow({ ...windowOptions, theme: 'light' }, async (opened) => {
    fake = await FakeClearMl.start('real');
    fill(fake);
    await opened.window.addConnection('ClearML', fake.url, [
      ['ClearML: Access key', FAKE_KEYS.accessKey],
      ['ClearML: Secret key', FAKE_KEYS.secretKey],
    ]);
    onOpen({ ...opened, fake });
  });

  after(() => fake?.stop());
}
