import type { Clock } from '../core/clock';
import type { EpochMs } from '../core/entities';
import type { RequestCost } from './request-runner';

export interface RequestFigures {
  readonly total: number;
  readonly failed: number;
  readonly inLastMinute: number;
  readonly responseBytes: number;
}

/** Counts what one connection really costs the server. Give `meter.count` to a runner as `onRequest`. */
export class RequestMeter {
  private readonly recent: EpochMs[] = [];
  private total = 0;
  private failed = 0;
  private responseBytes = 0;

  constructor(private readonly clock: Clock) {}

  readonly count = (cost: RequestCost): void => {
    this.total += 1;
    this.failed += cost.status === undefined || cost.status >= 400 ? 1 : 0;
    this.responseBytes += cost.responseBytes;
    this.recent.push(this.clock.now());
    this.forgetOld();
  };

  figures(): RequestFigures {
    this.forgetOld();
    const { total, failed, responseBytes } = this;
    return { total, failed, responseBytes, inLastMinute: this.recent.length };
  }

  private forgetOld(): void {
    const since = this.clock.now() - 60_000;
    while ((this.recent[0] ?? Number.POSITIVE_INFINITY) < since) {
      this.recent.shift();
    }
  }
}
