import type { EpochMs } from '../../core/entities';
import type { RunTemplate } from '../../core/run-template';
import type { SeriesDelta } from '../../core/series';
import type { TaskStatus } from '../../core/status';

/** What both dialects of the API are read into, before it becomes Trackside's entities. */
export interface PipelineRecord {
  readonly id: string;
  readonly name: string;
  readonly description?: string | undefined;
  /** The server's word, such as `draft`. */
  readonly status?: string | undefined;
  /** How the server goes through the steps, such as `sequential`. */
  readonly pattern?: string | undefined;
  readonly workspaceId?: string | undefined;
}

export interface StepRecord {
  readonly id: string;
  readonly label: string;
  readonly type?: string | undefined;
  readonly agentId?: string | undefined;
  readonly config?: unknown;
}

export interface LinkRecord {
  readonly from: string;
  readonly to: string;
  readonly label?: string;
}

export interface PipelineGraph {
  readonly pipeline: PipelineRecord;
  readonly steps: readonly StepRecord[];
  /** Undefined where the server does not tell how the steps are connected. */
  readonly links: readonly LinkRecord[] | undefined;
}

export interface StepOutcome {
  readonly stepId: string;
  /** The server's word. */
  readonly status: string;
  readonly durationMs?: number | undefined;
  readonly output?: unknown;
  readonly error?: string | undefined;
}

export interface LogRecord {
  readonly at?: EpochMs | undefined;
  readonly level?: string | undefined;
  readonly stepId?: string | undefined;
  readonly message: string;
}

/** One run of a pipeline. */
export interface RunRecord {
  readonly id: string;
  readonly pipelineId?: string | undefined;
  /** The server's word. */
  readonly status: string;
  readonly input?: unknown;
  readonly output?: unknown;
  readonly error?: string | undefined;
  readonly createdAt?: EpochMs | undefined;
  readonly durationMs?: number | undefined;
  readonly tokens?:
    | {
        readonly input?: number | undefined;
        readonly output?: number | undefined;
        readonly total?: number | undefined;
      }
    | undefined;
  /** Undefined where the server keeps nothing about steps. */
  readonly steps: readonly StepOutcome[] | undefined;
  /** Undefined where the server keeps no log. */
  readonly log: readonly LogRecord[] | undefined;
}

/** Where things are deployed to: a gateway, or an environment. */
export interface TargetRecord {
  /** `gateway:ID` or `environment:NAME`. */
  readonly id: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly environment?: string | undefined;
  /** A few words when it is not as it should be. */
  readonly note?: string;
}

export interface DeploymentRecord {
  readonly id: string;
  readonly targetId: string;
  /** The server's word. */
  readonly status: string;
  readonly agentId?: string | undefined;
  readonly agentVersionId?: string | undefined;
  readonly pipelineId?: string | undefined;
  readonly pipelineVersion?: string | undefined;
  readonly environment?: string | undefined;
  readonly endpointUrl?: string | undefined;
  readonly error?: string | undefined;
  readonly createdAt?: EpochMs | undefined;
  readonly startedAt?: EpochMs | undefined;
  readonly endedAt?: EpochMs | undefined;
}

/** One deployment came out of another. */
export interface PromotionRecord {
  readonly from: string;
  readonly to: string;
}

export interface AgentRecord {
  readonly id: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly model?: string | undefined;
  /** `draft`, `active` or `archived`; `inactive` in the document's words. */
  readonly status?: string | undefined;
}

export interface AgentVersionRecord {
  readonly id: string;
  readonly number: string;
  readonly changelog?: string | undefined;
  /** What the agent was set to. */
  readonly config?: unknown;
  readonly createdAt?: EpochMs | undefined;
}

/** Something that can be done on a target: deploy this, promote that. */
export interface DeploymentStep {
  readonly template: RunTemplate;
  /** Does it and tells the id of the deployment that came of it, where there is one already. */
  run(inputs: Readonly<Record<string, string>>, signal: AbortSignal): Promise<StartedDeployment>;
}

export interface StartedDeployment {
  readonly deploymentId?: string | undefined;
  readonly note?: string;
}

/** Points of one series, oldest first, in no other order than that of time. */
export interface MetricSeries {
  readonly name: SeriesDelta['name'];
  readonly fidelity: SeriesDelta['fidelity'];
  readonly points: readonly { readonly at: EpochMs; readonly value: number }[];
}

/** Sums over the last stretch of time, such as `24h`. */
export interface SummaryRecord {
  readonly range: string;
  readonly count: number;
  readonly failedCount?: number | undefined;
  readonly averageMs?: number | undefined;
  readonly p95Ms?: number | undefined;
  readonly p99Ms?: number | undefined;
  readonly tokens?: number | undefined;
  readonly costUsd?: number | undefined;
}

const STATUSES: Readonly<Record<string, TaskStatus>> = {
  pending: 'queued',
  running: 'running',
  completed: 'completed',
  success: 'completed',
  failed: 'failed',
  error: 'failed',
  timeout: 'failed',
  stopped: 'stopped',
  cancelled: 'stopped',
  skipped: 'stopped',
};

/** A run's or a step's word in ours. */
export function runStatus(word: string): TaskStatus {
  return STATUSES[word.toLowerCase()] ?? 'unknown';
}

const DEPLOYMENT_STATUSES: Readonly<Record<string, TaskStatus>> = {
  pending: 'queued',
  deploying: 'queued',
  active: 'running',
  failed: 'failed',
  stopped: 'stopped',
};

/** A deployment runs as long as it is active. */
export function deploymentStatus(word: string): TaskStatus {
  return DEPLOYMENT_STATUSES[word.toLowerCase()] ?? 'unknown';
}
