import type { Backend } from '../../backends/contract';
import type { Disposable } from '../../core/disposable';
import type { NewestOutput, TaskImage, TaskPlot } from '../../core/task-output';
import type { ConnectionSession } from '../../store/contract';
import type { OutputItem, OutputKind, OutputState } from './panel-contract';
import { SnapshotFeed, type Snapshot } from './snapshot-feed';

/** How many of the newest iterations are read first, and after each wish for more. */
const ITERATIONS: Readonly<Record<OutputKind, readonly number[]>> = {
  plots: [1, 20, 200],
  images: [20, 200, 2_000],
};

export interface OutputFeedPorts<T> {
  readonly session: ConnectionSession;
  readonly taskId: string;
  readonly kind: OutputKind;
  readonly isLive: () => boolean;
  list(backend: Backend, iterations: number, signal: AbortSignal): Promise<NewestOutput<T> | undefined>;
  /** Bytes to be moved when the item is shown, as far as they are known. */
  sizeOf(item: T): number | undefined;
  onState(state: OutputState): void;
}

/** The plots or images of one task: what there is, and one of them when it comes into view. */
export class OutputFeed<T extends TaskPlot | TaskImage> implements Disposable {
  private readonly feed: SnapshotFeed<NewestOutput<T>>;
  private readonly items = new Map<string, T>();
  private depth = 0;

  constructor(private readonly ports: OutputFeedPorts<T>) {
    const { session, taskId, kind, isLive } = ports;
    this.feed = new SnapshotFeed<NewestOutput<T>>({
      session,
      key: `${kind}:${taskId}`,
      isLive,
      isChangedBy: (change) =>
        (change.kind === 'task' && change.ids.includes(taskId)) ||
        (change.kind === 'series' && change.taskId === taskId),
      read: (backend, signal) => ports.list(backend, this.iterations, signal),
      unsupported: `${session.info.label} keeps no ${kind} of its tasks.`,
      onState: (state) => this.tell(state),
    });
  }

  setOn(isOn: boolean): void {
    this.feed.setOn(isOn);
  }

  poke(): Promise<void> {
    return this.feed.poke();
  }

  /** Reads more of the past. */
  async readMore(): Promise<void> {
    this.depth = Math.min(this.depth + 1, ITERATIONS[this.ports.kind].length - 1);
    await this.feed.poke();
  }

  item(key: string): T | undefined {
    return this.items.get(key);
  }

  dispose(): void {
    this.feed.dispose();
  }

  private get iterations(): number {
    return ITERATIONS[this.ports.kind][this.depth] ?? 1;
  }

  private tell(state: Snapshot<NewestOutput<T>>): void {
    this.ports.onState(state.phase === 'ready' ? this.ready(state.value, state.staleReason) : state);
  }

  private ready({ items, iterations }: NewestOutput<T>, staleReason: string | null): OutputState {
    this.items.clear();
    for (const item of items) {
      this.items.set(outputKey(item), item);
    }
    const hasMore = this.depth < ITERATIONS[this.ports.kind].length - 1 && mayHaveMore(items, iterations);
    const shown = [...this.items].map(([key, item]) => this.toItem(key, item));
    return { phase: 'ready', items: shown.sort(byPlace), iterations, hasMore, staleReason };
  }

  private toItem(key: string, item: T): OutputItem {
    const { metric, variant, iteration, at } = item;
    return { key, metric, variant, iteration, at: at ?? null, sizeBytes: this.ports.sizeOf(item) ?? null };
  }
}

/** A plot that is reported again under its name and iteration takes the place of the one before. */
function outputKey(item: TaskPlot | TaskImage): string {
  const { metric, variant, iteration, at } = item;
  return JSON.stringify([metric, variant, iteration, at, 'uri' in item ? item.uri : '']);
}

/** True when some name has as many iterations as were asked for. */
function mayHaveMore(items: readonly (TaskPlot | TaskImage)[], iterations: number): boolean {
  const seen = new Map<string, Set<number>>();
  for (const { metric, iteration } of items) {
    const found = seen.get(metric) ?? new Set();
    seen.set(metric, found.add(iteration));
  }
  return [...seen.values()].some((found) => found.size >= iterations);
}

function byPlace(a: OutputItem, b: OutputItem): number {
  const order = { numeric: true };
  return (
    a.metric.localeCompare(b.metric, undefined, order) ||
    a.variant.localeCompare(b.variant, undefined, order) ||
    b.iteration - a.iteration
  );
}
