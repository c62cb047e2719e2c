import type { Clock } from '../../core/clock';
import type { Disposable } from '../../core/disposable';
import type { PanelFrame, PanelLife } from './panel-life';

/** A panel that was closed is often opened again while one compares; after this time hardly ever. */
const REST_MS = 300_000;
/** What they hold is memory that nobody looks at. */
const MOST_RESTING = 4;

/** The part of the editor's panel that a life speaks to. */
export interface FramedPanel {
  title: string;
  readonly webview: { postMessage(message: unknown): unknown };
}

/** The way from a life to its panel, which may be closed and another one later. */
export class MovableFrame implements PanelFrame {
  private panel: FramedPanel | undefined;
  private title: string | undefined;

  readonly post = (message: unknown): void => void this.panel?.webview.postMessage(message);

  readonly setTitle = (title: string): void => {
    this.title = title;
    if (this.panel !== undefined) {
      this.panel.title = title;
    }
  };

  /** From now on the life speaks to this panel; undefined: to none. */
  moveTo(panel: FramedPanel | undefined): void {
    this.panel = panel;
    if (panel !== undefined && this.title !== undefined) {
      panel.title = this.title;
    }
  }
}

/** A life, and how it reaches its panel. */
export interface FramedLife {
  readonly life: PanelLife;
  readonly frame: MovableFrame;
}

/**
 * Lives of panels that were closed a moment ago, with what they have read: opened again, such a panel shows it at once
 * and asks only for what is new. They ask for nothing while they rest.
 */
export class RestingLives implements Disposable {
  private readonly resting = new Map<string, FramedLife & { readonly end: Disposable }>();

  /** @param onEnded a life rests no longer, and is disposed. */
  constructor(
    private readonly clock: Clock,
    private readonly onEnded: () => void,
  ) {}

  get count(): number {
    return this.resting.size;
  }

  /** Its panel was closed: it rests, or ends where it cannot. */
  rest(key: string, { life, frame }: FramedLife): void {
    frame.moveTo(undefined);
    if (life.rest?.() !== true) {
      life.dispose();
      return;
    }
    const end = this.clock.after(REST_MS, () => this.end(key));
    this.resting.set(key, { life, frame, end });
    const [longest] = this.resting.keys();
    if (this.resting.size > MOST_RESTING && longest !== undefined) {
      this.end(longest);
    }
  }

  /** The life that rested for this, which goes on. */
  take(key: string): FramedLife | undefined {
    const found = this.resting.get(key);
    found?.end.dispose();
    this.resting.delete(key);
    return found;
  }

  /** What they know of their connections may be true no longer. */
  endAll(): void {
    [...this.resting.keys()].forEach((key) => this.end(key));
  }

  dispose(): void {
    this.endAll();
  }

  private end(key: string): void {
    const ended = this.take(key);
    if (ended !== undefined) {
      ended.life.dispose();
      this.onEnded();
    }
  }
}
