import type {
  AgentRecord,
  AgentVersionRecord,
  DeploymentRecord,
  DeploymentStep,
  LogRecord,
  MetricSeries,
  PipelineGraph,
  PipelineRecord,
  PromotionRecord,
  RunRecord,
  StartedDeployment,
  SummaryRecord,
  TargetRecord,
} from './records';

/**
 * The services of a Kaizen Studio, however it spells them: `server-calls.ts` as the released server has them,
 * `document-calls.ts` as its planning document has them. Calls throw TracksideError only; what a dialect lacks is
 * undefined.
 */
export interface StudioCalls {
  readonly dialect: 'server' | 'document';
  /** Names by id. Empty where there are no workspaces. */
  workspaces(signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  pipelines(signal: AbortSignal): Promise<readonly PipelineRecord[]>;
  /** Throws `notFound`. */
  graph(pipelineId: string, signal: AbortSignal): Promise<PipelineGraph>;
  /** Every run that the server has of a pipeline, in no order. */
  runs(pipelineId: string, signal: AbortSignal): Promise<readonly RunRecord[]>;
  /** Throws `notFound`. */
  run(runId: string, signal: AbortSignal): Promise<RunRecord>;
  /** Returns the run's id when the run is over. */
  start(pipelineId: string, input: unknown, signal: AbortSignal): Promise<string>;
  readonly stopRun?: (runId: string, signal: AbortSignal) => Promise<void>;
  readonly deleteRun?: (runId: string, signal: AbortSignal) => Promise<void>;
  targets(signal: AbortSignal): Promise<readonly TargetRecord[]>;
  /** Those of one target; `isCut` where the server gives no more of them although there may be some. */
  deployments(
    targetId: string,
    signal: AbortSignal,
  ): Promise<{ readonly rows: readonly DeploymentRecord[]; readonly isCut: boolean }>;
  /** Throws `notFound`. */
  deployment(deploymentId: string, signal: AbortSignal): Promise<DeploymentRecord>;
  deploymentLog(deploymentId: string, signal: AbortSignal): Promise<readonly LogRecord[]>;
  readonly stopDeployment?: (deploymentId: string, signal: AbortSignal) => Promise<void>;
  /** Stops it and deploys the same anew. */
  readonly redeploy?: (deploymentId: string, signal: AbortSignal) => Promise<StartedDeployment>;
  readonly deleteDeployment?: (deploymentId: string, signal: AbortSignal) => Promise<void>;
  /** What may be done on a target now. */
  steps(target: TargetRecord, signal: AbortSignal): Promise<readonly DeploymentStep[]>;
  promotions(signal: AbortSignal): Promise<readonly PromotionRecord[]>;
  metrics(deploymentId: string, signal: AbortSignal): Promise<readonly MetricSeries[]>;
  /** Over several ranges, the shortest first; empty where they cannot be seen. */
  summaries(deploymentId: string, signal: AbortSignal): Promise<readonly SummaryRecord[]>;
  /** Empty where they cannot be seen. */
  agents(signal: AbortSignal): Promise<readonly AgentRecord[]>;
  /** Throws `notFound`. */
  agent(agentId: string, signal: AbortSignal): Promise<AgentRecord>;
  /** The oldest first. */
  agentVersions(agentId: string, signal: AbortSignal): Promise<readonly AgentVersionRecord[]>;
  /** Keeps what the agent is now; `changelog` may be empty. */
  keepVersion(agentId: string, changelog: string, signal: AbortSignal): Promise<void>;
  /** Sets the agent to what it was in a version; nothing is deployed. */
  readonly rollbackAgent?: (agentId: string, versionId: string, signal: AbortSignal) => Promise<void>;
  /** Without a version: the agent as it is now. */
  readonly deployAgent?: (
    agentId: string,
    targetId: string,
    versionId: string | undefined,
    signal: AbortSignal,
  ) => Promise<StartedDeployment>;
}
