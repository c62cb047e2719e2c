/** What a person can do to a task, in the order menus offer it. A backend says per task which its state allows. */
export const TASK_ACTIONS = [
  'enqueue',
  'requeue',
  'dequeue',
  'stop',
  'reset',
  'rerun',
  'clone',
  'publish',
  'complete',
  'fail',
  'archive',
  'unarchive',
  'delete',
  'rename',
  'tag',
  'comment',
  'edit',
  'move',
] as const;

export type TaskAction = (typeof TASK_ACTIONS)[number];

/** A project that exists, or the full path of one that is made when it is needed. */
export type ProjectChoice = { readonly id: string; readonly name: string } | { readonly newName: string };

/** A parameter's new value; all values are text, as ClearML keeps them. */
export interface ParameterEdit {
  readonly section: string;
  readonly name: string;
  readonly value: string;
}

/**
 * A configuration's new text; refused with `conflict` when the server's is not `before` any more. Without `before` it is
 * added, without `text` it is taken away.
 */
export interface ConfigurationEdit {
  readonly name: string;
  readonly before?: string;
  readonly text?: string;
}

/** What says which code an agent runs, in which container, and where its models and artifacts go. */
export const CODE_PARTS = [
  'repository',
  'branch',
  'commit',
  'entryPoint',
  'workingDirectory',
  'uncommittedDiff',
  'image',
  'containerArguments',
  'setupScript',
  'outputDestination',
] as const;
export type CodePart = (typeof CODE_PARTS)[number];

/** Parts that get another text; '' takes a part away, absent ones stay. */
export type CodeEdits = { readonly [part in CodePart]?: string };

/** What a run is given differently: parameters of these names get these values or are added, others stay. */
export interface InputEdits {
  readonly parameters: readonly ParameterEdit[];
  readonly removedParameters?: readonly { readonly section: string; readonly name: string }[];
  /** Replaces all arguments of a script that was launched from the editor; absent: they stay. */
  readonly arguments?: readonly string[];
  /** Other configurations stay. Only those that say they are editable. */
  readonly configurations?: readonly ConfigurationEdit[];
  readonly code?: CodeEdits;
}

/** One action with what it needs. Backends switch on `action` exhaustively. */
export type TaskActionRequest =
  | {
      readonly action: 'enqueue';
      readonly queueId: string;
      /** For servers that cannot tell the priority it had. */
      readonly priority?: number;
      /** Also frees what this task had blocked. */
      readonly freesBlocked?: boolean;
    }
  /** From the queue it waits in to the end of another. */
  | { readonly action: 'requeue'; readonly queueId: string }
  | { readonly action: 'dequeue' }
  | { readonly action: 'stop' }
  /** `keepsOutput`: models and the files of artifacts stay where they are. */
  | { readonly action: 'reset'; readonly keepsOutput?: boolean }
  /** A new run with the same input, on servers that start runs by themselves. */
  | { readonly action: 'rerun' }
  | {
      readonly action: 'clone';
      readonly name?: string;
      readonly project?: ProjectChoice;
      readonly inputs?: InputEdits;
    }
  | { readonly action: 'publish' }
  | { readonly action: 'complete' }
  | { readonly action: 'fail'; readonly reason?: string; readonly priority?: number }
  | { readonly action: 'archive' }
  | { readonly action: 'unarchive' }
  | { readonly action: 'delete'; readonly keepsOutput?: boolean }
  | { readonly action: 'rename'; readonly name: string }
  | { readonly action: 'tag'; readonly add: readonly string[]; readonly remove: readonly string[] }
  | { readonly action: 'comment'; readonly comment: string }
  | { readonly action: 'edit'; readonly inputs: InputEdits }
  | { readonly action: 'move'; readonly project: ProjectChoice };

/** What an action did. `createdTaskId` is set by `clone`. */
export interface TaskActionOutcome {
  readonly createdTaskId?: string;
  /** Other tasks that it changed, or probably did. */
  readonly touchedTaskIds?: readonly string[];
  /** A sentence for the person when the server accepted but did not finish, such as "Stopping: the worker has been asked". */
  readonly note?: string;
}

/** Actions that lose something and are therefore confirmed by name before they run. */
export function isDestructive(action: TaskAction): boolean {
  return action === 'reset' || action === 'delete';
}

/** Where a waiting task goes within its queue. */
export type QueuePlace = 'front' | 'up' | 'down' | 'back';

/** A change of a queue itself or of the order in it. */
export type QueueRequest =
  | { readonly change: 'create'; readonly name: string }
  | { readonly change: 'rename'; readonly queueId: string; readonly name: string }
  /** Tasks that wait in it go back to what they were before. */
  | { readonly change: 'delete'; readonly queueId: string }
  | { readonly change: 'clear'; readonly queueId: string }
  | {
      readonly change: 'reorder';
      readonly queueId: string;
      readonly taskId: string;
      readonly place: QueuePlace;
    };

/** A change of a project itself. Names are full paths, as in `Vision/Detection`. */
export type ProjectRequest =
  /** Missing parents are made too. */
  | { readonly change: 'create'; readonly name: string }
  /** `name` stays where the project is: only the last part differs. */
  | { readonly change: 'rename'; readonly projectId: string; readonly name: string }
  /** With everything below it; '' is the top. */
  | { readonly change: 'move'; readonly projectId: string; readonly parentName: string }
  /** Refused while anything is in it or below it, archived or not. */
  | { readonly change: 'delete'; readonly projectId: string };
