import type * as vscode from 'vscode';
import { Redactor } from './client/redaction';
import { systemClock } from './core/clock';
import { registerCompare } from './features/compare/register-compare';
import { registerConnections } from './features/connections/register-connections';
import { registerConsole } from './features/console/register-console';
import { registerDatasets } from './features/datasets/register-datasets';
import { registerGraph } from './features/graph/register-graph';
import { registerNotifications } from './features/notifications/register-notifications';
import { watchTaskRuns } from './features/notifications/task-runs';
import { RecordedRuns } from './features/launch/recorded-runs';
import { registerLaunch } from './features/launch/register-launch';
import { registerMetrics } from './features/metrics/register-metrics';
import { registerPipelines } from './features/pipelines/register-pipelines';
import { registerModels } from './features/models/register-models';
import { registerProblems } from './features/problems/register-problems';
import { registerProjects } from './features/projects/register-projects';
import { registerQueues } from './features/queues/register-queues';
import { registerTable } from './features/table/register-table';
import { registerTasks } from './features/tasks/register-tasks';
import { registerTemplates } from './features/templates/register-templates';
import { registerWorkers } from './features/workers/register-workers';
import { createPlatform } from './platform/vscode-platform';

/** Wires everything. Commands and views exist when this returns; nothing here waits or touches the network. */
export function activate(context: vscode.ExtensionContext): void {
  const startedAt = performance.now();
  const owned = context.subscriptions;
  const redactor = new Redactor();
  const platform = createPlatform(context, redactor);
  owned.push(platform);
  const { workspaceState } = platform;
  const connecting = registerConnections({
    platform,
    workspaceState,
    redactor,
    ensureTracker: async (place, signal) => {
      const { ensureTracker } = await import('./tracker/lifecycle/ensure-tracker');
      return ensureTracker({ ...place, signal, logger: platform.logger.child('tracker') });
    },
  });
  owned.push(connecting);
  const deps = { platform, connections: connecting.connections };
  const panels = registerMetrics(deps);
  const runs = watchTaskRuns(deps.connections, platform.logger);
  const recorded = new RecordedRuns(platform.state, systemClock);
  owned.push(
    runs,
    panels,
    registerNotifications({ ...deps, runs, recorded }),
    registerProblems({ ...deps, runs, workspaceState }),
    registerConsole(deps),
    registerGraph(deps),
    registerPipelines({ ...deps, workspaceState }),
    registerProjects(deps),
    registerModels(deps),
    registerDatasets(deps),
    registerTable({ ...deps, drawn: panels.drawn }),
    registerCompare({
      ...deps,
      documents: panels.documents,
      looks: panels.looks,
      drawn: panels.drawn,
      pointed: panels.pointed,
    }),
    registerTasks({ ...deps, recorded }),
    registerQueues(deps),
    registerWorkers(deps),
    registerTemplates(deps),
    registerLaunch({ ...deps, workspaceState, recorded, openPanel: (ref) => panels.open(ref) }),
  );
  const tookMs = (performance.now() - startedAt).toFixed(1);
  platform.logger.info(`Trackside ${platform.version} is active after ${tookMs} ms.`);
}
