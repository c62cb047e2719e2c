import type { SeriesDelta } from '../../core/series';
import type { Frame } from './panel-contract';
import type { TextPart } from './points-text';
import type { ViewSelection } from './view-contract';
import type { IngestResult } from './series-engine';

/**
 * What the extension host asks the series worker. Both are bundles of one build on one machine, so the shapes are
 * typed, not parsed.
 */
export type WorkerRequest =
  | {
      readonly kind: 'ingest';
      readonly panelId: string;
      readonly deltas: readonly SeriesDelta[];
      readonly run: string;
    }
  | {
      readonly kind: 'frames';
      readonly panelId: string;
      readonly keys: readonly string[];
      readonly selection: ViewSelection;
    }
  | { readonly kind: 'text'; readonly panelId: string; readonly part: TextPart }
  | { readonly kind: 'clear'; readonly panelId: string; readonly run: string | undefined };

export interface WorkerCall {
  readonly callId: number;
  readonly request: WorkerRequest;
}

export type WorkerAnswer =
  | { readonly kind: 'ingest'; readonly result: IngestResult }
  | { readonly kind: 'frames'; readonly frames: readonly Frame[] }
  | { readonly kind: 'text'; readonly bytes: Uint8Array<ArrayBuffer> | undefined }
  | { readonly kind: 'clear' };

export type WorkerReply =
  | { readonly callId: number; readonly answer: WorkerAnswer }
  | { readonly callId: number; readonly error: string };

/** What a panel asks for its points; the worker thread stands behind it. */
export interface SeriesEngineClient {
  /** @param run whose points these are, where the panel shows several runs. */
  ingest(panelId: string, deltas: readonly SeriesDelta[], run?: string): Promise<IngestResult>;
  frames(panelId: string, keys: readonly string[], selection: ViewSelection): Promise<readonly Frame[]>;
  /** UTF-8; undefined when so many points are not held (any more). */
  text(panelId: string, part: TextPart): Promise<Uint8Array | undefined>;
  /** Forgets everything of a panel, or of one of its runs. */
  clear(panelId: string, run?: string): Promise<void>;
  /** Counts the times everything that was held got lost because the worker ended; a panel then reads again. */
  readonly lossCount: number;
}
