import {
  runsHostMessage,
  runsPersistedState,
  type RunsHostMessage,
  type RunsPanelMessage,
  type RunsPersistedState,
} from '../../src/features/metrics/runs-contract';
import { Bridge } from '../kit/bridge';
import { PageScripts } from '../kit/page-scripts';
import { startPage } from '../kit/start-page';
import '../metrics/metrics.css';
import '../metrics/charts.css';
import '../metrics/legend.css';
import './runs.css';
import { RunsModel } from './runs-model';
import { RunsPage } from './runs-page';

const bridge = new Bridge<RunsHostMessage, RunsPanelMessage>(
  (message) => runsHostMessage.safeParse(message).data,
);
const saved = runsPersistedState.safeParse(bridge.savedState).data;
const model = new RunsModel(saved?.view ?? { legendOrder: { column: 'last', isDescending: true } });
const page = startPage<RunsHostMessage, RunsPanelMessage, RunsPersistedState, RunsPage>(
  bridge,
  { type: 'ready', selection: saved === undefined ? null : model.selection },
  (ports) => new RunsPage(model, ports),
);
new PageScripts().loadControls(page.shown);
