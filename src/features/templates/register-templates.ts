import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { OnDemand } from '../../core/on-demand';
import { COMMANDS } from '../../platform/command-ids';
import type { ChoiceDeps } from './template-choice';

/** Running what servers offer to run: command templates, pipelines. */
export function registerTemplates(deps: ChoiceDeps): Disposable {
  const owned = new DisposableStore();
  const runner = owned.add(
    new OnDemand(async () => {
      const { TemplateRunner } = await import('./run-template');
      return new TemplateRunner({ ...deps, state: deps.platform.state, openJson, activeJson });
    }),
  );
  const { commands } = deps.platform;
  owned.add(commands.register(COMMANDS.runTemplate, async (node) => (await runner.get()).start(node)));
  owned.add(
    commands.register(COMMANDS.runTemplateDocument, async () => (await runner.get()).startDocument()),
  );
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
