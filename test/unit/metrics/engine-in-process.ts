import { SeriesEngine, type IngestResult } from '../../../src/features/metrics/series-engine';
import type { Frame } from '../../../src/features/metrics/panel-contract';
import type { ViewSelection } from '../../../src/features/metrics/view-contract';
import type { TextPart } from '../../../src/features/metrics/points-text';
import type { SeriesEngineClient } from '../../../src/features/metrics/worker-contract';
import type { SeriesDelta } from '../../../src/core/series';

/** The engine without its thread. */
export class EngineInProcess implements SeriesEngineClient {
  lossCount = 0;
  engine = new SeriesEngine();
  /** Frames are made once this resolves. */
  gate: Promise<void> = Promise.resolve();

  /** As if the worker had crashed. */
  lose(): void {
    this.engine = new SeriesEngine();
    this.lossCount += 1;
  }

  ingest(panelId: string, deltas: readonly SeriesDelta[], run = ''): Promise<IngestResult> {
    return Promise.resolve(this.engine.ingest(panelId, deltas, run));
  }

  frames(panelId: string, keys: readonly string[], selection: ViewSelection): Promise<readonly Frame[]> {
    return this.gate.then(() => this.engine.frames(panelId, keys, selection));
  }

  text(panelId: string, part: TextPart): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.engine.text(panelId, part));
  }

  clear(panelId: string, run?: string): Promise<void> {
    this.engine.clear(panelId, run);
    return Promise.resolve();
  }
}
