import type { EpochMs } from './entities';

/** A dataset as a server lists it that does not tell its versions apart as tasks. */
export interface Dataset {
  readonly id: string;
  readonly name: string;
  /** Such as `1.0.2`. */
  readonly version?: string;
  readonly projectName?: string;
  readonly tags: readonly string[];
  readonly createdAt?: EpochMs;
}

/** Most paths that {@link DatasetContents} holds. */
export const MOST_DATASET_PATHS = 500;

/** What is in a dataset. */
export interface DatasetContents {
  /** Of the dataset. */
  readonly id: string;
  /** Of all files, whether their paths are told or not. */
  readonly fileCount: number;
  /** The first ones in natural order, at most {@link MOST_DATASET_PATHS}; each once. */
  readonly paths: readonly string[];
}
