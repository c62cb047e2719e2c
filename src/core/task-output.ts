import type { EpochMs } from './entities';

/** A figure that a task reported, as Plotly's JSON. The text is the server's, unread and untrusted. */
export interface TaskPlot {
  readonly metric: string;
  readonly variant: string;
  readonly iteration: number;
  readonly at?: EpochMs;
  /** `{"data": […], "layout": {…}}`; may hold `NaN`, or be no JSON at all. */
  readonly json: string;
}

/** Where one image is that a task reported; the bytes are read when it is looked at. */
export interface TaskImage {
  readonly metric: string;
  readonly variant: string;
  readonly iteration: number;
  readonly at?: EpochMs;
  readonly uri: string;
}

/** The newest of what a task reported of one kind. */
export interface NewestOutput<T> {
  readonly items: readonly T[];
  /** How many of the newest iterations were asked for, for each metric. */
  readonly iterations: number;
}

/** A file in one of the storages that a task writes to. */
export interface FileDownload {
  /** Absent when the storage does not say. */
  readonly sizeBytes?: number;
  /** To be read once, to the end or until it is left; throws TracksideError when the connection breaks. */
  readonly chunks: AsyncIterable<Uint8Array>;
}
