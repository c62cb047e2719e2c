import type { Clock } from '../core/clock';
import type { Disposable } from '../core/disposable';
import type { Event } from '../core/emitter';
import type { QueueStore } from './storage/queue-store';
import { TimedSamples } from './timed-samples';

/** A queue at a time: how many tasks wait, and for how long on average, in seconds. */
export interface QueueSample {
  readonly length: number;
  readonly waitingS: number;
}

const BETWEEN_SAMPLES_MS = 1_000;

/** What the queues were like after each of their changes. */
export class QueueHistory implements Disposable {
  readonly samples = new TimedSamples<QueueSample>();
  /** The name under which all queues are counted together. */
  readonly total = 'total';
  private readonly listening: Disposable;
  private sampledAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly queues: QueueStore,
    private readonly clock: Clock,
    changes: Event<void>,
  ) {
    this.listening = changes(() => this.sampleNowAndThen());
  }

  /** Takes down what the queues are like now. */
  sample(): void {
    const now = this.clock.now();
    this.sampledAt = now;
    const all = { length: 0, waitedMs: 0 };
    for (const { queue, length, addedMean } of this.queues.lengths()) {
      const waitedMs = Math.max(0, length * (now - addedMean));
      this.samples.add(queue, now, toSample(length, waitedMs));
      all.length += length;
      all.waitedMs += waitedMs;
    }
    this.samples.add(this.total, now, toSample(all.length, all.waitedMs));
  }

  /** Many changes at once need not each be taken down. */
  private sampleNowAndThen(): void {
    if (this.clock.now() - this.sampledAt >= BETWEEN_SAMPLES_MS) {
      this.sample();
    }
  }

  dispose(): void {
    this.listening.dispose();
  }
}

function toSample(length: number, waitedMs: number): QueueSample {
  return { length, waitingS: length === 0 ? 0 : waitedMs / length / 1000 };
}
