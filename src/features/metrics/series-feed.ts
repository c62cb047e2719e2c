import type { Clock } from '../../core/clock';
import type { Disposable } from '../../core/disposable';
import { isCancelled, toTracksideError } from '../../core/errors';
import type { SeriesDelta } from '../../core/series';
import type { SeriesOverview } from '../../core/series-overview';
import type { OverviewRequest, SeriesAbility } from '../../backends/series-contract';
import type { ConnectionSession, NeedHandle, ScheduledNeed } from '../../store/contract';
import { failureView } from '../panels/failure-schema';
import type { FeedState } from './panel-contract';
import type { IngestResult } from './series-engine';
import type { SeriesEngineClient } from './worker-contract';

/** How often a live run is asked for new points while nothing pushes. */
const POLL_INTERVAL_MS = 5_000;
/** Shown again, a panel always asks: what was pushed while it was hidden was not heard. */
const FRESH_FOR_MS = 0;
/** The first read hands its points on in pieces of this size, so that curves appear before the last one has come. */
const PIECE_POINTS = 250_000;
const PIECE_SERIES = 500;
/** A server that gives few points at once is not waited for longer than this; for its first ones, not at all. */
const PIECE_AGE_MS = 250;

export interface SeriesFeedPorts {
  readonly session: ConnectionSession;
  readonly engine: SeriesEngineClient;
  readonly panelId: string;
  readonly taskId: string;
  /** Names the run among the others of the panel; absent where there are no others. */
  readonly run?: string;
  readonly clock: Clock;
  /** False once the run is over: then it is not asked again by time. */
  isLive(): boolean;
  onIngested(result: IngestResult): void;
  /** Where a first picture comes before the points do. */
  readonly overview?: OverviewPlace;
  /** What was held is void; everything comes anew. */
  onCleared(): void;
  onState(state: FeedState): void;
}

/** What shows the first picture of a long run. */
export interface OverviewPlace {
  /** Undefined while it shows what no overview tells. */
  readonly request: OverviewRequest | undefined;
  /** Resolves when the points may be read: it is on screen, or has had time enough to be. None: there are none to show. */
  show(overviews: readonly SeriesOverview[]): Promise<void>;
}

/** Brings a task's points from its server into the engine while the panel is visible, and only what is new. */
export class SeriesFeed implements Disposable {
  private cursor: string | undefined;
  private handle: NeedHandle | undefined;
  private updatedAt: number | undefined;
  private seenLosses: number;
  private epoch = 0;

  constructor(private readonly ports: SeriesFeedPorts) {
    this.seenLosses = ports.engine.lossCount;
  }

  /** While on, the points are kept fresh; while off, nothing is asked. */
  setOn(isOn: boolean): void {
    if (!isOn) {
      this.handle?.dispose();
      this.handle = undefined;
    } else {
      this.handle ??= this.ports.session.scheduler.add(this.need());
    }
  }

  /** True when all that there was has been read and is still held. */
  get isRead(): boolean {
    return this.updatedAt !== undefined && this.seenLosses === this.ports.engine.lossCount;
  }

  /** Asks now; failures show in the panel. */
  async poke(): Promise<void> {
    await this.handle?.poke().catch((error: unknown) => this.reportFailure(error));
  }

  /** Forgets everything and reads from the beginning: the task was reset or runs anew. */
  async restart(): Promise<void> {
    this.forget();
    await this.ports.engine.clear(this.ports.panelId, this.ports.run);
    await this.poke();
  }

  dispose(): void {
    this.setOn(false);
  }

  private need(): ScheduledNeed {
    const { taskId } = this.ports;
    return {
      key: `series:${taskId}`,
      owner: this,
      freshForMs: FRESH_FOR_MS,
      intervalMs: () => (this.ports.isLive() ? POLL_INTERVAL_MS : undefined),
      matches: (change) => change.kind === 'series' && change.taskId === taskId,
      run: async (signal) => {
        try {
          await this.read(signal);
        } catch (error) {
          this.reportFailure(error);
          throw error;
        }
      },
    };
  }

