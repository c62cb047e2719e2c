import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { OnDemand } from '../../core/on-demand';
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
  private readonly panels: OnDemand<WebviewPanels<Ref>>;

  /** `loadKind` imports the kind and makes it; what it made is disposed with the panels. */
  constructor(
    viewType: string,
    { platform, connections }: PanelDeps,
    loadKind: () => Promise<PanelKind<Ref> & Partial<Disposable>>,
  ) {
    this.panels = this.owned.add(
      new OnDemand(async (own) => {
        const [{ WebviewPanels: Panels }, kind] = await Promise.all([import('./webview-panels'), loadKind()]);
        own({ dispose: () => kind.dispose?.() });
        return own(new Panels(platform.extensionPath, connections, kind));
      }),
    );
    this.owned.add(vscode.window.registerWebviewPanelSerializer(viewType, this));
  }

  /** Loads the code of the panels, of which none opens. */
  async load(): Promise<void> {
    await this.panels.get();
  }

  /** Opens the panel, or brings the one that is open to the front. */
  async open(ref: Ref): Promise<void> {
    (await this.panels.get()).open(ref);
  }

  /** Called by VS Code after a reload, with what the page kept by `setState`. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    await (await this.panels.get()).deserializeWebviewPanel(panel, state);
  }

  dispose(): void {
    this.owned.dispose();
  }
}
