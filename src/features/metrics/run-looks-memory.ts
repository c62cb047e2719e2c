import * as z from 'zod/mini';
import type { Clock } from '../../core/clock';
import type { Disposable } from '../../core/disposable';
import { Emitter } from '../../core/emitter';
import { looksForNew } from '../../core/run-looks';
import type { StateStorage } from '../../platform/contract';

const STATE_KEY = 'metrics.runLooks';
/** The runs looked at last; older ones get a look anew. */
const MOST_RUNS = 2_000;
const WRITE_DELAY_MS = 400;

const kept = z.array(z.tuple([z.string(), z.number().check(z.int(), z.gte(0))]));

/** Which look each run has, in every panel of every window, once it has been seen beside others. */
export class RunLooksMemory implements Disposable {
  private readonly changes = new Emitter<void>();
  readonly onDidChange = this.changes.event;
  private known: Map<string, number> | undefined;
  private waiting: Disposable | undefined;

  constructor(
    private readonly state: StateStorage,
    private readonly clock: Clock,
  ) {}

  /** The looks of runs shown together, by key; runs that have none yet get theirs. */
  looksOf(runs: readonly string[]): ReadonlyMap<string, number> {
    const known = this.entries();
    const fresh = looksForNew(runs, known);
    fresh.forEach((look, run) => known.set(run, look));
    if (fresh.size > 0) {
      this.write();
    }
    return new Map(runs.map((run) => [run, known.get(run) ?? 0]));
  }

  /** @param look undefined: whichever it gets by itself. */
  choose(run: string, look: number | undefined): void {
    const known = this.entries();
    known.delete(run);
    known.set(run, look ?? looksForNew([run], new Map()).get(run) ?? 0);
    this.write();
    this.changes.fire();
  }

  dispose(): void {
    this.waiting?.dispose();
    if (this.waiting !== undefined) {
      this.writeNow();
    }
    this.changes.dispose();
  }

  private entries(): Map<string, number> {
    this.known ??= new Map(this.state.get(STATE_KEY, (value) => kept.parse(value)) ?? []);
    return this.known;
  }

  private write(): void {
    this.waiting ??= this.clock.after(WRITE_DELAY_MS, () => this.writeNow());
  }

  private writeNow(): void {
    this.waiting = undefined;
    void this.state.set(STATE_KEY, [...this.entries()].slice(-MOST_RUNS));
  }
}
