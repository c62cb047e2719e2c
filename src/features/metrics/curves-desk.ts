import type { Clock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import type { Logger } from '../../core/logger';
import { CurveFiles } from './curve-files';
import { FramePump } from './frame-pump';
import type { UpdateMessage } from './panel-contract';
import type { CurvesMessage } from './panel-messages';
import type { PanelDeeds } from './panel-deeds';
import type { SeriesEngineClient } from './worker-contract';

/** What a page of curves says to the desk; `keepView` and `retry` are for the panel around it. */
export type DeskMessage = Exclude<CurvesMessage, { type: 'keepView' | 'retry' }>;

export interface CurvesDeskPorts {
  readonly engine: SeriesEngineClient;
  readonly panelId: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly deeds: Pick<PanelDeeds, 'saveFile' | 'copy'>;
  post(message: UpdateMessage): void;
  /** What the panel shows, for names of files. */
  title(): string;
  /** What the run of this series is called; null where there is only one run. */
  runNameOf(key: string): string | null;
  /** The worker may have lost the points: to be read anew where it did. */
  readAnew(): void;
}

/** What a panel does with curves, whether it shows one run or several: draws them, and saves and copies what is drawn. */
export class CurvesDesk implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly files: CurveFiles;
  /** Takes what was read of the series. */
  readonly pump: FramePump;

  constructor(private readonly ports: CurvesDeskPorts) {
    const { engine, panelId, clock, deeds } = ports;
    this.owned.add({ dispose: () => void engine.clear(panelId).catch(() => undefined) });
    this.pump = this.owned.add(
      new FramePump({
        post: (message) => ports.post(message),
        frames: (keys, selection) => engine.frames(panelId, keys, selection),
        onFailure: (error) => this.framesFailed(error),
        clock,
      }),
    );
    this.files = new CurveFiles({
      engine,
      panelId,
      pump: this.pump,
      deeds,
      title: () => ports.title(),
      runNameOf: (key) => ports.runNameOf(key),
    });
  }

  /** Resolves when it is done, which for files means that the person has chosen where to. */
  async handle(message: DeskMessage): Promise<void> {
    switch (message.type) {
      case 'watch':
        this.pump.setWatch(message.selectionId, message.selection, message.keys);
        return;
      case 'painted':
        this.pump.painted(message.generation);
        return;
      case 'savePoints':
        return this.files.savePoints(message);
      case 'saveChart':
        return this.files.saveChart(message);
      case 'copy':
        return this.ports.deeds.copy(message.text);
    }
  }

  /** Forgets the points as well. */
  dispose(): void {
    this.owned.dispose();
  }

  private framesFailed(error: unknown): void {
    this.ports.logger.error('Curves could not be computed.', error);
    // A worker that ended has lost the points: the next read notices and begins again.
    this.ports.readAnew();
  }
}
