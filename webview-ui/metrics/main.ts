import './metrics.css';
import {
  hostMessage,
  persistedState,
  type HostMessage,
  type PanelMessage,
} from '../../src/features/metrics/panel-contract';
import { Bridge } from '../shared/bridge';
import { PanelModel } from './panel-model';
import { PanelPage } from './panel-page';

/** The controls weigh more than everything else together, so they come after the first picture. */
function loadControls(nonce: string): void {
  const address = document.body.dataset.controls;
  if (address === undefined) {
    return;
  }
  requestAnimationFrame(() =>
    setTimeout(() => {
      const script = document.createElement('script');
      script.nonce = nonce;
      script.src = address;
      document.head.append(script);
    }),
  );
}

function start(): void {
  const nonce = document.currentScript?.nonce ?? '';
  const bridge = new Bridge<HostMessage, PanelMessage>((message) => hostMessage.safeParse(message).data);
  const saved = persistedState.safeParse(bridge.savedState).data;
  const model = new PanelModel(saved?.view);
  const page = new PanelPage(model, {
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
