import type { Disposable } from '../../src/core/disposable';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

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
