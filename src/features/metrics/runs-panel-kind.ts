import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { systemClock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { runKey, type TaskRef } from '../../core/task-ref';
import { RUNS_PANEL } from '../../platform/command-ids';
import type { Platform } from '../../platform/contract';
import type { Connections } from '../../store/contract';
import type { PanelFrame, PanelLife } from '../panels/panel-life';
import type { PanelKind } from '../panels/webview-panels';
import { counted } from '../trees/plural';
import type { PointedRows } from '../trees/pointed-rows';
import type { DrawnRuns } from './drawn-runs';
import type { RunLooksMemory } from './run-looks-memory';
import { runsPersistedState } from './runs-contract';
import { RunsEditorDeeds } from './runs-editor-deeds';
import { RunsSession } from './runs-session';
import type { SharedSeriesWorker } from './shared-series-worker';
import { ViewMemory } from './view-memory';

/** What panels of several runs share with the rest of the window. */
export interface RunsShared {
  readonly looks: RunLooksMemory;
  readonly drawn: DrawnRuns;
  readonly pointed: PointedRows;
}

/** Panels of several runs. */
export class RunsPanelKind implements PanelKind<readonly TaskRef[]>, Disposable {
  readonly viewType = RUNS_PANEL;
  readonly page = 'runs';
  readonly bundle = 'curves';
  readonly pageTitle = 'Trackside runs';
  readonly column = vscode.ViewColumn.Beside;
  readonly keepsFocus = true;
  private readonly owned = new DisposableStore();
  private readonly views: ViewMemory;

  constructor(
    private readonly platform: Platform,
    private readonly connections: Connections,
    private readonly worker: SharedSeriesWorker,
    private readonly shared: RunsShared,
  ) {
    this.views = this.owned.add(new ViewMemory(platform.state, systemClock, 'metrics.runViews'));
  }

  /** The same for the same runs, in whichever order they were chosen. */
  keyOf(refs: readonly TaskRef[]): string {
    return JSON.stringify(refs.map(runKey).sort());
  }

  titleOf(refs: readonly TaskRef[]): string {
    return counted(refs.length, 'run');
  }

  restored(state: unknown): readonly TaskRef[] | undefined {
    return runsPersistedState.safeParse(state).data?.refs;
  }

  /** Runs whose connection is not known yet wait in the list; the others are shown. */
  start(refs: readonly TaskRef[], { post, setTitle }: PanelFrame): PanelLife {
    const { platform, connections } = this;
    return new RunsSession({
      refs,
      panelId: randomUUID(),
      connections,
      engine: this.worker.use(this),
      looks: this.shared.looks,
      drawn: this.shared.drawn,
      views: this.views,
      clock: systemClock,
      logger: platform.logger.child('metrics'),
      post,
      setTitle,
      deeds: new RunsEditorDeeds({ platform, connections, pointed: this.shared.pointed }),
    });
  }

  onClosed(open: number): void {
    if (open === 0) {
      this.worker.leave(this);
    }
  }

  dispose(): void {
    this.owned.dispose();
  }
}
