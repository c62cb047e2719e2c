import './graph.css';
import {
  graphHostMessage,
  graphPersisted,
  type GraphHostMessage,
  type GraphPanelMessage,
} from '../../src/features/graph/graph-contract';
import { Bridge } from '../shared/bridge';
import { GraphPage } from './graph-page';

function start(): void {
  const nonce = document.currentScript?.nonce ?? '';
  const bridge = new Bridge<GraphHostMessage, GraphPanelMessage>(
    (message) => graphHostMessage.safeParse(message).data,
  );
  const saved = graphPersisted.safeParse(bridge.savedState).data;
  const page = new GraphPage(new Set(saved?.folded), {
    post: (message) => bridge.post(message),
    save: (state) => {
      bridge.savedState = state;
    },
  });
  document.querySelector('#app')?.replaceWith(page.root);
  bridge.listen((message) => page.receive(message));
  bridge.post({ type: 'ready' });
  const script = document.createElement('script');
  script.nonce = nonce;
  script.src = document.body.dataset.controls ?? '';
  document.head.append(script);
}

start();
