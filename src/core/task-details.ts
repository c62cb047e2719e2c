import type { EpochMs, TaskCode } from './entities';
import type { TaskStatus } from './status';

/** What one task is made of. Read when somebody looks at the task, never in lists: it may be several megabytes. */
export interface TaskDetails {
  readonly code: TaskCode;
  /** Arguments the script was launched with, when the task keeps them as such. */
  readonly arguments?: readonly string[];
  /** Packages the code needs, in the form of a `requirements.txt`. */
  readonly packages?: string;
  readonly container?: TaskContainer;
  /** Address of the storage that models and artifacts go to, where it is not the server's usual one. */
  readonly outputDestination?: string;
  /** By section, then by name. */
  readonly parameters: readonly TaskParameter[];
  readonly configurations: readonly TaskConfiguration[];
  readonly artifacts: readonly TaskArtifact[];
  readonly models: readonly TaskModel[];
  /** Tasks made from this one, newest first; absent where there are none or the server does not tell. */
  readonly children?: TaskRelatives;
  /** Other tasks made from the task that this one was made from, newest first. */
  readonly siblings?: TaskRelatives;
}

/** As many as were asked for. */
export interface TaskRelatives {
  readonly tasks: readonly TaskRelative[];
  readonly hasMore: boolean;
}

export interface TaskRelative {
  readonly id: string;
  readonly name: string;
  readonly status: TaskStatus;
}

export interface TaskContainer {
  readonly image: string;
  readonly arguments?: string;
  /** Shell lines that run before the code does. */
  readonly setupScript?: string;
}

export interface TaskParameter {
  readonly section: string;
  readonly name: string;
  readonly value: string;
  /** The server's word, such as `float`. */
  readonly type?: string;
  readonly description?: string;
}

/** A whole configuration file or object, as text. */
export interface TaskConfiguration {
  readonly name: string;
  readonly text: string;
  /** The server's word for the format, such as `json` or `yaml`. */
  readonly type?: string;
  readonly description?: string;
  /** True where the server takes another text while the task can be edited. */
  readonly isEditable?: boolean;
}

export interface TaskArtifact {
  readonly name: string;
  /** `input` where the task was given it. */
  readonly direction: 'input' | 'output';
  /** The server's word, such as `pandas` or `custom`. */
  readonly type?: string;
  /** Where the bytes are. */
  readonly uri?: string;
  readonly sizeBytes?: number;
  readonly hash?: string;
  readonly addedAt?: EpochMs;
  /** A few lines that the server keeps of it. */
  readonly preview?: string;
}

export interface TaskModel {
  readonly id: string;
  readonly name: string;
  readonly direction: 'input' | 'output';
}
