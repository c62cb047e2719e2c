import assert from 'node:assert/strict';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import type { Theme } from '../../scripts/editor/editor-settings';
import { repositoryRoot } from '../../scripts/editor/toolchain';
import type { EditorWindow } from './harness/editor-window';
import { suiteWindow } from './harness/suite-window';
import { until } from './harness/until';

/** Light comes first: the editor starts with it, so that the controls are made in a theme that is not their own. */
const THEMES: readonly Theme[] = ['light', 'hc', 'dark'];

const KINDS: Readonly<Record<Theme, string>> = {
  dark: 'vscode-dark',
  light: 'vscode-light',
  hc: 'vscode-high-contrast',
};

describe("the live panel's controls in the editor", () => {
  let window: EditorWindow;

  suiteWindow(
    { name: 'metrics-themes', workspace: path.join(repositoryRoot(), 'examples'), theme: 'light' },
    async (opened) => {
      ({ window } = opened);
      await window.openFile('plain/hello_metrics.py');
      await window.runCommand('Trackside: Launch Current File as Task');
    },
  );

  for (const theme of THEMES) {
    it(`wear the ${theme} theme`, async () => {
      await window.setTheme(theme);
      const frame = await window.livePanelFrame('hello_metrics.py');
      await until(`the ${theme} theme is on`, async () => (await themeKind(frame)) === KINDS[theme]);
      let colours = await dropdownColours(frame);
      await until('the dropdown is drawn', async () => {
        colours = await dropdownColours(frame);
        return colours.control === colours.wanted;
      }).catch(() => undefined);
      await window.screenshot(`metrics-${theme}`);
      assert.equal(colours.control, colours.wanted);
    });
  }
});

function themeKind(frame: Frame): Promise<string | undefined> {
  return frame.evaluate(() => document.body.dataset['vscodeThemeKind']);
}

/** The background that the dropdown shows, and the one that the theme gives dropdowns. */
function dropdownColours(frame: Frame): Promise<{ readonly control: string; readonly wanted: string }> {
  return frame.evaluate(() => {
    const control = document.querySelector('vscode-dropdown');
    const sample = document.createElement('div');
    sample.style.background = 'var(--vscode-dropdown-background)';
    document.body.append(sample);
    const wanted = getComputedStyle(sample).backgroundColor;
    sample.remove();
    return { control: control ? getComputedStyle(control).backgroundColor : '', wanted };
  });
}
