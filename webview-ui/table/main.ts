import './table.css';
import '../shared/popup.css';
import {
  hostMessage,
  persistedState,
  type HostMessage,
  type PageMessage,
} from '../../src/features/table/table-contract';
import { Bridge } from '../shared/bridge';
import { TableModel } from './table-model';
import { TablePage } from './table-page';

function start(): void {
  const bridge = new Bridge<HostMessage, PageMessage>((message) => hostMessage.safeParse(message).data);
  const saved = persistedState.safeParse(bridge.savedState).data;
  const page = new TablePage(new TableModel(saved?.view), {
    post: (message) => bridge.post(message),
    save: (state) => {
      bridge.savedState = state;
    },
  });
  document.querySelector('#app')?.replaceWith(page.root);
  bridge.listen((message) => page.receive(message));
  bridge.post({ type: 'ready' });
}

start();
