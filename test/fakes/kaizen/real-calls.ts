import { randomUUID } from 'node:crypto';
import { FakeRooms, type FakeRoom } from './fake-rooms';
import { found, FakeRefusal, noRoute, textOf, type FakeCall } from './fake-answer';
import {
  meanLatencyMs,
  type FakeDeployment,
  type FakePipeline,
  type FakePromotion,
  type FakeRun,
  type FakeRunStatus,
  type FakeWorld,
} from './fake-world';

/** No way to the eleventh. */
const MOST_DEPLOYMENTS = 10;

const WORDS: Readonly<Record<FakeRunStatus, string>> = {
  running: 'running',
  done: 'completed',
  failed: 'failed',
  stopped: 'stopped',
  banana: 'banana',
};

/**
 * Answers as the released server gives them: five envelopes, totals of the page, rows by random id, times without a
 * zone, JSON in text, `None` for what is not there.
 */
export class RealCalls extends FakeRooms {
  protected readonly rooms: Readonly<Record<string, FakeRoom>> = {
    workspaces: () =>
      [...this.world.workspaces].map(([id, name]) => ({ id, name, workspaceType: 'permanent' })),
    pipelines: (call) => this.pipelines(call),
    test: (call) => this.tests(call),
    executions: (call) => this.executions(call),
    gateways: () => this.gateways(),
    deployments: (call) => this.deployments(call),
    promotions: (call) => this.promotions(call),
    metrics: (call) => this.metrics(call),
    agents: (call) => this.agents(call),
  };

  private gateways(): object {
    const more = { status: 'active', description: '', api_key: 'gw-secret' };
    return { gateways: [...this.world.gateways.values()].map((row) => ({ ...row, ...more })) };
  }

  private pipelines({ path: [, id], query }: FakeCall): unknown {
    if (id === undefined) {
      if (query.get('organization_id') === null) {
        throw new FakeRefusal(422, 'query.organization_id: Field required');
      }
      const rows = [...this.world.pipelines.values()].map((row) => pipelineJson(this.world, row));
      const page = paged(rows, query, 100);
      return { data: page, total: page.length };
    }
    const row = found(this.world.pipelines.get(id), 'Pipeline');
    return {
      data: {
        ...pipelineJson(this.world, row),
        found: true,
        nodes: row.nodes.map((node) => ({
          id: node.id,
          pipeline_id: id,
          node_type: node.type,
          agent_id: node.agentId ?? '',
          label: node.label,
          position_x: 0,
          position_y: 0,
          config: node.config === undefined ? 'None' : JSON.stringify(node.config),
        })),
        connections: row.links.map(({ from, to, condition }) => ({
          id: randomUUID(),
          pipeline_id: id,
          source_node_id: from,
          target_node_id: to,
          source_handle: 'output',
          target_handle: 'input',
          condition: condition === undefined ? 'None' : JSON.stringify(condition),
        })),
      },
    };
  }

  private tests({ method, path: [, kind, id = '', rest], query }: FakeCall): unknown {
    if (kind === 'pipelines' && rest === 'history') {
      const rows = this.world.runsOf(id).map((run) => runJson(run, JSON.stringify));
      const page = paged(rows, query, 1_000);
      return { records: page, total: page.length };
    }
    if (kind !== 'executions') {
      throw noRoute();
    }
    const run = found(this.world.runs.get(id), 'Test execution');
    if (method === 'DELETE') {
      this.world.runs.delete(id);
      return undefined;
    }
    return { ...runJson(run, (value) => value), found: true };
  }

  private async executions({ path: [, id = '', rest], body }: FakeCall): Promise<unknown> {
    if (id === 'history') {
      throw new FakeRefusal(422, 'inputs: Input should be a valid dictionary');
    }
    if (id === 'start') {
      const pipeline = found(this.world.pipelines.get(textOf(body['pipelineId'])), 'Pipeline');
      if (pipeline.nodes.length === 0) {
        throw new FakeRefusal(400, 'Invalid pipeline: no nodes');
      }
      return { executionId: (await this.runNow(pipeline, body['inputs'])).id };
    }
    const run = found(this.world.runs.get(id), 'Execution');
    if (rest !== 'stop' || run.status !== 'running') {
      throw new FakeRefusal(400, 'Execution is not running');
    }
    run.status = 'stopped';
    run.error = 'Execution stopped by user';
    return undefined;
  }

