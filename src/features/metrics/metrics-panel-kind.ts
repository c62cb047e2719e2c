import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { systemClock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { seriesKey } from '../../core/series';
import type { TaskRef } from '../../core/task-ref';
import { METRICS_PANEL } from '../../platform/command-ids';
import type { Platform } from '../../platform/contract';
import type { Connections } from '../../store/contract';
import type { PanelFrame, PanelLife } from '../panels/panel-life';
import type { PanelKind } from '../panels/webview-panels';
import { EditorDeeds } from './editor-deeds';
import { persistedState } from './panel-contract';
import { PanelSession } from './panel-session';
import type { TaskDocuments } from './task-documents';
import type { SharedSeriesWorker } from './shared-series-worker';
import { ViewMemory } from './view-memory';

/** Until the task is known. The frame's title, which screen readers say, stays what it was at first. */
const UNKNOWN_TITLE = 'Live panel';

/** Live panels: one per task. */
export class MetricsPanelKind implements PanelKind<TaskRef>, Disposable {
  readonly viewType = METRICS_PANEL;
  readonly page = 'metrics';
  readonly bundle = 'curves';
  readonly pageTitle = 'Trackside live panel';
  readonly column = vscode.ViewColumn.Beside;
  readonly keepsFocus = true;
  private readonly owned = new DisposableStore();
  private readonly views: ViewMemory;

  constructor(
    private readonly platform: Platform,
    private readonly connections: Connections,
    private readonly worker: SharedSeriesWorker,
    private readonly documents: TaskDocuments,
    private readonly openPanel: (ref: TaskRef) => void,
  ) {
    this.views = this.owned.add(new ViewMemory(platform.state, systemClock));
  }

  keyOf(ref: TaskRef): string {
    return seriesKey({ metric: ref.connectionId, variant: ref.taskId });
  }

  titleOf(ref: TaskRef): string {
    return this.connections.get(ref.connectionId)?.store.task(ref.taskId)?.name ?? UNKNOWN_TITLE;
  }

  restored(state: unknown): TaskRef | undefined {
    return persistedState.safeParse(state).data?.ref;
  }

  start(ref: TaskRef, { post, setTitle }: PanelFrame): PanelLife | undefined {
    const session = this.connections.get(ref.connectionId);
    if (session === undefined) {
      return undefined;
    }
    const { platform, documents, openPanel } = this;
    return new PanelSession({
      ref,
      panelId: randomUUID(),
      session,
      engine: this.worker.use(this),
      views: this.views,
      clock: systemClock,
      logger: platform.logger.child('metrics'),
      post,
      setTitle,
      deeds: new EditorDeeds({ ref, session, platform, documents, openPanel }),
    });
  }

  unknownConnection(ref: TaskRef): unknown {
    return {
      type: 'feed',
      feed: {
        phase: 'failed',
        failure: {
          message: `The connection “${ref.connectionId}” of this panel is not known in this window.`,
          nextStep: 'Add the connection again, or close this panel.',
        },
        updatedAt: null,
      },
    };
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
