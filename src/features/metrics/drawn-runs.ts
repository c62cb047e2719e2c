import { DisposableStore, type Disposable } from '../../core/disposable';
import { Emitter } from '../../core/emitter';
import { distinctLooks } from '../../core/run-looks';
import { runKey, type TaskRef } from '../../core/task-ref';
import type { RunLooksMemory } from './run-looks-memory';

/** A run as an open panel draws it. */
export interface DrawnRun {
  readonly ref: TaskRef;
  readonly look: number;
}

/** What one open panel draws, until it is closed. */
export interface Drawing extends Disposable {
  /** These runs in this order, and no others; no other panel was shown later. */
  show(refs: readonly TaskRef[]): void;
}

/** How open panels draw runs, for those who list the same runs. */
export class DrawnRuns implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly changes = this.owned.add(new Emitter<void>());
  readonly onDidChange = this.changes.event;
  /** The panel shown last is the last. */
  private readonly panels = new Map<Drawing, readonly TaskRef[]>();
  private known: ReadonlyMap<string, DrawnRun> | undefined;

  constructor(private readonly memory: RunLooksMemory) {
    this.owned.add(memory.onDidChange(() => this.changed()));
  }

  /** A panel opens, and draws these runs. */
  open(refs: readonly TaskRef[]): Drawing {
    const drawing: Drawing = {
      show: (shown) => {
        this.panels.delete(drawing);
        this.panels.set(drawing, shown);
        this.changed();
      },
      dispose: () => {
        this.panels.delete(drawing);
        this.changed();
      },
    };
    drawing.show(refs);
    return drawing;
  }

  /** All of them by key; a run of several panels looks as in the one that was shown last. */
  runs(): ReadonlyMap<string, DrawnRun> {
    this.known ??= new Map([...this.panels.values()].flatMap((refs) => this.drawnOf(refs)));
    return this.known;
  }

  dispose(): void {
    this.owned.dispose();
  }

  private drawnOf(refs: readonly TaskRef[]): [string, DrawnRun][] {
    const keys = refs.map(runKey);
    const known = this.memory.looksOf(keys);
    const looks = distinctLooks(keys.map((key) => ({ key, look: known.get(key) ?? 0 })));
    return refs.map((ref) => [runKey(ref), { ref, look: looks.get(runKey(ref)) ?? 0 }]);
  }

  private changed(): void {
    this.known = undefined;
    this.changes.fire();
  }
}
