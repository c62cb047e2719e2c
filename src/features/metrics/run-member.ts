import type { Clock } from '../../core/clock';
import { knownParameters } from '../../core/argument-parameters';
import { DisposableStore, type Disposable } from '../../core/disposable';
import type { Task } from '../../core/entities';
import type { Logger } from '../../core/logger';
import { isLive } from '../../core/status';
import type { TaskDetails } from '../../core/task-details';
import { runKey, type TaskRef } from '../../core/task-ref';
import type { ConnectionSession } from '../../store/contract';
import { taskMenuOf } from '../panels/task-menu';
import type { FeedState } from './panel-contract';
import type { RunParameters, RunView } from './runs-contract';
import { isRunAnew } from './run-anew';
import type { IngestResult } from './series-engine';
import { SeriesFeed, type OverviewPlace } from './series-feed';
import { SnapshotFeed, type Snapshot } from './snapshot-feed';
import type { SeriesEngineClient } from './worker-contract';

/** Longer values are cut: they are compared and shown in a list. */
const LONGEST_VALUE = 200;

export interface RunMemberPorts {
  readonly ref: TaskRef;
  readonly panelId: string;
  readonly engine: SeriesEngineClient;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where its first picture comes. */
  readonly overview: OverviewPlace;
  onIngested(result: IngestResult): void;
  onCleared(run: string): void;
  /** What is shown of the run may be another. */
  onChanged(): void;
  onParameters(parameters: RunParameters): void;
}

/** One of the runs of a panel: its task, its points and, when they are asked for, its parameters. */
export class RunMember implements Disposable {
  readonly key: string;
  readonly ref: TaskRef;
  private readonly owned = new DisposableStore();
  private session: ConnectionSession | undefined;
  private feed: SeriesFeed | undefined;
  private details: SnapshotFeed<TaskDetails> | undefined;
  private need: Disposable | undefined;
  private seen: Task | undefined;
  private state: FeedState | undefined;
  private isOn = false;
  private wantsParameters = false;
  private hasParameters = false;

  constructor(private readonly ports: RunMemberPorts) {
    this.ref = ports.ref;
    this.key = runKey(ports.ref);
  }

  get task(): Task | undefined {
    return this.seen;
  }

  /** What its steps count, where that is no iteration. */
  get stepNoun(): string | undefined {
    return this.session?.openBackend?.series?.stepNoun;
  }

  get feedState(): FeedState | undefined {
    return this.state;
  }

  get isLive(): boolean {
    return this.seen === undefined || isLive(this.seen.status);
  }

  /** True when nothing is on its way that others should wait for. */
  get isSettled(): boolean {
    const phase = this.state?.phase;
    return this.session === undefined || phase === 'current' || phase === 'failed' || phase === 'unsupported';
  }

  /** Has a connection now; until then the run is one of a connection that this window does not know. */
  connect(session: ConnectionSession): void {
    if (this.session !== undefined) {
      return;
    }
    const { engine, panelId, ref, clock } = this.ports;
    this.session = session;
    this.seen = session.store.task(ref.taskId);
    this.feed = this.owned.add(
      new SeriesFeed({
        session,
        engine,
        panelId,
        taskId: ref.taskId,
        run: this.key,
        clock,
        isLive: () => this.isLive,
        onIngested: (result) => this.ports.onIngested(result),
        overview: this.ports.overview,
        onCleared: () => this.ports.onCleared(this.key),
        onState: (state) => {
          this.state = state;
          this.ports.onChanged();
        },
      }),
    );
    this.details = this.owned.add(
      new SnapshotFeed<TaskDetails>({
        session,
        key: `parameters:${ref.taskId}`,
        isLive: () => false,
        isChangedBy: () => false,
        read: async ({ details }, signal) => details?.read(ref.taskId, signal),
        unsupported: `${session.info.label} keeps no details of its tasks.`,
        onState: (state) => this.parametersRead(state),
      }),
    );
    this.owned.add(
      session.store.onDidChange((change) => {
        if (change.kind === 'tasks' && change.ids.has(ref.taskId)) {
          this.taskChanged();
        }
      }),
    );
    this.update();
  }

