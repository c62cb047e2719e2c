import './workers.css';
import {
  loadHostMessage,
  loadPersisted,
  type LoadHostMessage,
  type LoadPageMessage,
} from '../../src/features/workers/load-contract';
import { Bridge } from '../shared/bridge';
import { LoadPage } from './load-page';

function start(): void {
  const nonce = document.currentScript?.nonce ?? '';
  const bridge = new Bridge<LoadHostMessage, LoadPageMessage>(
    (message) => loadHostMessage.safeParse(message).data,
  );
  const span = loadPersisted.safeParse(bridge.savedState).data?.span;
  const page = new LoadPage({
    post: (message) => bridge.post(message),
    save: (state) => {
      bridge.savedState = state;
    },
  });
  document.querySelector('#app')?.replaceWith(page.root);
  bridge.listen((message) => page.receive(message));
  bridge.post({ type: 'ready', ...(span === undefined ? {} : { span }) });
  const script = document.createElement('script');
  script.nonce = nonce;
  script.src = document.body.dataset.controls ?? '';
  document.head.append(script);
}

start();
