import { randomUUID } from 'node:crypto';

export interface FakePipeline {
  readonly id: string;
  readonly name: string;
  readonly workspaceId: string | undefined;
  readonly pattern: string;
  status: string;
  readonly nodes: FakeNode[];
  readonly links: FakeLink[];
}

export interface FakeNode {
  readonly id: string;
  readonly type: string;
  readonly label: string;
  readonly agentId?: string;
  readonly config?: object;
}

export interface FakeLink {
  readonly from: string;
  readonly to: string;
  readonly condition?: object;
}

/** Words of neither personality: each writes its own. */
export type FakeRunStatus = 'running' | 'done' | 'failed' | 'stopped' | 'banana';

export interface FakeRun {
  readonly id: string;
  readonly pipelineId: string;
  status: FakeRunStatus;
  readonly input: object;
  output: object | undefined;
  error: string | undefined;
  readonly atMs: number;
  durationMs: number;
}

export interface FakeAgent {
  readonly id: string;
  readonly name: string;
  readonly versions: string[];
  /** What it is set to, from 1. */
  current: number;
}

/** Real: agents go to gateways. Document: pipelines go to environments. */
export interface FakeDeployment {
  readonly id: string;
  /** Agent or pipeline. */
  readonly what: string;
  /** Gateway or environment. */
  readonly where: string;
  status: string;
  error: string | undefined;
  readonly atMs: number;
  /** Of the agent. */
  readonly version?: string;
}

export interface FakeGateway {
  readonly id: string;
  readonly name: string;
  readonly environment: string;
  /** Deployments to it fail. */
  isBroken: boolean;
}

export interface FakePromotion {
  readonly id: string;
  readonly agentId: string;
  readonly from: string;
  readonly gatewayId: string;
  status: string;
  to: string | undefined;
}

export interface FakeMetric {
  readonly deploymentId: string;
  readonly atMs: number;
  readonly latencyMs: number;
  readonly isSuccess: boolean;
}

export function meanLatencyMs(rows: readonly FakeMetric[]): number {
  return rows.length === 0 ? 0 : rows.reduce((sum, { latencyMs }) => sum + latencyMs, 0) / rows.length;
}

export const WORLD_START_MS = Date.UTC(2026, 0, 5, 8);

/** What a Kaizen Studio holds, in no server's words. */
export class FakeWorld {
  readonly organizationId = randomUUID();
  readonly workspaces = new Map<string, string>();
  readonly pipelines = new Map<string, FakePipeline>();
  readonly runs = new Map<string, FakeRun>();
  readonly agents = new Map<string, FakeAgent>();
  readonly gateways = new Map<string, FakeGateway>();
  readonly deployments = new Map<string, FakeDeployment>();
  readonly promotions = new Map<string, FakePromotion>();
  readonly metrics: FakeMetric[] = [];
  private minutes = 0;

  addPipeline(name: string, fields: Partial<FakePipeline> = {}): FakePipeline {
    const pipeline: FakePipeline = {
      id: randomUUID(),
      name,
      workspaceId: undefined,
      pattern: 'sequential',
      status: 'active',
      nodes: [
        { id: randomUUID(), type: 'input', label: 'Ticket' },
        { id: randomUUID(), type: 'merge', label: 'Classify' },
        { id: randomUUID(), type: 'output', label: 'Answer' },
      ],
      links: [],
      ...fields,
    };
    if (fields.links === undefined) {
      const ids = pipeline.nodes.map(({ id }) => id);
      ids.slice(1).forEach((to, index) => pipeline.links.push({ from: ids[index] ?? '', to }));
    }
    this.pipelines.set(pipeline.id, pipeline);
    return pipeline;
  }

  /** One minute later than the one before. */
  addRun(pipelineId: string, fields: Partial<FakeRun> = {}): FakeRun {
    this.minutes += 1;
    const run: FakeRun = {
      id: randomUUID(),
      pipelineId,
      status: 'done',
      input: { ticket: `number ${this.minutes}` },
      output: { response: 'solved' },
      error: undefined,
      atMs: WORLD_START_MS + this.minutes * 60_000,
      durationMs: 1_500,
      ...fields,
    };
    this.runs.set(run.id, run);
    return run;
  }

  addAgent(name: string, versions: readonly string[] = ['first']): FakeAgent {
    const agent = { id: randomUUID(), name, versions: [...versions], current: versions.length };
    this.agents.set(agent.id, agent);
    return agent;
  }

  addGateway(name: string, environment: string, isBroken = false): FakeGateway {
    const gateway = { id: randomUUID(), name, environment, isBroken };
    this.gateways.set(gateway.id, gateway);
    return gateway;
  }

  addDeployment(what: string, where: string, fields: Partial<FakeDeployment> = {}): FakeDeployment {
    this.minutes += 1;
    const deployment: FakeDeployment = {
      id: randomUUID(),
      what,
      where,
      status: 'active',
      error: undefined,
      atMs: WORLD_START_MS + this.minutes * 60_000,
      ...fields,
    };
    this.deployments.set(deployment.id, deployment);
    return deployment;
  }

  runsOf(pipelineId: string): FakeRun[] {
    return [...this.runs.values()].filter((run) => run.pipelineId === pipelineId);
  }
}
