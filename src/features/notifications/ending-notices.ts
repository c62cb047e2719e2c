import type { Clock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import type { TaskRef } from '../../core/task-ref';
import type { Platform } from '../../platform/contract';
import type { RunTwins } from '../launch/recorded-runs';
import { isTold, noticeText } from './notice-text';
import type { RunChange, TaskRuns } from './task-runs';

/** Endings this close together are told as one. */
const JOIN_MS = 1_500;
/** How much longer a window that nobody looks at waits, so that the one in front tells it. */
const BEHIND_MS = 2_000;

const OPEN = 'Open';
const SHOW_CONSOLE = 'Show Console';
const SHOW_TASKS = 'Show Tasks';

export interface EndingNoticesDeps {
  readonly platform: Pick<Platform, 'settings' | 'dialogs' | 'focus' | 'logger'>;
  readonly runs: TaskRuns;
  /** Runs that end in two places. */
  twins(): readonly RunTwins[];
  readonly clock: Clock;
  /** True when this window is to tell it; see {@link NoticeClaims}. */
  claim(key: string): Promise<boolean>;
  openTask(ref: TaskRef): Promise<void>;
  openConsole(ref: TaskRef): Promise<void>;
}

/** Tells once that a task ended, as the setting wishes; several at once in one notification. */
export class EndingNotices implements Disposable {
  private readonly owned = new DisposableStore();
  private waiting: RunChange[] = [];
  private timer: Disposable | undefined;

  constructor(private readonly deps: EndingNoticesDeps) {
    this.owned.add(deps.runs.onDidEnd((change) => this.onEnded(change)));
    this.owned.add({ dispose: () => this.timer?.dispose() });
  }

  dispose(): void {
    this.owned.dispose();
  }

  private onEnded(change: RunChange): void {
    const { platform, clock } = this.deps;
    if (!isTold(change.task, platform.settings.notifications())) {
      return;
    }
    this.waiting.push(change);
    this.timer ??= clock.after(JOIN_MS + (platform.focus.isFocused ? 0 : BEHIND_MS), () => {
      this.timer = undefined;
      this.tell().catch((error: unknown) => platform.logger.error('A notification failed.', error));
    });
  }

  private async tell(): Promise<void> {
    const twins = this.deps.twins();
    const ended = stillEnded(this.waiting, twins);
    this.waiting = [];
    const claims = await Promise.all(ended.map((change) => this.deps.claim(keyOf(change, twins))));
    const ours = ended.filter((_change, index) => claims[index]);
    const [only] = ours;
    if (only === undefined) {
      return;
    }
    await (ours.length === 1 ? this.tellOne(only) : this.tellMany(ours));
  }

  private async tellOne(change: RunChange): Promise<void> {
    const { deps } = this;
    const actions = change.session.openBackend?.console === undefined ? [OPEN] : [OPEN, SHOW_CONSOLE];
    const answer = await deps.platform.dialogs.notice(
      noticeText([change.task]),
      severityOf([change]),
      actions,
    );
    if (answer === OPEN) {
      await deps.openTask(refOf(change));
    } else if (answer === SHOW_CONSOLE) {
      await deps.openConsole(refOf(change));
    }
  }

  private async tellMany(changes: readonly RunChange[]): Promise<void> {
    const { platform } = this.deps;
    const text = noticeText(changes.map(({ task }) => task));
    if ((await platform.dialogs.notice(text, severityOf(changes), [SHOW_TASKS])) !== SHOW_TASKS) {
      return;
    }
    const picked = await platform.dialogs.pick(
      'Tasks That Ended',
      changes.map((change) => ({
        label: change.task.name,
        description: change.task.status,
        detail: [change.task.projectName, change.session.info.label].filter(Boolean).join(' · '),
        value: refOf(change),
      })),
    );
    if (picked !== undefined) {
      await this.deps.openTask(picked);
    }
  }
}

/** An action may show before the server refuses it, and a task may be gone again. Each task once. */
function stillEnded(changes: readonly RunChange[], twins: readonly RunTwins[]): RunChange[] {
  // Of two that are one run the last stays: where it runs, its console is.
  const inOrder = [...changes].sort(
    (a, b) => Number(a.session.info.isLocal) - Number(b.session.info.isLocal),
  );
  const latest = new Map(inOrder.map((change) => [keyOf(change, twins), change]));
  return [...latest.values()].flatMap(({ session, task: { id, status } }) => {
    const now = session.store.task(id);
    return now?.status === status ? [{ session, task: now }] : [];
  });
}

function severityOf(changes: readonly RunChange[]): 'info' | 'error' {
  return changes.some(({ task }) => task.status === 'failed') ? 'error' : 'info';
}

function keyOf({ session, task }: RunChange, twins: readonly RunTwins[]): string {
  const { info } = session;
  const twin = twins.find(({ localTaskId, there }) =>
    info.isLocal ? localTaskId === task.id : there.connectionId === info.id && there.taskId === task.id,
  );
  if (twin !== undefined) {
    return JSON.stringify(['recorded', twin.localTaskId, task.status]);
  }
  return JSON.stringify([session.info.id, task.id, task.startedAt ?? 0, task.status]);
}

function refOf({ session, task }: RunChange): TaskRef {
  return { connectionId: session.info.id, taskId: task.id };
}
