import { FakeRooms, type FakeRoom } from './fake-rooms';
import { found, FakeRefusal, noRoute, textOf, type FakeCall } from './fake-answer';
import {
  meanLatencyMs,
  type FakeDeployment,
  type FakePipeline,
  type FakeRun,
  type FakeRunStatus,
  type FakeWorld,
} from './fake-world';

const HOUR_MS = 3_600_000;
const RANGES_MS: Readonly<Partial<Record<string, number>>> = {
  '1h': HOUR_MS,
  '6h': 6 * HOUR_MS,
  '24h': 24 * HOUR_MS,
  '7d': 168 * HOUR_MS,
  '30d': 720 * HOUR_MS,
};

const WORDS: Readonly<Record<FakeRunStatus, string>> = {
  running: 'running',
  done: 'success',
  failed: 'failed',
  stopped: 'cancelled',
  banana: 'banana',
};

export interface DocumentTraits {
  /** The document has a type for connections and no call that reads them; a server may have one. */
  hasConnectionsCall: boolean;
}

/** Answers as the planning document has them: one envelope with pages, zoned times, results with steps and logs. */
export class DocumentCalls extends FakeRooms {
  protected readonly rooms: Readonly<Record<string, FakeRoom>> = {
    pipelines: (call) => this.pipelines(call),
    test: (call) => this.tests(call),
    deployments: (call) => this.deployments(call),
    metrics: (call) => this.metrics(call),
    agents: (call) => this.agents(call),
  };

  constructor(
    world: FakeWorld,
    private readonly traits: DocumentTraits,
    execute: (run: FakeRun) => Promise<void>,
  ) {
    super(world, execute);
  }

  private pipelines({ path: [, id, rest], query }: FakeCall): unknown {
    if (id === undefined) {
      return paged([...this.world.pipelines.values()].map(pipelineJson), query);
    }
    const row = found(this.world.pipelines.get(id), 'Pipeline');
    switch (rest) {
      case undefined:
        return pipelineJson(row);
      case 'nodes':
        return row.nodes.map((node) => ({
          id: node.id,
          pipeline_id: id,
          node_type: node.type,
          agent_id: node.agentId ?? null,
          label: node.label,
          config: node.config ?? {},
        }));
      case 'connections':
        if (this.traits.hasConnectionsCall) {
          return row.links.map(({ from, to }) => ({ source_node_id: from, target_node_id: to }));
        }
        throw noRoute();
      default:
        throw noRoute();
    }
  }

  private async tests({ method, path: [, what, id = ''], body }: FakeCall): Promise<unknown> {
    if (what === 'execute' && method === 'POST') {
      const pipeline = found(this.world.pipelines.get(textOf(body['pipeline_id'])), 'Pipeline');
      return this.result(await this.runNow(pipeline, body['input_data']));
    }
    if (what === 'pipeline') {
      return this.world.runsOf(id).map((run) => this.result(run));
    }
    return this.result(found(this.world.runs.get(what ?? ''), 'Execution'));
  }

  private deployments({ method, path: [, id, rest], query, body }: FakeCall): unknown {
    if (id === undefined) {
      return method === 'POST'
        ? deploymentJson(this.world.addDeployment(textOf(body['pipeline_id']), textOf(body['environment'])))
        : paged([...this.world.deployments.values()].map(deploymentJson), query);
    }
    const row = found(this.world.deployments.get(id), 'Deployment');
    switch (rest) {
      case 'logs':
        return ['started', 'building', 'registered'].map((word, index) => ({
          timestamp: zoned(row.atMs + index * 30_000),
          level: 'info',
          message: `Deployment ${word}`,
        }));
      case 'promote':
        return deploymentJson(this.world.addDeployment(row.what, textOf(body['target_environment'])));
      case 'rollback':
        row.status = 'stopped';
        return deploymentJson(this.world.addDeployment(row.what, row.where));
      case undefined:
        if (method === 'DELETE') {
          this.world.deployments.delete(id);
          return undefined;
        }
        return deploymentJson(row);
      default:
        throw noRoute();
    }
  }

