import {
  hostMessage,
  persistedState,
  type HostMessage,
  type PersistedState,
} from '../../src/features/metrics/panel-contract';
import type { PanelMessage } from '../../src/features/metrics/panel-messages';
import { Bridge } from '../kit/bridge';
import { PageScripts } from '../kit/page-scripts';
import type { PlotDrawer } from '../kit/plot-drawer';
import './metrics.css';
import './charts.css';
import './legend.css';
import './details.css';
import './outputs.css';
import './plotly.css';
import { PanelModel } from './panel-model';
import { PanelPage } from './panel-page';
import { startCurvesPage } from './start-curves-page';

/** Starts the page of a live panel. */
export function startPanelPage(): void {
  const scripts = new PageScripts();
  let plots: Promise<PlotDrawer> | undefined;
  const bridge = new Bridge<HostMessage, PanelMessage>((message) => hostMessage.safeParse(message).data);
  const saved = persistedState.safeParse(bridge.savedState).data;
  const model = new PanelModel(saved?.view);
  const kept = saved === undefined ? null : model.selection;
  const page = startCurvesPage<HostMessage, PanelMessage, PersistedState, PanelPage>(
    bridge,
    kept,
    { type: 'ready', selection: kept },
    (ports) => new PanelPage(model, { ...ports, loadPlots: () => (plots ??= loadPlots(scripts)) }),
  );
  scripts.loadControls(page.shown);
}

/** What draws plots weighs ten times as much as the rest, and comes with the first of them. */
async function loadPlots(scripts: PageScripts): Promise<PlotDrawer> {
  await scripts.load(document.body.dataset.plots);
  if (window.tracksidePlots === undefined) {
    throw new Error('Plots cannot be drawn.');
  }
  return window.tracksidePlots;
}
