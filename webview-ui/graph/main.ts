import {
  graphHostMessage,
  graphPersisted,
  type GraphHostMessage,
  type GraphPanelMessage,
  type GraphPersisted,
} from '../../src/features/graph/graph-contract';
import { Bridge } from '../kit/bridge';
import { PageScripts } from '../kit/page-scripts';
import { startPage } from '../kit/start-page';
import '../kit/titled-page.css';
import './graph.css';
import { GraphPage } from './graph-page';

const scripts = new PageScripts();
const bridge = new Bridge<GraphHostMessage, GraphPanelMessage>(
  (message) => graphHostMessage.safeParse(message).data,
);
const saved = graphPersisted.safeParse(bridge.savedState).data;
startPage<GraphHostMessage, GraphPanelMessage, GraphPersisted>(
  bridge,
  { type: 'ready' },
  (ports) => new GraphPage(new Set(saved?.folded), ports),
);
scripts.loadControls();