  private metrics({ path: [, id, what], query }: FakeCall): unknown {
    const lastsMs = RANGES_MS[query.get('range') ?? ''];
    if (lastsMs === undefined || (what !== 'timeseries' && what !== 'summary')) {
      throw noRoute();
    }
    const own = this.world.metrics.filter(({ deploymentId }) => deploymentId === id);
    if (what === 'summary') {
      const recent = own.filter(({ atMs }) => atMs > Date.now() - lastsMs);
      const errorCount = recent.filter(({ isSuccess }) => !isSuccess).length;
      return {
        total_requests: recent.length,
        success_rate: recent.length === 0 ? 1 : 1 - errorCount / recent.length,
        avg_latency_ms: meanLatencyMs(recent),
        p95_latency_ms: Math.max(0, ...recent.map(({ latencyMs }) => latencyMs)),
        p99_latency_ms: Math.max(0, ...recent.map(({ latencyMs }) => latencyMs)),
        error_count: errorCount,
      };
    }
    const series = (value: (index: number) => number): unknown[] =>
      own.map(({ atMs }, index) => ({ timestamp: zoned(atMs), value: value(index) }));
    const latency = (index: number): number => own[index]?.latencyMs ?? 0;
    return {
      requests: series(() => 1),
      latency_p50: series(latency),
      latency_p95: series((index) => latency(index) * 2),
      latency_p99: series((index) => latency(index) * 3),
      errors: series((index) => (own[index]?.isSuccess === true ? 0 : 1)),
    };
  }

  private agents({ method, path: [, id, rest], query, body }: FakeCall): unknown {
    const json = ({ id: agentId, name }: { id: string; name: string }): object => ({
      id: agentId,
      name,
      model: 'gpt-4',
      is_active: true,
    });
    if (id === undefined) {
      return paged([...this.world.agents.values()].map(json), query);
    }
    const agent = found(this.world.agents.get(id), 'Agent');
    if (rest !== 'versions') {
      return json(agent);
    }
    return method === 'POST' ? this.keepVersion(agent, textOf(body['changelog'])) : this.versionsOf(agent);
  }

  /** Tells neither the pipeline nor the input. */
  private result(run: FakeRun): object {
    const { nodes } = found(this.world.pipelines.get(run.pipelineId), 'Pipeline');
    const isOver = run.status !== 'running';
    const last = nodes.at(-1)?.id;
    return {
      execution_id: run.id,
      status: WORDS[run.status],
      duration_ms: run.durationMs,
      output: run.output ?? null,
      node_results: isOver
        ? Object.fromEntries(
            nodes.map(({ id }) => {
              const isFailed = run.status === 'failed' && id === last;
              const error = isFailed ? { error: run.error ?? 'failed' } : {};
              return [
                id,
                { node_id: id, status: isFailed ? 'failed' : 'success', duration_ms: 10, ...error },
              ];
            }),
          )
        : {},
      logs: isOver
        ? [
            { timestamp: zoned(run.atMs), level: 'info', message: 'Run started' },
            { timestamp: zoned(run.atMs + run.durationMs), level: 'info', message: 'Run ended' },
          ]
        : [],
    };
  }
}

function pipelineJson({ id, name, status, pattern }: FakePipeline): object {
  return { id, name, status, pattern, description: null, config: {}, created_at: '2026-01-05T08:00:00Z' };
}

function deploymentJson({ id, what, where, status, atMs }: FakeDeployment): object {
  return {
    id,
    pipeline_id: what,
    pipeline_version: 1,
    environment: where,
    status,
    gateway_id: 'gateway-1',
    config: {},
    created_at: zoned(atMs),
  };
}

function zoned(atMs: number): string {
  return new Date(atMs).toISOString();
}

function paged(rows: readonly object[], query: URLSearchParams): object {
  const page = Number(query.get('page') ?? '1');
  const size = Number(query.get('page_size') ?? '20');
  if (size > 100) {
    throw new FakeRefusal(422, 'page_size is too large');
  }
  return {
    items: rows.slice((page - 1) * size, page * size),
    total: rows.length,
    page,
    page_size: size,
    total_pages: Math.ceil(rows.length / size),
  };
}
