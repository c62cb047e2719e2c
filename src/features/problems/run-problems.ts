import * as z from 'zod/mini';
import type { ConsoleChunk } from '../../backends/contract';
import { chunkSeparator, plainConsoleText } from '../../core/console-text';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { Emitter } from '../../core/emitter';
import type { Task } from '../../core/entities';
import type { Logger } from '../../core/logger';
import type { TaskRef } from '../../core/task-ref';
import { tracebacksIn, type Traceback, type TracebackFrame } from '../../core/traceback';
import type { StateStorage } from '../../platform/contract';
import type { ConnectionSession } from '../../store/contract';
import type { RunChange, TaskRuns } from '../notifications/task-runs';
import { PROBLEMS_STATE_KEY } from './kept-problems';
import type { FramePlace, FrameTarget } from './run-sources';

const MOST_KEPT = 50;
/** Enough for a long traceback where every line is a chunk, and not too much where one is 64 kB. */
const END_CHUNKS = 200;
const READ_TIMEOUT_MS = 30_000;
/** Tracebacks read a minute at most; a hundred runs that fail together tell the same. */
const MOST_PER_MINUTE = 10;
const MOST_FRAMES = 20;
const LONGEST_MESSAGE = 500;

const placeSchema = z.object({
  /** Of this machine, or `asRun` in the repository. */
  file: z.string(),
  isAsRun: z.boolean(),
  /** From 1. */
  line: z.number(),
});
const problemSchema = z.object({
  connectionId: z.string(),
  taskId: z.string(),
  taskName: z.string(),
  projectName: z.string(),
  /** The exception. */
  message: z.string(),
  place: placeSchema,
  /** The calls that led there, innermost first. */
  calls: z.array(z.extend(placeSchema, { functionName: z.string() })),
});
/** Where a run failed. */
export type RunProblem = z.infer<typeof problemSchema>;
export type ProblemPlace = z.infer<typeof placeSchema>;

export interface RunProblemsDeps {
  readonly runs: TaskRuns;
  readonly state: StateStorage;
  readonly logger: Logger;
  readonly now: () => number;
  find(ref: TaskRef, place: FramePlace): Promise<FrameTarget>;
}

/**
 * Where runs failed that were seen to fail: the innermost frame of the last traceback that is code of the task. A
 * problem stays until it is dismissed or the script runs again, also over reloads of the window.
 */
export class RunProblems implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly changes = this.owned.add(new Emitter<void>());
  private problems: readonly RunProblem[];
  private readTimes: number[] = [];
  readonly onDidChange = this.changes.event;

  constructor(private readonly deps: RunProblemsDeps) {
    this.problems = deps.state.get(PROBLEMS_STATE_KEY, (value) => z.array(problemSchema).parse(value)) ?? [];
    this.owned.add(deps.runs.onDidStart((change) => this.onStarted(change)));
    this.owned.add(deps.runs.onDidEnd((change) => this.runEnded(change)));
  }

  /** Looks where it failed, if it did. Also for a run that ended just before this object was made. */
  runEnded(change: RunChange): void {
    if (change.task.status === 'failed') {
      this.onFailed(change).catch((error: unknown) =>
        this.deps.logger.warn(`The traceback of ${change.task.id} could not be read: ${String(error)}`),
      );
    }
  }

  all(): readonly RunProblem[] {
    return this.problems;
  }

  dismiss(problem: Pick<RunProblem, 'connectionId' | 'taskId'>): void {
    this.keep(this.problems.filter((each) => !isOf(each, problem)));
  }

  dismissAll(): void {
    this.keep([]);
  }

  dispose(): void {
    this.owned.dispose();
  }

  /** The same task again, or another run of the same script: its name and project are the same. */
  private onStarted({ session, task }: RunChange): void {
    const connectionId = session.info.id;
    this.keep(
      this.problems.filter(
        (each) =>
          !isOf(each, { connectionId, taskId: task.id }) &&
          !(
            each.connectionId === connectionId &&
            each.taskName === task.name &&
            each.projectName === (task.projectName ?? '')
          ),
      ),
    );
  }

  private async onFailed({ session, task }: RunChange): Promise<void> {
    const readEnd = session.openBackend?.console?.readEnd;
    if (readEnd === undefined || !this.mayRead()) {
      return;
    }
    const chunks = await readEnd(task.id, END_CHUNKS, AbortSignal.timeout(READ_TIMEOUT_MS));
    const traceback = lastTraceback(chunks);
    const problem = traceback && (await this.problemOf(session, task, traceback));
    if (problem !== undefined && session.store.task(task.id)?.status === 'failed') {
      this.keep([problem, ...this.problems.filter((each) => !isOf(each, problem))]);
    }
  }

  private async problemOf(
    session: ConnectionSession,
    task: Task,
    { frames, error }: Traceback,
  ): Promise<RunProblem | undefined> {
    const ref = { connectionId: session.info.id, taskId: task.id };
    const innermost = frames.toReversed().slice(0, MOST_FRAMES);
    const found = await Promise.all(
      innermost.map(async (frame) => ({ frame, place: placeOf(frame, await this.deps.find(ref, frame)) })),
    );
    const known = found.flatMap(({ frame, place }) =>
      place === undefined ? [] : [{ ...place, functionName: frame.functionName ?? '' }],
    );
    const [first, ...calls] = known;
    if (first === undefined) {
      return undefined;
    }
    const { file, isAsRun, line } = first;
    return {
      ...ref,
      taskName: task.name,
      projectName: task.projectName ?? '',
      message: (error ?? task.statusReason ?? 'The run failed here.').slice(0, LONGEST_MESSAGE),
      place: { file, isAsRun, line },
      calls,
    };
  }

  private mayRead(): boolean {
    const now = this.deps.now();
    this.readTimes = this.readTimes.filter((at) => now - at < 60_000);
    if (this.readTimes.length >= MOST_PER_MINUTE) {
      return false;
    }
    this.readTimes.push(now);
    return true;
  }

  private keep(problems: readonly RunProblem[]): void {
    if (problems.length === this.problems.length && problems.every((each, i) => each === this.problems[i])) {
      return;
    }
    this.problems = problems.slice(0, MOST_KEPT);
    void this.deps.state.set(PROBLEMS_STATE_KEY, this.problems);
    this.changes.fire();
  }
}

/** The last traceback with frames in a console's end. */
export function lastTraceback(chunks: readonly ConsoleChunk[]): Traceback | undefined {
  const text = chunks
    .map((chunk, index) => (index === 0 ? '' : chunkSeparator(chunk.text)) + chunk.text)
    .join('');
  return tracebacksIn(plainConsoleText(text).split('\n')).findLast(({ frames }) => frames.length > 0);
}

/** Files outside the workspace are no place for a problem: nobody mends a package there. */
function placeOf({ fileLine }: TracebackFrame, target: FrameTarget): ProblemPlace | undefined {
  switch (target.kind) {
    case 'file':
      return target.sameness === 'outside'
        ? undefined
        : { file: target.file, isAsRun: false, line: fileLine };
    case 'asRun':
      return { file: target.repositoryPath, isAsRun: true, line: fileLine };
    case 'none':
      return undefined;
  }
}

function isOf(
  problem: RunProblem,
  { connectionId, taskId }: Pick<RunProblem, 'connectionId' | 'taskId'>,
): boolean {
  return problem.connectionId === connectionId && problem.taskId === taskId;
}
