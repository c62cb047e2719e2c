import * as vscode from 'vscode';
import { systemClock } from '../core/clock';
import { isCancelled } from '../core/errors';
import type { Choice, Dialogs } from './contract';
import { failureText } from './failure-text';
import { MessageLimiter } from './message-limiter';
import type { Redaction } from './redaction';

const SHOW_LOG = 'Show Log';
/** A panel that takes the focus must not take the question with it, nor the answers given before. */
const STAYS = { ignoreFocusOut: true };

/** Notifications, quick picks and inputs of VS Code. `showLog` is what the button of a failure does. */
export function createDialogs(redactor: Redaction, showLog: () => void): Dialogs {
  const limiter = new MessageLimiter(systemClock);
  return {
    info: (message) => void vscode.window.showInformationMessage(redactor.redact(message)),
    notice: async (message, severity, actions) => {
      const show =
        severity === 'error' ? vscode.window.showErrorMessage : vscode.window.showInformationMessage;
      return show(redactor.redact(message), ...actions);
    },
    failure: (error, context) => {
      const message = redactor.redact(failureText(error, context));
      if (!isCancelled(error) && limiter.admits(message)) {
        void vscode.window.showErrorMessage(message, SHOW_LOG).then((answer) => {
          if (answer === SHOW_LOG) {
            showLog();
          }
        });
      }
    },
    confirm: async (question, detail, agree) =>
      (await vscode.window.showWarningMessage(question, { modal: true, detail }, agree)) === agree,
    pick: async (title, choices, placeholder) => {
      const options = { title, ...STAYS, matchOnDescription: true, matchOnDetail: true };
      const placed = placeholder === undefined ? options : { ...options, placeHolder: placeholder };
      return (await vscode.window.showQuickPick(choices.map(toItem), placed))?.value;
    },
    pickMany: async (title, choices) => {
      const options = { title, ...STAYS, canPickMany: true } as const;
      const picked = await vscode.window.showQuickPick(choices.map(toItem), options);
      return picked?.map(({ value }) => value);
    },
    ask: async ({ title, prompt, value, isSecret, validate }) =>
      vscode.window.showInputBox({
        title,
        ...STAYS,
        password: isSecret ?? false,
        ...(prompt === undefined ? {} : { prompt }),
        ...(value === undefined ? {} : { value }),
        ...(validate === undefined ? {} : { validateInput: validate }),
      }),
    withProgress,
  };
}

function toItem<T>(choice: Choice<T>): vscode.QuickPickItem & { value: T } {
  const { label, description, detail, value } = choice;
  return {
    label,
    value,
    ...(description === undefined ? {} : { description }),
    ...(detail === undefined ? {} : { detail }),
  };
}

async function withProgress<T>(title: string, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, async (_progress, token) => {
    const abort = new AbortController();
    const cancellation = token.onCancellationRequested(() => abort.abort());
    try {
      return await run(abort.signal);
    } finally {
      cancellation.dispose();
    }
  });
}
