import * as vscode from 'vscode';
import { systemClock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { OnDemand } from '../../core/on-demand';
import type { TaskRef } from '../../core/task-ref';
import { COMMANDS, CONFIGURATION_SCHEME, DOCUMENT_SCHEME, METRICS_PANEL } from '../../platform/command-ids';
import { commandsOnDemand } from '../../platform/commands-on-demand';
import type { Platform } from '../../platform/contract';
import { FileSystemOnDemand } from '../../platform/file-system-on-demand';
import type { Connections } from '../../store/contract';
import { LazyPanels } from '../panels/lazy-panels';
import { loadAhead } from '../panels/load-ahead';
import { PointedRows } from '../trees/pointed-rows';
import { DrawnRuns } from './drawn-runs';
import { RunLooksMemory } from './run-looks-memory';
import { registerRuns } from './runs-commands';
import type { TaskDocuments } from './task-documents';

export interface MetricsDeps {
  readonly platform: Platform;
  readonly connections: Connections;
}

export interface MetricsFeature extends Disposable {
  /** Shows the task's live panel beside the editor; one panel per task. */
  open(ref: TaskRef): Promise<void>;
  /** Texts of tasks as documents of the editor. */
  readonly documents: () => Promise<TaskDocuments>;
  /** What runs look like, the same wherever several are shown. */
  readonly looks: RunLooksMemory;
  /** How open panels draw runs. */
  readonly drawn: DrawnRuns;
  /** Marks rows of tasks that are pointed at in panels. */
  readonly pointed: PointedRows;
}

/** The live panels: the commands about them, and their return after a window reload. */
export function registerMetrics({ platform, connections }: MetricsDeps): MetricsFeature {
  const owned = new DisposableStore();
  const { documents, disposable } = registerDocuments(connections);
  owned.add(disposable);
  const worker = owned.add(
    new OnDemand(async (own) => {
      const { SharedSeriesWorker } = await import('./shared-series-worker');
      return own(new SharedSeriesWorker(platform, systemClock));
    }),
  );
  const panels: LazyPanels<TaskRef> = owned.add(
    new LazyPanels(METRICS_PANEL, { platform, connections }, async () => {
      const { MetricsPanelKind } = await import('./metrics-panel-kind');
      const [series, texts] = await Promise.all([worker.get(), documents()]);
      return new MetricsPanelKind(platform, connections, series, texts, (ref) => void panels.open(ref));
    }),
  );
  const looks = owned.add(new RunLooksMemory(platform.state, systemClock));
  const drawn = owned.add(new DrawnRuns(looks));
  const pointed = owned.add(new PointedRows());
  const runs = owned.add(registerRuns({ platform, connections, worker, shared: { looks, drawn, pointed } }));
  owned.add(
    commandsOnDemand(platform, [COMMANDS.openTask, COMMANDS.editConfigurations], async (itsPlatform) => {
      const { registerMetricsCommands } = await import('./metrics-commands');
      return registerMetricsCommands({
        platform: itsPlatform,
        connections,
        openPanel: (ref) => panels.open(ref),
        documents,
      });
    }),
  );
  owned.add(
    loadAhead({ connections, clock: systemClock, logger: platform.logger }, async () => {
      await Promise.all([panels.load(), runs.load(), import('./metrics-commands')]);
      (await worker.get()).warmUp();
    }),
  );
  return {
    open: (ref) => panels.open(ref),
    documents,
    looks,
    drawn,
    pointed,
    dispose: () => owned.dispose(),
  };
}

/** Texts of tasks by their schemes, loaded with the first of them that the editor shows. */
function registerDocuments(connections: Connections): {
  readonly documents: () => Promise<TaskDocuments>;
  readonly disposable: Disposable;
} {
  const owned = new DisposableStore();
  const texts = owned.add(
    new OnDemand(async () => {
      const { TaskDocuments: Documents } = await import('./task-documents');
      return new Documents(connections);
    }),
  );
  owned.add(
    vscode.workspace.registerTextDocumentContentProvider(DOCUMENT_SCHEME, {
      provideTextDocumentContent: async (uri) => (await texts.get()).provideTextDocumentContent(uri),
    }),
  );
  const configurations = owned.add(
    new FileSystemOnDemand(async (own) => {
      const { ConfigurationFileSystem } = await import('./configuration-file-system');
      return own(new ConfigurationFileSystem(connections, systemClock));
    }),
  );
  owned.add(
    vscode.workspace.registerFileSystemProvider(CONFIGURATION_SCHEME, configurations, {
      isCaseSensitive: true,
    }),
  );
  return { documents: () => texts.get(), disposable: owned };
}
