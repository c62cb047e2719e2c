import { isTracksideError } from '../../core/errors';
import type { TaskConfiguration, TaskDetails, TaskParameter } from '../../core/task-details';
import { inTurns } from '../whole-listings';
import { summaryTable } from './deployment-summary';
import type {
  AgentRecord,
  AgentVersionRecord,
  DeploymentRecord,
  PipelineGraph,
  RunRecord,
  StepOutcome,
} from './records';
import type { StudioCalls } from './studio-calls';

export const INPUT_SECTION = 'Input';
/** Agents of a pipeline whose versions are read along. */
const MOST_AGENTS = 8;

/** What a run was given, what came out, and the agents that its pipeline has now. */
export async function readRunContents(
  calls: StudioCalls,
  run: RunRecord,
  graph: PipelineGraph | undefined,
  signal: AbortSignal,
): Promise<TaskDetails> {
  const agentIds = [...new Set((graph?.steps ?? []).flatMap(({ agentId }) => agentId ?? []))];
  const agents = await inTurns(agentIds.slice(0, MOST_AGENTS), (id) => readAgent(calls, id, signal));
  const nameOf = (stepId: string): string => graph?.steps.find(({ id }) => id === stepId)?.label ?? stepId;
  return {
    ...NOTHING,
    parameters: [
      ...parametersOf(run.input),
      ...outcome({
        duration: run.durationMs === undefined ? undefined : `${run.durationMs} ms`,
        'input tokens': run.tokens?.input,
        'output tokens': run.tokens?.output,
        'total tokens': run.tokens?.total,
        error: run.error,
      }),
    ],
    configurations: [
      ...document('Input', run.input),
      ...document('Output', run.output),
      ...(run.steps === undefined || run.steps.length === 0 ? [] : [stepTable(run.steps, nameOf)]),
      ...agentDocument('Agents of the pipeline', agents),
    ],
  };
}

/** Where and what of a deployment, with the versions of its agent and what it did lately. */
export async function readDeploymentContents(
  calls: StudioCalls,
  row: DeploymentRecord,
  signal: AbortSignal,
): Promise<TaskDetails> {
  const [agent, summaries] = await Promise.all([
    row.agentId === undefined ? undefined : readAgent(calls, row.agentId, signal),
    calls.summaries(row.id, signal),
  ]);
  const table = summaryTable(summaries);
  const facts = {
    agent: agent?.agent.name ?? row.agentId,
    'agent version':
      agent?.versions.find(({ id }) => id === row.agentVersionId)?.number ?? row.agentVersionId,
    pipeline: row.pipelineId,
    'pipeline version': row.pipelineVersion,
    environment: row.environment,
    endpoint: row.endpointUrl,
    error: row.error,
  };
  return {
    ...NOTHING,
    parameters: section('Deployment', facts),
    configurations: [
      ...(agent === undefined ? [] : agentDocument('Agent', [agent])),
      ...(table === undefined ? [] : [{ name: 'Metric summary', type: 'text', text: table }]),
    ],
  };
}

/** What an agent was set to, as parameters for comparing and as it is. */
export function versionContents({ config, changelog }: AgentVersionRecord): TaskDetails {
  return {
    ...NOTHING,
    parameters: [
      ...section('Version', { changelog }),
      ...(isObject(config) ? section('Agent', { ...config }) : []),
    ],
    configurations: document('Agent', config),
  };
}

const NOTHING: TaskDetails = { code: {}, parameters: [], configurations: [], artifacts: [], models: [] };

interface AgentWithVersions {
  readonly agent: AgentRecord;
  readonly versions: readonly AgentVersionRecord[];
}

/** One that is gone is told by its id alone. */
async function readAgent(calls: StudioCalls, id: string, signal: AbortSignal): Promise<AgentWithVersions> {
  try {
    const [agent, versions] = await Promise.all([calls.agent(id, signal), calls.agentVersions(id, signal)]);
    return { agent, versions };
  } catch (error) {
    if (isTracksideError(error) && ['notFound', 'server', 'forbidden'].includes(error.kind)) {
      return { agent: { id, name: `${id} (cannot be read)` }, versions: [] };
    }
    throw error;
  }
}

function parametersOf(input: unknown): TaskParameter[] {
  if (!isObject(input)) {
    return input === undefined || input === null ? [] : section(INPUT_SECTION, { input });
  }
  return section(INPUT_SECTION, { ...input });
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const outcome = (facts: Readonly<Record<string, unknown>>): TaskParameter[] => section('Outcome', facts);

function section(name: string, facts: Readonly<Record<string, unknown>>): TaskParameter[] {
  return Object.entries(facts).flatMap(([fact, value]) =>
    value === undefined
      ? []
      : [{ section: name, name: fact, value: typeof value === 'string' ? value : JSON.stringify(value) }],
  );
}

function document(name: string, value: unknown): TaskConfiguration[] {
  if (value === undefined || value === null) {
    return [];
  }
  return typeof value === 'string'
    ? [{ name, type: 'text', text: value }]
    : [{ name, type: 'json', text: JSON.stringify(value, undefined, 2) }];
}

function stepTable(steps: readonly StepOutcome[], nameOf: (stepId: string) => string): TaskConfiguration {
  const lines = steps.map(({ stepId, status, durationMs, error }) =>
    [nameOf(stepId), status, durationMs === undefined ? '' : `${durationMs} ms`, error ?? '']
      .filter((cell) => cell !== '')
      .join('  '),
  );
  return { name: 'Steps', type: 'text', text: lines.join('\n') };
}

function agentDocument(name: string, agents: readonly AgentWithVersions[]): TaskConfiguration[] {
  if (agents.length === 0) {
    return [];
  }
  const text = agents
    .map(({ agent, versions }) =>
      [
        [agent.name, agent.model, agent.status].filter((part) => part !== undefined).join(' · '),
        ...versions.map(
          ({ number, changelog }) => `  version ${number}${changelog === undefined ? '' : `: ${changelog}`}`,
        ),
      ].join('\n'),
    )
    .join('\n\n');
  return [{ name, type: 'text', text }];
}
