import {
  runsHostMessage,
  runsPersistedState,
  type RunsHostMessage,
  type RunsPersistedState,
} from '../../src/features/metrics/runs-contract';
import type { RunsPanelMessage } from '../../src/features/metrics/runs-messages';
import type { BarDrawer } from '../kit/bar-drawer';
import { Bridge } from '../kit/bridge';
import { PageScripts } from '../kit/page-scripts';
import '../metrics/metrics.css';
import '../metrics/charts.css';
import '../metrics/legend.css';
import { startCurvesPage } from '../metrics/start-curves-page';
import './runs.css';
import { RunsModel } from './runs-model';
import { RunsPage } from './runs-page';

/** Starts the page of a panel of several runs. */
export function startRunsPage(): void {
  const scripts = new PageScripts();
  const bridge = new Bridge<RunsHostMessage, RunsPanelMessage>(
    (message) => runsHostMessage.safeParse(message).data,
  );
  const saved = runsPersistedState.safeParse(bridge.savedState).data;
  const model = new RunsModel(saved?.view ?? { legendOrder: { column: 'last', isDescending: true } });
  const kept = saved === undefined ? null : model.selection;
  const page = startCurvesPage<RunsHostMessage, RunsPanelMessage, RunsPersistedState, RunsPage>(
    bridge,
    kept,
    { type: 'ready', selection: kept },
    (ports) => new RunsPage(model, { ...ports, loadBars: () => loadBars(scripts) }),
  );
  scripts.loadControls(page.shown);
}

/** Most who look at curves never see bars, so that what draws them comes with the first. */
async function loadBars(scripts: PageScripts): Promise<BarDrawer> {
  await scripts.load(document.body.dataset.bars);
  if (window.tracksideBars === undefined) {
    throw new Error('Bars cannot be drawn.');
  }
  return window.tracksideBars;
}
