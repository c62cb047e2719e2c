import type * as vscode from 'vscode';
import { Redactor } from './client/redaction';
import { TracksideError } from './core/errors';
import { registerConnections } from './features/connections/register-connections';
import { registerConsole } from './features/console/register-console';
import { registerLaunch } from './features/launch/register-launch';
import { registerMetrics } from './features/metrics/register-metrics';
import { createPlatform } from './platform/vscode-platform';

/** Wires everything. Commands and views exist before the first await, and nothing here touches the network. */
export function activate(context: vscode.ExtensionContext): void {
  const startedAt = performance.now();
  const redactor = new Redactor();
  const platform = createPlatform(context, redactor);
  const { workspaceState } = platform;
  const own = context.subscriptions;
  own.push(platform);
  const feature = registerConnections({
    platform,
    workspaceState,
    redactor,
    ensureTracker: () =>
      Promise.reject(new TracksideError('unreachable', 'The embedded tracker is missing.', '')),
  });
  own.push(feature);
  const { connections } = feature;
  const panels = registerMetrics({ platform, connections });
  own.push(panels);
  own.push(registerConsole({ platform, connections }));
  own.push(registerLaunch({ platform, workspaceState, connections, openPanel: (ref) => panels.open(ref) }));
  const tookMs = (performance.now() - startedAt).toFixed(1);
  platform.logger.info(`Trackside ${platform.version} is active after ${tookMs} ms.`);
}
