import path from 'node:path';
import { systemClock, type Clock } from '../../core/clock';
import type { Disposable } from '../../core/disposable';
import { TracksideError } from '../../core/errors';
import type { Logger } from '../../core/logger';
import type { Connections, ConnectionSession } from '../../store/contract';
import type { RecordedRuns } from './recorded-runs';
import { takeRecordingLock } from './recording-lock';
import { RunRecorder, type Recording } from './run-recorder';

/** A recording that another window tells is looked at again so often, in case that window closes. */
const TAKE_OVER_MS = 30_000;

export interface RecordingsDeps {
  readonly connections: Connections;
  readonly recorded: RecordedRuns;
  /** Folder of locks, one per recording, so that one window tells it. */
  readonly lockFolder: string;
  readonly logger: Logger;
  readonly clock?: Clock;
}

/** Runs of scripts on this machine that servers are told about, until each is told to its end. */
export class RunRecordings implements Disposable {
  /** Recorders with their locks, and waits for another window's, by local task. */
  private readonly owned = new Map<string, Disposable>();
  private readonly clock: Clock;
  private ended = false;

  constructor(private readonly deps: RecordingsDeps) {
    this.clock = deps.clock ?? systemClock;
  }

  /** Goes on with what windows before left untold. */
  resume(): void {
    this.deps.recorded.list().forEach((recording) => this.tell(recording));
  }

  async add(recording: Omit<Recording, 'told'>): Promise<void> {
    const begun = { ...recording, told: {} };
    await this.deps.recorded.add(begun);
    this.tell(begun);
  }

  dispose(): void {
    this.ended = true;
    this.owned.forEach((each) => each.dispose());
    this.owned.clear();
  }

  private tell({ localTaskId }: Recording): void {
    this.takeOver(localTaskId).catch((error: unknown) =>
      this.deps.logger.error(`Recording of task ${localTaskId} could not be told.`, error),
    );
  }

  /** Tells it unless another window does; then it is looked at again later. */
  private async takeOver(localTaskId: string): Promise<void> {
    const file = path.join(this.deps.lockFolder, `recording-${safeName(localTaskId)}.lock`);
    const find = (): Recording | undefined =>
      this.deps.recorded.list().find((each) => each.localTaskId === localTaskId);
    const lock = await takeRecordingLock(file, this.clock, () => this.lose(localTaskId, find()));
    const recording = find();
    if (this.ended || recording === undefined) {
      lock?.dispose();
    } else if (lock === undefined) {
      this.own(
        localTaskId,
        this.clock.after(TAKE_OVER_MS, () => this.tell(recording)),
      );
    } else {
      const recorder = this.recorderOf(recording);
      this.own(localTaskId, { dispose: () => [recorder, lock].forEach((each) => each.dispose()) });
    }
  }

  /** Another window tells it now; from here it is looked at again later. */
  private lose(localTaskId: string, recording: Recording | undefined): void {
    this.owned.get(localTaskId)?.dispose();
    this.owned.delete(localTaskId);
    if (recording !== undefined) {
      this.tell(recording);
    }
  }

  private own(localTaskId: string, disposable: Disposable): void {
    this.owned.get(localTaskId)?.dispose();
    this.owned.set(localTaskId, disposable);
  }

  private recorderOf(recording: Recording): RunRecorder {
    const { connections, recorded, logger } = this.deps;
    const { localTaskId, connectionId, taskId } = recording;
    const local = localOf(connections);
    const there = (): ConnectionSession | undefined => connections.get(connectionId);
    return new RunRecorder({
      recording,
      local: (signal) => local.backend(signal),
      remote: async (signal) => (await there()?.backend(signal))?.record,
      statusThere: () => there()?.store.task(taskId)?.status,
      stopLocal: async () => {
        const { actions } = await local.backend(new AbortController().signal);
        await actions?.act(localTaskId, { action: 'stop' }, new AbortController().signal);
        local.scheduler.notify({ kind: 'task', ids: [localTaskId] });
      },
      save: (told) => recorded.keep(told),
      onEnd: () => {
        this.owned.get(localTaskId)?.dispose();
        this.owned.delete(localTaskId);
        there()?.scheduler.notify({ kind: 'task', ids: [taskId] });
        void recorded.forget(localTaskId);
      },
      clock: this.clock,
      logger,
    });
  }
}

/** The connection on which scripts run that are recorded elsewhere. */
export function localOf(connections: Connections): ConnectionSession {
  const local = connections.all().find(({ info }) => info.isLocal);
  if (local === undefined) {
    throw new TracksideError('notFound', 'There is no tracker on this machine.', 'Restart the editor.');
  }
  return local;
}

const safeName = (text: string): string => text.replaceAll(/[^\w-]/g, '_');
