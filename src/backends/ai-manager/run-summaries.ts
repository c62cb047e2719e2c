import { isTimeOut } from '../../client/failures';
import type { Clock } from '../../core/clock';
import type { EpochMs } from '../../core/entities';
import { isServerFailure } from './metric-rows';
import type { WireRun, WireSummary } from './wire';

/** A summary holds for this many times as long as the server took to make it. */
const HOLDS_TIMES = 20;

/** `fails`: at a value that is no number; `late`: it was not made in time. */
export type RunSummary = readonly WireSummary[] | 'fails' | 'late';

interface KnownSummary {
  readonly summary: RunSummary;
  /** The state of the run that it tells of. */
  readonly mark: string;
  readonly until: EpochMs;
}

/**
 * The server's summaries of metrics. It loads every point of a run for one, many seconds long where there are many, in
 * which it does little else; so what took long is not asked for again as often as what took no time.
 */
export class RunSummaries {
  private readonly known = new Map<number, KnownSummary>();

  constructor(
    private readonly clock: Clock,
    private readonly ask: (runId: string, signal: AbortSignal) => Promise<readonly WireSummary[]>,
  ) {}

  /** Anew once the run has come to another state. Throws what is no failure of the summary itself. */
  async read(run: WireRun, signal: AbortSignal): Promise<RunSummary> {
    const begunAt = this.clock.now();
    const mark = JSON.stringify([run.started_at, run.status, run.ended_at]);
    this.forgetOld(begunAt);
    const known = this.known.get(run.id);
    if (known?.mark === mark) {
      return known.summary;
    }
    const summary = await this.askAnyway(String(run.id), signal);
    const now = this.clock.now();
    this.known.set(run.id, { summary, mark, until: now + (now - begunAt) * HOLDS_TIMES });
    return summary;
  }

  private async askAnyway(runId: string, signal: AbortSignal): Promise<RunSummary> {
    try {
      return await this.ask(runId, signal);
    } catch (error) {
      if (isServerFailure(error)) {
        return 'fails';
      }
      if (isTimeOut(error)) {
        return 'late';
      }
      throw error;
    }
  }

  private forgetOld(now: EpochMs): void {
    for (const [id, { until }] of this.known) {
      if (until <= now) {
        this.known.delete(id);
      }
    }
  }
}
