import { DisposableStore, type Disposable } from '../../core/disposable';
import { isCancelled, toTracksideError } from '../../core/errors';
import type { TaskImage, TaskPlot } from '../../core/task-output';
import type { ConnectionSession } from '../../store/contract';
import { OutputFeed } from './output-feed';
import type { HostMessage, OutputContent, OutputKind } from './panel-contract';
import type { PanelTab } from './view-contract';
import { imageContent, plotContent } from './task-output-files';

/** Images are read while others are drawn, but a page full of them must not take every connection. */
const IMAGES_AT_ONCE = 4;

export interface OutputSessionPorts {
  readonly session: ConnectionSession;
  readonly taskId: string;
  readonly isLive: () => boolean;
  post(message: HostMessage): void;
}

/** What a task reported beside curves: lists while their tab is shown, contents as they come into view. */
export class OutputSession implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly plots: OutputFeed<TaskPlot>;
  private readonly images: OutputFeed<TaskImage>;
  private readonly wanted: string[] = [];
  private reading = 0;
  private abort = new AbortController();

  constructor(private readonly ports: OutputSessionPorts) {
    const { session, taskId, isLive } = ports;
    this.plots = this.owned.add(
      new OutputFeed<TaskPlot>({
        session,
        taskId,
        kind: 'plots',
        isLive,
        list: async ({ plots }, iterations, signal) => plots?.list(taskId, iterations, signal),
        sizeOf: ({ json }) => json.length,
        onState: (state) => ports.post({ type: 'output', kind: 'plots', state }),
      }),
    );
    this.images = this.owned.add(
      new OutputFeed<TaskImage>({
        session,
        taskId,
        kind: 'images',
        isLive,
        list: async ({ images }, iterations, signal) => images?.list(taskId, iterations, signal),
        sizeOf: () => undefined,
        onState: (state) => ports.post({ type: 'output', kind: 'images', state }),
      }),
    );
  }

  /** Undefined: the page is hidden, and whatever is on its way is let go. */
  showTab(tab: PanelTab | undefined): void {
    this.plots.setOn(tab === 'plots');
    this.images.setOn(tab === 'images');
    if (tab !== 'images') {
      this.wanted.length = 0;
      this.abort.abort();
      this.abort = new AbortController();
    }
  }

  want(kind: OutputKind, key: string): void {
    if (kind === 'images') {
      this.wanted.push(key);
      this.readNext();
      return;
    }
    const plot = this.plots.item(key);
    if (plot !== undefined) {
      this.send('plots', key, plotContent(plot.json));
    }
  }

  plot(key: string): TaskPlot | undefined {
    return this.plots.item(key);
  }

  image(key: string): TaskImage | undefined {
    return this.images.item(key);
  }

  async readMore(kind: OutputKind): Promise<void> {
    await (kind === 'plots' ? this.plots.readMore() : this.images.readMore());
  }

  async poke(): Promise<void> {
    await Promise.all([this.plots.poke(), this.images.poke()]);
  }

  dispose(): void {
    this.abort.abort();
    this.owned.dispose();
  }

  private readNext(): void {
    while (this.reading < IMAGES_AT_ONCE) {
      const key = this.wanted.shift();
      if (key === undefined) {
        return;
      }
      const image = this.images.item(key);
      if (image !== undefined) {
        this.reading += 1;
        void this.readImage(key, image, this.abort.signal).finally(() => {
          this.reading -= 1;
          this.readNext();
        });
      }
    }
  }

  private async readImage(key: string, image: TaskImage, signal: AbortSignal): Promise<void> {
    try {
      const backend = await this.ports.session.backend(signal);
      this.send('images', key, await imageContent(backend, image, signal));
    } catch (error) {
      if (!isCancelled(error) && !signal.aborted) {
        const { message, nextStep } = toTracksideError(error);
        this.send('images', key, { form: 'none', reason: `${message} ${nextStep}`.trim() });
      }
    }
  }

  private send(kind: OutputKind, key: string, content: OutputContent): void {
    this.ports.post({ type: 'outputContent', kind, key, content });
  }
}
