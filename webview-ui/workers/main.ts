import {
  loadHostMessage,
  loadPersisted,
  type LoadHostMessage,
  type LoadPageMessage,
  type LoadPersisted,
} from '../../src/features/workers/load-contract';
import { Bridge } from '../kit/bridge';
import { PageScripts } from '../kit/page-scripts';
import { startPage } from '../kit/start-page';
import { LoadPage } from './load-page';
import '../kit/titled-page.css';
import './workers.css';

const scripts = new PageScripts();
const bridge = new Bridge<LoadHostMessage, LoadPageMessage>(
  (message) => loadHostMessage.safeParse(message).data,
);
const span = loadPersisted.safeParse(bridge.savedState).data?.span;
startPage<LoadHostMessage, LoadPageMessage, LoadPersisted>(
  bridge,
  { type: 'ready', ...(span === undefined ? {} : { span }) },
  (ports) => new LoadPage(ports),
);
scripts.loadControls();
