import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { COMMANDS } from '../../platform/command-ids';
import type { ChoiceDeps } from './template-choice';
import type { TemplateRunner } from './run-template';

/** Running what servers offer to run: command templates, pipelines. */
export function registerTemplates(deps: ChoiceDeps): Disposable {
  const owned = new DisposableStore();
  let runner: Promise<TemplateRunner> | undefined;
  const load = async (): Promise<TemplateRunner> => {
    const { TemplateRunner } = await import('./run-template');
    return new TemplateRunner({ ...deps, state: deps.platform.state, openJson, activeJson });
  };
  const obtain = (): Promise<TemplateRunner> => (runner ??= load());
  const { commands } = deps.platform;
  owned.add(commands.register(COMMANDS.runTemplate, async (node) => (await obtain()).start(node)));
  owned.add(commands.register(COMMANDS.runTemplateDocument, async () => (await obtain()).startDocument()));
  return owned;
}

async function openJson(content: string): Promise<string> {
  const document = await vscode.workspace.openTextDocument({ language: 'json', content });
  await vscode.window.showTextDocument(document);
  return document.uri.toString();
}

function activeJson(): { readonly uri: string; readonly text: string } | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document && { uri: document.uri.toString(), text: document.getText() };
}
