import * as z from 'zod';
import type { TaskAction } from '../../core/actions';
import type { Task } from '../../core/entities';
import { isEnded } from '../../core/status';
import { placeName, shortId, type Place } from './places';
import { deploymentStatus, runStatus, type DeploymentRecord, type RunRecord } from './records';
import type { StudioCalls } from './studio-calls';

const DEPLOYMENT = 'deployment:';

/** Ids of deployments as tasks are told from those of runs. */
export function deploymentTaskId(deploymentId: string): string {
  return DEPLOYMENT + deploymentId;
}

export function deploymentIdOf(taskId: string): string | undefined {
  return taskId.startsWith(DEPLOYMENT) ? taskId.slice(DEPLOYMENT.length) : undefined;
}

const testedStep = z.object({ node_id: z.string().min(1) });

/** A test of one step is kept among the runs of its pipeline, and told by its input alone. */
export function testedStepOf({ input }: RunRecord): string | undefined {
  return testedStep.safeParse(input).data?.node_id;
}

export function runTask(run: RunRecord, place: Place | undefined, calls: StudioCalls): Task {
  const status = runStatus(run.status);
  const startedAt = run.createdAt;
  const endedAt =
    startedAt !== undefined && isEnded(status) && run.durationMs !== undefined
      ? startedAt + run.durationMs
      : undefined;
  const message = run.error ?? (status === 'completed' && isEmpty(run.output) ? EMPTY_OUTPUT : undefined);
  return {
    id: run.id,
    name: `${place === undefined ? 'Run' : placeName(place)} ${shortId(run.id)}`,
    status,
    serverStatus: run.status,
    isStopping: false,
    type: testedStepOf(run) === undefined ? 'pipeline run' : 'test of a step',
    tags: [],
    isArchived: false,
    can: runActions(run, calls),
    ...defined({
      statusMessage: message,
      projectId: run.pipelineId,
      projectName: place?.path,
      createdAt: startedAt,
      startedAt,
      endedAt,
      updatedAt: endedAt,
    }),
  };
}

export function deploymentTask(
  row: DeploymentRecord,
  what: string | undefined,
  place: Place | undefined,
  calls: StudioCalls,
): Task {
  const status = deploymentStatus(row.status);
  const isUp = ['active', 'deploying'].includes(row.status.toLowerCase());
  const version = row.pipelineVersion === undefined ? '' : ` v${row.pipelineVersion}`;
  return {
    id: deploymentTaskId(row.id),
    name: `${what ?? 'Deployment'}${version} ${shortId(row.id)}`,
    status,
    serverStatus: row.status,
    isStopping: false,
    type: 'deployment',
    tags: [],
    isArchived: false,
    can: [
      ...(calls.redeploy ? (['rerun'] as const) : []),
      ...(calls.stopDeployment && isUp ? (['stop'] as const) : []),
      ...(calls.deleteDeployment ? (['delete'] as const) : []),
    ],
    projectId: row.targetId,
    ...defined({
      statusMessage: row.error,
      projectName: place?.path,
      createdAt: row.createdAt,
      startedAt: row.startedAt,
      endedAt: row.endedAt,
    }),
  };
}

/** The server calls a run completed whatever its steps did. */
const EMPTY_OUTPUT = 'The server calls it completed, and it has no output.';

function isEmpty(output: unknown): boolean {
  if (typeof output !== 'object' || output === null) {
    return output === undefined || output === null || output === '';
  }
  const values = Object.entries(output).filter(([name]) => name === 'response' || name === 'output');
  return values.length > 0 && values.every(([, value]) => isEmpty(value));
}

function runActions(run: RunRecord, calls: StudioCalls): readonly TaskAction[] {
  const status = runStatus(run.status);
  const canRepeat =
    run.pipelineId !== undefined && run.input !== undefined && testedStepOf(run) === undefined;
  return [
    ...(canRepeat ? (['rerun'] as const) : []),
    ...(calls.stopRun && (status === 'running' || status === 'queued') ? (['stop'] as const) : []),
    ...(calls.deleteRun ? (['delete'] as const) : []),
  ];
}

type Optional = Pick<
  Task,
  'statusMessage' | 'projectId' | 'projectName' | 'createdAt' | 'startedAt' | 'endedAt' | 'updatedAt'
>;
type MaybeUndefined = { readonly [K in keyof Optional]?: Optional[K] | undefined };

/** Only what is there: an entity has no fields that hold nothing. */
function defined(fields: MaybeUndefined): Optional {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
