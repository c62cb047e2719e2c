import type { FramePump } from './frame-pump';
import type { CurvesMessage } from './panel-messages';
import type { PanelDeeds } from './panel-deeds';
import { exportPoints } from './points-export';
import { fileNameOf, oneChunk } from './save-chunks';
import type { SeriesEngineClient } from './worker-contract';

type Sent<T extends CurvesMessage['type']> = Extract<CurvesMessage, { type: T }>;

export interface CurveFilesPorts {
  readonly engine: SeriesEngineClient;
  readonly panelId: string;
  readonly pump: FramePump;
  readonly deeds: Pick<PanelDeeds, 'saveFile'>;
  /** What the panel shows, for names of files. */
  title(): string;
  /** What the run of this series is called; null where there is only one run. */
  runNameOf(key: string): string | null;
}

/** Saves what charts show: their points, and pictures that the page has drawn. */
export class CurveFiles {
  constructor(private readonly ports: CurveFilesPorts) {}

  async savePoints({ metric, format, keys }: Sent<'savePoints'>): Promise<void> {
    const { engine, panelId, pump, deeds } = this.ports;
    const series = keys.flatMap((key) => {
      const pointCount = pump.pointCountOf(key);
      return pointCount === undefined ? [] : [{ key, pointCount, runName: this.ports.runNameOf(key) }];
    });
    await deeds.saveFile(this.fileName(metric, format), () =>
      exportPoints(engine, panelId, { metric, format, series }),
    );
  }

  async saveChart({ metric, format, bytes }: Sent<'saveChart'>): Promise<void> {
    await this.ports.deeds.saveFile(this.fileName(metric, format), () => oneChunk(bytes));
  }

  private fileName(metric: string, extension: string): string {
    return fileNameOf(`${this.ports.title()} ${metric}`, extension);
  }
}
