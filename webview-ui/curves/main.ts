import { startPanelPage } from '../metrics/start-panel-page';
import { startRunsPage } from '../runs/start-runs-page';

// One bundle for both panels of curves: nearly all of it is the same.
if (document.body.dataset.page === 'runs') {
  startRunsPage();
} else {
  startPanelPage();
}