  private async read(signal: AbortSignal): Promise<void> {
    if (this.updatedAt === undefined) {
      this.ports.onState({ phase: this.ports.session.openBackend === undefined ? 'opening' : 'reading' });
    }
    const { series } = await this.ports.session.backend(signal);
    if (series === undefined) {
      const reason = `${this.ports.session.info.label} does not offer metric curves.`;
      this.ports.onState({ phase: 'unsupported', reason });
      return;
    }
    if (this.seenLosses !== this.ports.engine.lossCount) {
      this.seenLosses = this.ports.engine.lossCount;
      this.forget();
    }
    await this.readSeries(series, signal);
    this.updatedAt = Date.now();
    this.ports.onState({ phase: 'current', updatedAt: this.updatedAt });
  }

  /**
   * The first read may be cut off anywhere: the next begins again with `replace`. A later one is applied as a whole
   * or not at all, because reading again from the same cursor yields the same points again.
   */
  private async readSeries(ability: SeriesAbility, signal: AbortSignal): Promise<void> {
    const epoch = this.epoch;
    const isFirst = this.cursor === undefined;
    if (isFirst) {
      await this.showOverview(ability, signal);
    }
    const deltas = ability.read(this.ports.taskId, this.cursor, signal);
    let piece = new Piece(this.ports.clock, 0);
    for (;;) {
      const coming = deltas.next();
      if (isFirst && (await piece.isDueBefore(coming)) && epoch === this.epoch) {
        const due = piece;
        piece = new Piece(this.ports.clock, PIECE_AGE_MS);
        await this.ingest(due, epoch);
      }
      const next = await coming;
      if (epoch !== this.epoch) {
        await deltas.return('');
        return;
      }
      if (next.done === true) {
        await this.ingest(piece, epoch);
        this.cursor = next.value;
        return;
      }
      if (isFirst && piece.isLarge && !piece.sharesBuffer(next.value)) {
        const full = piece;
        piece = new Piece(this.ports.clock, PIECE_AGE_MS);
        await this.ingest(full, epoch);
      }
      piece.add(next.value);
    }
  }

  /** The points themselves take long to come, and would keep the page from drawing. */
  private async showOverview({ overview }: SeriesAbility, signal: AbortSignal): Promise<void> {
    const { epoch } = this;
    const place = this.ports.overview;
    const request = overview && place?.request;
    const overviews = request && (await overview(this.ports.taskId, request, signal));
    if (epoch === this.epoch) {
      await place?.show(overviews ?? []);
    }
    signal.throwIfAborted();
  }

  private async ingest(piece: Piece, epoch: number): Promise<void> {
    if (piece.deltas.length === 0) {
      return;
    }
    const result = await this.ports.engine.ingest(this.ports.panelId, piece.deltas, this.ports.run);
    if (epoch === this.epoch) {
      this.ports.onIngested(result);
    }
  }

  private forget(): void {
    this.epoch += 1;
    this.cursor = undefined;
    this.updatedAt = undefined;
    this.ports.onCleared();
  }

  private reportFailure(error: unknown): void {
    if (isCancelled(error)) {
      return;
    }
    const failure = failureView(toTracksideError(error));
    this.ports.onState({ phase: 'failed', failure, updatedAt: this.updatedAt ?? null });
  }
}

class Piece {
  readonly deltas: SeriesDelta[] = [];
  private pointCount = 0;
  private begunAt = 0;

  /** @param oldestMs how long its first points may wait for more. */
  constructor(
    private readonly clock: Clock,
    private readonly oldestMs: number,
  ) {}

  add(delta: SeriesDelta): void {
    if (this.deltas.length === 0) {
      this.begunAt = this.clock.now();
    }
    this.deltas.push(delta);
    this.pointCount += delta.values.length;
  }

  /** Deltas that lie in one buffer go together: it can be handed over once only. */
  sharesBuffer(delta: SeriesDelta): boolean {
    return delta.values.buffer === this.deltas.at(-1)?.values.buffer;
  }

  get isLarge(): boolean {
    return this.pointCount >= PIECE_POINTS || this.deltas.length >= PIECE_SERIES;
  }

  /** Whether it grows too old before `coming` is there. What lies in one buffer waits for the rest of that. */
  async isDueBefore(coming: Promise<unknown>): Promise<boolean> {
    const last = this.deltas.at(-1);
    if (last === undefined || last.isHandedOver === true) {
      return false;
    }
    const leftMs = Math.max(0, this.begunAt + this.oldestMs - this.clock.now());
    return new Promise((resolve) => {
      const wait = this.clock.after(leftMs, () => resolve(true));
      const end = (): void => {
        wait.dispose();
        resolve(false);
      };
      coming.then(end, end);
    });
  }
}
