import * as z from 'zod';
import { parseLenientJson } from '../../core/lenient-json';
import type { TaskStatus } from '../../core/status';
import { said } from './map';

/** One step as a pipeline's `Pipeline` configuration tells it. Older SDKs write fewer keys. */
export interface PipelineStep {
  /** Unique in its pipeline. */
  readonly name: string;
  /** Names of steps, which may be missing. */
  readonly parents: readonly string[];
  /** What ran it; after a clone that is a task of the run it was cloned from. */
  readonly taskId?: string;
  /** The SDK's word, such as `cached`; absent where the SDK writes none. */
  readonly status?: string;
  readonly type?: string;
  readonly stage?: string;
}

const word = z.string().transform(said).optional().catch(undefined);
const wireStep = z.object({
  parents: z.array(z.unknown()).nullish().catch([]),
  job_id: word,
  /** The id of the task that was done, but `false` after a failure. */
  executed: word,
  status: word,
  job_type: word,
  stage: word,
});

/** The steps of a pipeline; undefined when the text is none, and so the task no pipeline. */
export function readSteps(text: string | undefined): readonly PipelineStep[] | undefined {
  const parsed = z.record(z.string(), z.unknown()).safeParse(parseLenientJson(text ?? ''));
  if (!parsed.success) {
    return undefined;
  }
  return withStages(Object.entries(parsed.data).flatMap(([name, step]) => stepOf(name, step)));
}

function stepOf(name: string, value: unknown): PipelineStep[] {
  const { data } = wireStep.safeParse(value);
  if (data === undefined) {
    return [];
  }
  const taskId = data.job_id ?? data.executed;
  const parents = (data.parents ?? []).filter((parent) => typeof parent === 'string');
  return [
    {
      name,
      parents: [...new Set(parents)],
      ...(taskId === undefined ? {} : { taskId }),
      ...(data.status === undefined ? {} : { status: data.status }),
      ...(data.job_type === undefined ? {} : { type: data.job_type }),
      ...(data.stage === undefined ? {} : { stage: data.stage }),
    },
  ];
}

/** Fewer steps than this with a common beginning are no stage. */
const LEAST_IN_STAGE = 3;

/** Where no step says its stage, steps called `train/a`, `train/b` or `fold 1`, `fold 2` still belong together. */
function withStages(steps: readonly PipelineStep[]): readonly PipelineStep[] {
  if (steps.some(({ stage }) => stage !== undefined)) {
    return steps;
  }
  const counts = new Map<string, number>();
  for (const { name } of steps) {
    const prefix = prefixOf(name);
    counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
  }
  return steps.map((step) => {
    const stage = prefixOf(step.name);
    const count = counts.get(stage) ?? 0;
    return stage !== '' && count >= LEAST_IN_STAGE && count < steps.length ? { ...step, stage } : step;
  });
}

function prefixOf(name: string): string {
  return /^([^/:]+)[/:]./.exec(name)?.[1]?.trim() ?? /^(.*?\D)[-_ ]?\d+$/.exec(name)?.[1]?.trim() ?? '';
}

/** The SDK's words for steps → ours. A step that waits or was left out has no task. */
const STATUS: Readonly<Record<string, TaskStatus>> = {
  pending: 'draft',
  queued: 'queued',
  running: 'running',
  completed: 'completed',
  cached: 'completed',
  failed: 'failed',
  aborted: 'stopped',
  skipped: 'draft',
};

export function stepStatus(name: string): TaskStatus {
  return Object.hasOwn(STATUS, name) ? (STATUS[name] ?? 'unknown') : 'unknown';
}
