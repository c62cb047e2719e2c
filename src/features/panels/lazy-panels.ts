import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/disposable';
import type { Platform } from '../../platform/contract';
import type { Connections } from '../../store/contract';
import type { PanelKind, WebviewPanels } from './webview-panels';

export interface PanelDeps {
  readonly platform: Platform;
  readonly connections: Connections;
}

/** Panels of one kind, whose code is loaded when the first of them opens or comes back after a window reload. */
export class LazyPanels<Ref> implements vscode.WebviewPanelSerializer, Disposable {
  private readonly owned = new DisposableStore();
  private loaded: Promise<WebviewPanels<Ref>> | undefined;

  /** `loadKind` imports the kind and makes it; it is asked once, and what it made is disposed with the panels. */
  constructor(
    viewType: string,
    private readonly deps: PanelDeps,
    private readonly loadKind: () => Promise<PanelKind<Ref> & Partial<Disposable>>,
  ) {
    this.owned.add(vscode.window.registerWebviewPanelSerializer(viewType, this));
  }

  /** Opens the panel, or brings the one that is open to the front. */
  async open(ref: Ref): Promise<void> {
    (await this.load()).open(ref);
  }

  /** Called by VS Code after a reload, with what the page kept by `setState`. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    await (await this.load()).deserializeWebviewPanel(panel, state);
  }

  dispose(): void {
    this.owned.dispose();
  }

  private load(): Promise<WebviewPanels<Ref>> {
    this.loaded ??= this.make();
    return this.loaded;
  }

  private async make(): Promise<WebviewPanels<Ref>> {
    const [{ WebviewPanels: Panels }, kind] = await Promise.all([
      import('./webview-panels'),
      this.loadKind(),
    ]);
    this.owned.add({ dispose: () => kind.dispose?.() });
    return this.owned.add(new Panels(this.deps.platform.extensionPath, this.deps.connections, kind));
  }
}