  /** While on, the run is kept true; one that has ended is read once. */
  setOn(isOn: boolean): void {
    this.isOn = isOn;
    this.update();
  }

  wantParameters(): void {
    this.wantsParameters = true;
    this.update();
  }

  /** Asks now, also of a run that has ended. */
  async poke(): Promise<void> {
    if (this.isOn) {
      this.feed?.setOn(true);
      await this.feed?.poke();
    }
  }

  view(look: number): RunView {
    const { seen, ref } = this;
    return {
      key: this.key,
      ref,
      name: seen?.name ?? `Run ${ref.taskId}`,
      status: seen?.status ?? null,
      projectName: seen?.projectName ?? null,
      connectionLabel: this.session?.info.label ?? ref.connectionId,
      tags: [...(seen?.tags ?? [])],
      menu: this.menu,
      stepNoun: this.stepNoun ?? null,
      look,
      ...this.phase(),
    };
  }

  dispose(): void {
    this.setOn(false);
    this.owned.dispose();
  }

  private get menu(): RunView['menu'] {
    const { seen, session } = this;
    return seen === undefined || session === undefined ? null : taskMenuOf(seen, session);
  }

  private phase(): Pick<RunView, 'phase' | 'failure'> {
    if (this.session === undefined) {
      const message = `Its connection “${this.ref.connectionId}” is not known in this window.`;
      return {
        phase: 'failed',
        failure: { message, nextStep: 'Add the connection again, or take the run out.' },
      };
    }
    const { state } = this;
    switch (state?.phase) {
      case undefined:
        return { phase: 'waiting', failure: null };
      case 'opening':
      case 'reading':
        return { phase: 'reading', failure: null };
      case 'current':
        return { phase: 'read', failure: null };
      case 'failed':
        return { phase: 'failed', failure: state.failure };
      case 'unsupported':
        return { phase: 'failed', failure: { message: state.reason, nextStep: '' } };
    }
  }

  private update(): void {
    const isDone = !this.isLive && this.feed?.isRead === true;
    const isNeeded = this.isOn && !isDone;
    if (!isNeeded) {
      this.need?.dispose();
      this.need = undefined;
    } else if (this.session !== undefined) {
      this.need ??= this.session.store.need({ kind: 'task', id: this.ref.taskId });
    }
    this.feed?.setOn(isNeeded);
    this.details?.setOn(this.isOn && this.wantsParameters && !this.hasParameters);
  }

  private taskChanged(): void {
    const before = this.seen;
    this.seen = this.session?.store.task(this.ref.taskId) ?? before;
    this.ports.onChanged();
    if (before === undefined || this.seen === undefined) {
      return;
    }
    if (isRunAnew(before, this.seen)) {
      this.hasParameters = false;
      this.details?.forget();
      this.report(this.readAnew());
    } else if (isLive(before.status) && !isLive(this.seen.status) && this.isOn) {
      // The last points of a run often arrive together with its end.
      this.report(this.feed?.poke().then(() => this.update()));
    }
  }

  private async readAnew(): Promise<void> {
    this.feed?.setOn(this.isOn);
    await this.feed?.restart();
    this.update();
  }

  private parametersRead(state: Snapshot<TaskDetails>): void {
    if (state.phase === 'reading') {
      return;
    }
    this.hasParameters = state.phase !== 'failed';
    const parameters = state.phase === 'ready' ? knownParameters(state.value) : null;
    this.ports.onParameters({
      key: this.key,
      parameters:
        parameters?.map(({ section, name, value }) => ({
          section,
          name,
          value: value.slice(0, LONGEST_VALUE),
        })) ?? null,
    });
    queueMicrotask(() => this.update());
  }

  private report(work: Promise<void> | undefined): void {
    work?.catch((error: unknown) => this.ports.logger.error('A run could not be read anew.', error));
  }
}
