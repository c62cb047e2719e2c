import {
  hostMessage,
  persistedState,
  type HostMessage,
  type PageMessage,
  type PersistedState,
} from '../../src/features/table/table-contract';
import { Bridge } from '../kit/bridge';
import { startPage } from '../kit/start-page';
import '../kit/grid-page.css';
import './table.css';
import { TableModel } from './table-model';
import { TablePage } from './table-page';

const bridge = new Bridge<HostMessage, PageMessage>((message) => hostMessage.safeParse(message).data);
const saved = persistedState.safeParse(bridge.savedState).data;
startPage<HostMessage, PageMessage, PersistedState>(
  bridge,
  { type: 'ready' },
  (ports) => new TablePage(new TableModel(saved?.view), ports),
);
