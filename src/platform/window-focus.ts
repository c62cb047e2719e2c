import * as vscode from 'vscode';
import type { WindowFocus } from './contract';

/** Focus as VS Code tells it; nothing is kept. */
export function createWindowFocus(): WindowFocus {
  return {
    get isFocused() {
      return vscode.window.state.focused;
    },
    onDidChange: (listener) => vscode.window.onDidChangeWindowState(({ focused }) => listener(focused)),
  };
}
