import type { Disposable } from '../../core/disposable';

/** The host's side of one panel, from when its connections are known until it is closed, or has rested after that. */
export interface PanelLife extends Disposable {
  /** What the page said; the life checks it. */
  receive(message: unknown): void;
  setVisible(isVisible: boolean): void;
  /**
   * The panel was closed. True: the life keeps what it has read and asks for nothing; shown again, it has a new page. False:
   * it has nothing that is worth keeping, or too much. Absent: it never rests.
   */
  rest?(): boolean;
}

/** What a life may do with the panel it belongs to. */
export interface PanelFrame {
  readonly post: (message: unknown) => void;
  readonly setTitle: (title: string) => void;
}
