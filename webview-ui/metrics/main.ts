import './metrics.css';
import '../shared/popup.css';
import {
  hostMessage,
  persistedState,
  type HostMessage,
  type PanelMessage,
} from '../../src/features/metrics/panel-contract';
import { Bridge } from '../shared/bridge';
import type { PlotDrawer } from '../shared/plot-drawer';
import { PanelModel } from './panel-model';
import { PanelPage } from './panel-page';

/** The controls weigh more than everything else together, so they come after the first picture. */
function loadControls(nonce: string): void {
  requestAnimationFrame(() => setTimeout(() => void loadScript(document.body.dataset.controls, nonce)));
}

/** What draws plots weighs ten times as much again, and comes with the first of them. */
async function loadPlots(nonce: string): Promise<PlotDrawer> {
  await loadScript(document.body.dataset.plots, nonce);
  if (window.tracksidePlots === undefined) {
    throw new Error('Plots cannot be drawn.');
  }
  return window.tracksidePlots;
}

function loadScript(address: string | undefined, nonce: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (address === undefined) {
      reject(new Error('The page does not know where the script is.'));
      return;
    }
    const script = document.createElement('script');
    script.nonce = nonce;
    script.src = address;
    script.addEventListener('load', () => resolve());
    script.addEventListener('error', () => reject(new Error('A script of the page did not load.')));
    document.head.append(script);
  });
}

function start(): void {
  const nonce = document.currentScript?.nonce ?? '';
  const bridge = new Bridge<HostMessage, PanelMessage>((message) => hostMessage.safeParse(message).data);
  const saved = persistedState.safeParse(bridge.savedState).data;
  const model = new PanelModel(saved?.view);
  let plots: Promise<PlotDrawer> | undefined;
  const page = new PanelPage(model, {
    loadPlots: () => (plots ??= loadPlots(nonce)),
    post: (message) => bridge.post(message),
    save: (state) => {
      bridge.savedState = state;
    },
  });
  document.querySelector('#app')?.replaceWith(page.root);
  bridge.listen((message) => page.receive(message));
  bridge.post({ type: 'ready', selection: saved === undefined ? null : model.selection });
  loadControls(nonce);
}

start();
