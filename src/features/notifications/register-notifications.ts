import path from 'node:path';
import * as vscode from 'vscode';
import { systemClock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import type { TaskRef } from '../../core/task-ref';
import { COMMANDS } from '../../platform/command-ids';
import type { Platform } from '../../platform/contract';
import type { Connections } from '../../store/contract';
import type { RecordedRuns } from '../launch/recorded-runs';
import { watchRunningCount, type RunningWatchDeps } from '../tasks/running-badge';
import { counted } from '../trees/plural';
import { EndingNotices } from './ending-notices';
import { NoticeClaims } from './notice-claims';
import { pickRunningTask } from './running-tasks';
import type { TaskRuns } from './task-runs';

export interface NotificationsDeps {
  readonly platform: Platform;
  readonly connections: Connections;
  readonly runs: TaskRuns;
  readonly recorded: RecordedRuns;
}

/** The notification of an ended task, and the number of running tasks in the status bar. */
export function registerNotifications(deps: NotificationsDeps): Disposable {
  const { platform, connections, runs, recorded } = deps;
  const owned = new DisposableStore();
  const claims = new NoticeClaims(path.join(platform.dataPath, 'notices'));
  const openTask = async (ref: TaskRef): Promise<void> => {
    await vscode.commands.executeCommand(COMMANDS.openTask, ref);
  };
  owned.add(
    new EndingNotices({
      platform,
      runs,
      twins: () => recorded.twins(),
      clock: systemClock,
      claim: (key) => claims.claim(key),
      openTask,
      openConsole: async (ref) => {
        await vscode.commands.executeCommand(COMMANDS.openConsole, ref);
      },
    }),
  );
  owned.add(
    platform.commands.register(COMMANDS.showRunningTasks, async () => {
      const ref = await pickRunningTask({ ...deps, now: Date.now() });
      if (ref !== undefined) {
        await openTask(ref);
      }
    }),
  );
  owned.add(runningItem({ connections, recorded, clock: systemClock }));
  return owned;
}

/** Hidden when nothing is known to run. */
function runningItem(deps: RunningWatchDeps): Disposable {
  const owned = new DisposableStore();
  const item = owned.add(
    vscode.window.createStatusBarItem('trackside.running', vscode.StatusBarAlignment.Left, 0),
  );
  item.name = 'Trackside: Running Tasks';
  item.command = COMMANDS.showRunningTasks;
  owned.add(
    watchRunningCount(deps, (count) => {
      if (count === undefined) {
        item.hide();
        return;
      }
      const words = `${counted(count, 'task')} running`;
      item.text = `$(pulse) ${count} running`;
      item.tooltip = `${words}. Select to open one.`;
      item.accessibilityInformation = { label: words, role: 'button' };
      item.show();
    }),
  );
  return owned;
}
