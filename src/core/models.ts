import type { EpochMs } from './entities';

/** What a person can do to a model, in the order menus offer it. */
export const MODEL_ACTIONS = ['publish', 'rename', 'tag', 'archive', 'unarchive', 'delete'] as const;
export type ModelAction = (typeof MODEL_ACTIONS)[number];

/** Weights that a task made or was given, as the server registers them. */
export interface Model {
  readonly id: string;
  readonly name: string;
  /** The server's word, such as `PyTorch`. */
  readonly framework?: string;
  /** Absent where the server does not tell. */
  readonly isPublished?: boolean;
  readonly isArchived: boolean;
  readonly tags: readonly string[];
  readonly comment?: string;
  readonly user?: string;
  readonly projectId?: string;
  readonly projectName?: string;
  /** The task that made it. */
  readonly taskId?: string;
  readonly taskName?: string;
  /** Where the bytes are. */
  readonly uri?: string;
  /** SHA-256 in hexadecimal, where somebody noted it. */
  readonly sha256?: string;
  /** Values that were reported of the model itself, the last of each. */
  readonly figures?: readonly ModelFigure[];
  readonly createdAt?: EpochMs;
  readonly updatedAt?: EpochMs;
  /** What its state and the server allow now. */
  readonly can: readonly ModelAction[];
  readonly webUrl?: string;
}

export interface ModelFigure {
  readonly metric: string;
  readonly variant: string;
  readonly value: number;
}

export interface ModelQuery {
  /** Only models right in this project. */
  readonly projectId?: string;
  readonly isArchived: boolean;
}

export type ModelRequest =
  /** `withTask`: the task that made it is published too. */
  | { readonly action: 'publish'; readonly withTask: boolean }
  | { readonly action: 'rename'; readonly name: string }
  | { readonly action: 'tag'; readonly add: readonly string[]; readonly remove: readonly string[] }
  | { readonly action: 'archive' }
  | { readonly action: 'unarchive' }
  /** `keepsFile`: only the entry goes, the bytes stay in their storage. */
  | { readonly action: 'delete'; readonly keepsFile: boolean };

/** The same text for queries that ask the same. */
export function modelQueryKey({ projectId, isArchived }: ModelQuery): string {
  return JSON.stringify([projectId ?? null, isArchived]);
}
