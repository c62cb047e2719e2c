/**
 * The only file that knows the control library (archived in January 2025): replace it here. The elements below
 * become alive when this bundle has run; panels create them before and set them up by attributes.
 */
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';

export function registerControls(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeCheckbox(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodeTextField(),
  );
  adoptTheme();
}

/** The library takes the editor's colours at the window's `load` event, which is over when this bundle comes late. */
function adoptTheme(): void {
  if (document.readyState === 'complete') {
    window.dispatchEvent(new Event('load'));
  }
}
