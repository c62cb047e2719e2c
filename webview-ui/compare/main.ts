import {
  hostMessage,
  persistedState,
  type HostMessage,
  type PageMessage,
  type PersistedState,
} from '../../src/features/compare/compare-contract';
import { Bridge } from '../kit/bridge';
import { startPage } from '../kit/start-page';
import '../kit/grid-page.css';
import './compare.css';
import { CompareModel } from './compare-model';
import { ComparePage } from './compare-page';

const bridge = new Bridge<HostMessage, PageMessage>((message) => hostMessage.safeParse(message).data);
const saved = persistedState.safeParse(bridge.savedState).data;
startPage<HostMessage, PageMessage, PersistedState>(
  bridge,
  { type: 'ready' },
  (ports) => new ComparePage(new CompareModel(saved?.view), ports),
);
