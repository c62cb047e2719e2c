import type { Disposable } from '../../src/core/disposable';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

declare global {
  interface Window {
    /** What came while the page's scripts were loading, and what listened meanwhile (src/features/panels/page-html.ts). */
    tracksideEarly?: MessageEvent<unknown>[];
    tracksideKeep?: (event: MessageEvent<unknown>) => void;
  }
}

/** The panel's line to the extension host. Messages that `parse` refuses are counted and dropped. */
export class Bridge<Incoming, Outgoing> {
  private readonly api = acquireVsCodeApi();

  constructor(private readonly parse: (message: unknown) => Incoming | undefined) {}

  post(message: Outgoing): void {
    this.api.postMessage(message);
  }

  listen(onMessage: (message: Incoming) => void): Disposable {
    const listener = (event: MessageEvent<unknown>): void => {
      const message = this.parse(event.data);
      if (message === undefined) {
        document.body.dataset.refusedMessages = String(
          Number(document.body.dataset.refusedMessages ?? 0) + 1,
        );
      } else {
        onMessage(message);
      }
    };
    window.addEventListener('message', listener);
    takeEarly().forEach(listener);
    return { dispose: () => window.removeEventListener('message', listener) };
  }

  /** What the editor keeps for this panel, over hiding and over window reloads. */
  get savedState(): unknown {
    return this.api.getState();
  }

  set savedState(state: unknown) {
    this.api.setState(state);
  }
}

function takeEarly(): readonly MessageEvent<unknown>[] {
  const { tracksideEarly = [], tracksideKeep } = window;
  if (tracksideKeep !== undefined) {
    window.removeEventListener('message', tracksideKeep);
  }
  window.tracksideEarly = [];
  return tracksideEarly;
}