  private deployments({ method, path: [, id, rest], query, body }: FakeCall): unknown {
    if (id === undefined && method === 'POST') {
      const version = textOf(body['agent_version_id']);
      return deploymentJson(this.deploy(textOf(body['agent_id']), textOf(body['gateway_id']), version));
    }
    if (id === undefined) {
      return this.deploymentList(query);
    }
    const row = found(this.world.deployments.get(id), 'Deployment');
    if (rest === 'logs') {
      // In the order of random ids.
      return {
        logs: [event(row, 'registered', 60_000), event(row, 'started', 0), event(row, 'building', 30_000)],
      };
    }
    if (method === 'POST') {
      return deploymentJson(this.changed(row, rest));
    }
    if (rest !== undefined || method !== 'GET') {
      throw method === 'GET' ? noRoute() : new FakeRefusal(405, 'Method Not Allowed');
    }
    return deploymentJson(row);
  }

  private changed(row: FakeDeployment, deed: string | undefined): FakeDeployment {
    switch (deed) {
      case 'redeploy':
        row.status = 'stopped';
        return this.deploy(row.what, row.where, row.version);
      case 'stop':
        if (row.status !== 'active') {
          throw new FakeRefusal(400, 'Deployment is not active');
        }
        row.status = 'stopped';
        return row;
      default:
        throw new FakeRefusal(405, 'Method Not Allowed');
    }
  }

  private deploymentList(query: URLSearchParams): object {
    const [gateway, status] = [query.get('gateway_id'), query.get('status')];
    const rows = [...this.world.deployments.values()]
      .filter(
        (row) => (gateway === null || row.where === gateway) && (status === null || row.status === status),
      )
      .sort(byIdDescending);
    return { deployments: rows.slice(0, MOST_DEPLOYMENTS).map(deploymentJson) };
  }

  private deploy(agentId: string, gatewayId: string, version = ''): FakeDeployment {
    const gateway = this.world.gateways.get(gatewayId);
    if (gateway === undefined || !this.world.agents.has(agentId)) {
      throw new FakeRefusal(500, '\u001b[31mrecord not\nfound\u001b[0m');
    }
    return this.world.addDeployment(agentId, gatewayId, {
      version: version === '' ? `${agentId}-v1` : version,
      ...(gateway.isBroken ? { status: 'failed', error: 'All connection attempts failed' } : {}),
    });
  }

  private promotions({ method, path: [, id, rest], body }: FakeCall): unknown {
    if (id === undefined && method === 'GET') {
      return [...this.world.promotions.values()].map((row) => this.promotionJson(row));
    }
    if (id === undefined) {
      const row: FakePromotion = {
        id: randomUUID(),
        agentId: textOf(body['agent_id']),
        from: textOf(body['source_deployment_id']),
        gatewayId: textOf(body['target_gateway_id']),
        status: 'pending',
        to: undefined,
      };
      this.world.promotions.set(row.id, row);
      // Production always needs an approval.
      if (body['target_environment'] !== 'production') {
        this.carryOut(row);
      }
      return this.promotionJson(row);
    }
    const row = found(this.world.promotions.get(id), 'Promotion');
    if (rest === 'approve') {
      this.carryOut(row);
    } else {
      row.status = 'rejected';
    }
    return this.promotionJson(row);
  }

  /** Called completed whatever became of the deployment. */
  private carryOut(row: FakePromotion): void {
    row.to = this.deploy(row.agentId, row.gatewayId).id;
    row.status = 'completed';
  }

  private promotionJson(row: FakePromotion): object {
    const source = this.world.gateways.get(this.world.deployments.get(row.from)?.where ?? '');
    return {
      id: row.id,
      agent_id: row.agentId,
      status: row.status,
      source_deployment_id: row.from,
      target_deployment_id: row.to ?? '',
      target_gateway_id: row.gatewayId,
      source_environment: source?.environment ?? '',
      target_environment: this.world.gateways.get(row.gatewayId)?.environment ?? '',
    };
  }

  private metrics({ path: [, what], query }: FakeCall): unknown {
    if (what === 'summary') {
      return this.summary(query);
    }
    if (what !== 'executions') {
      throw noRoute();
    }
    const rows = this.world.metrics
      .filter(({ deploymentId }) => deploymentId === query.get('deployment_id'))
      .map(({ atMs, latencyMs, isSuccess }) => ({
        id: randomUUID(),
        status: isSuccess ? 'success' : 'failure',
        latency_ms: latencyMs,
        total_tokens: 10,
        cost_usd: 0.01,
        error_type: 'None',
        created_at: naive(atMs),
      }))
      .sort(byIdDescending);
    return { executions: rows.slice(0, Number(query.get('limit') ?? '100')), count: rows.length };
  }

  /** Zeros where nothing was executed; the rate is in percent, and there are no percentiles. */
  private summary(query: URLSearchParams): object {
    const [from, to] = ['start_date', 'end_date'].map((name) => Date.parse(query.get(name) ?? ''));
    if (from === undefined || to === undefined || Number.isNaN(from + to)) {
      throw new FakeRefusal(500, 'Invalid isoformat string');
    }
    const rows = this.world.metrics.filter(
      ({ deploymentId, atMs }) => deploymentId === query.get('deployment_id') && atMs >= from && atMs <= to,
    );
    const failureCount = rows.filter(({ isSuccess }) => !isSuccess).length;
    return {
      total_executions: rows.length,
      avg_latency_ms: meanLatencyMs(rows),
      total_tokens: rows.length * 10,
      total_cost_usd: rows.length * 0.01,
      error_rate: rows.length === 0 ? 0 : (100 * failureCount) / rows.length,
      success_count: rows.length - failureCount,
      failure_count: failureCount,
    };
  }

  private agents({ method, path: [, id, rest, versionId, deed], query, body }: FakeCall): unknown {
    if (id === undefined) {
      const page = paged([...this.world.agents.values()].map(agentJson), query, 100);
      return { records: page, total: page.length };
    }
    const agent = this.world.agents.get(id);
    if (agent === undefined) {
      throw new FakeRefusal(500, 'Record with id not found');
    }
    if (rest !== 'versions') {
      return agentJson(agent);
    }
    if (deed === 'rollback') {
      agent.current = Number(/\d+$/.exec(versionId ?? '')?.[0]);
      return agentJson(agent);
    }
    return method === 'POST'
      ? this.keepVersion(agent, textOf(body['changelog']))
      : this.versionsOf(agent)
          .map((row) => ({ ...row, config_snapshot: JSON.stringify(row.config_snapshot) }))
          .reverse();
  }
}

function pipelineJson(
  world: FakeWorld,
  row: FakePipeline,
): { readonly id: string } & Record<string, unknown> {
  return {
    id: row.id,
    organization_id: world.organizationId,
    workspace_id: row.workspaceId ?? '',
    name: row.name,
    description: '',
    pattern: row.pattern,
    status: row.status,
    created_at: '2026-01-05T08:00:00.123456',
  };
}

function runJson(
  run: FakeRun,
  write: (value: object) => unknown,
): { readonly id: string } & Record<string, unknown> {
  return {
    id: run.id,
    pipeline_id: run.pipelineId,
    agent_id: 'None',
    status: WORDS[run.status],
    input_data: write(run.input),
    output_data: run.output === undefined ? 'None' : write(run.output),
    execution_time_ms: run.durationMs,
    token_usage: write({ input: 3, output: 4, total: 7 }),
    error_message: run.error ?? 'None',
    created_by: 'ada',
    created_at: naive(run.atMs),
  };
}

function deploymentJson(row: FakeDeployment): object {
  return {
    id: row.id,
    agent_id: row.what,
    agent_version_id: row.version ?? `${row.what}-v1`,
    gateway_id: row.where,
    status: row.status,
    endpoint_url: row.status === 'active' ? `http://gateway/${row.id}` : '',
    error_message: row.error ?? '',
    deployed_by: 'ada',
    deployed_at: new Date(row.atMs).toISOString().replace('Z', '+00:00'),
    stopped_at: null,
    created_at: naive(row.atMs),
  };
}

function agentJson({ id, name }: { readonly id: string; readonly name: string }): {
  id: string;
  name: string;
  status: string;
  model_id: string;
} {
  return { id, name, status: 'active', model_id: 'gpt-4' };
}

function event(row: FakeDeployment, type: string, afterMs: number): object {
  return {
    id: randomUUID(),
    event_type: type,
    message: `Deployment ${type}`,
    metadata: 'None',
    created_at: naive(row.atMs + afterMs),
  };
}

/** SQLite writes it so; the zone is the database's. */
export function naive(atMs: number): string {
  return new Date(atMs).toISOString().replace('T', ' ').replace('Z', '');
}

function byIdDescending(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? 1 : -1;
}

function paged<T extends { readonly id: string }>(
  rows: readonly T[],
  query: URLSearchParams,
  most: number,
): T[] {
  const limit = Number(query.get('limit') ?? '50');
  if (limit > most) {
    throw new FakeRefusal(422, `query.limit: Input should be less than or equal to ${most}`);
  }
  const offset = Number(query.get('offset') ?? '0');
  return [...rows].sort(byIdDescending).slice(offset, offset + limit);
}
