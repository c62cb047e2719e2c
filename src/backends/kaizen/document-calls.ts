import {
  allOrNone,
  keepAgentVersion,
  part,
  readAgent,
  readAgentVersions,
  readDeployment,
  readDeploymentLog,
  readLinks,
  startUnknown,
  toAgent,
  toDeploymentRecord,
  toLink,
  toPipeline,
  toStep,
} from './common-calls';
import { readSummaries } from './deployment-summary';
import { isAbsent, isWithheld } from './failure-reading';
import type {
  DeploymentRecord,
  DeploymentStep,
  LinkRecord,
  LogRecord,
  MetricSeries,
  RunRecord,
  StartedDeployment,
  StepOutcome,
  TargetRecord,
} from './records';
import { isUnanswered, type KaizenSession } from './session';
import type { StudioCalls } from './studio-calls';
import {
  agentRow,
  bucketsAnswer,
  deploymentRow,
  linkRow,
  pipelineRow,
  stepRow,
  testResult,
  type WireBucket,
  type WireDeployment,
  type WirePipeline,
  type WireTestResult,
} from './wire';

const ENVIRONMENT = 'environment:';
/** In the order in which things are promoted. */
const ENVIRONMENTS = ['development', 'staging', 'production'] as const;
/** The longest that the document knows. */
const METRIC_RANGE = '30d';

/** The calls as the planning document has them, should a server ever have them so. */
export class DocumentCalls implements StudioCalls {
  readonly dialect = 'document';
  /** A result tells neither its pipeline nor its input, so what is known of them is kept. */
  private readonly pipelineOfRun = new Map<string, string>();
  private readonly inputOfRun = new Map<string, unknown>();

  constructor(private readonly session: KaizenSession) {}

  workspaces(): Promise<ReadonlyMap<string, string>> {
    return Promise.resolve(new Map());
  }

  async pipelines(signal: AbortSignal): ReturnType<StudioCalls['pipelines']> {
    return (await this.session.all({ path: 'pipelines', schema: pipelineRow, paging: 'page' }, signal)).map(
      toPipeline,
    );
  }

  async graph(pipelineId: string, signal: AbortSignal): ReturnType<StudioCalls['graph']> {
    const path = `pipelines/${part(pipelineId)}`;
    const wire = await this.session.read(path, {}, pipelineRow, signal);
    const steps = await this.session.rows(`${path}/nodes`, {}, stepRow, signal);
    return {
      pipeline: toPipeline(wire),
      steps: steps.map(toStep),
      links: await this.links(wire, path, signal),
    };
  }

  async runs(pipelineId: string, signal: AbortSignal): Promise<readonly RunRecord[]> {
    const rows = await this.session.rows(`test/pipeline/${part(pipelineId)}`, {}, testResult, signal);
    rows.forEach(({ execution_id }) => this.pipelineOfRun.set(execution_id, pipelineId));
    return rows.map((row) => this.toRun(row));
  }

  async run(runId: string, signal: AbortSignal): Promise<RunRecord> {
    return this.toRun(await this.session.read(`test/${part(runId)}`, {}, testResult, signal));
  }

  async start(pipelineId: string, input: unknown, signal: AbortSignal): Promise<string> {
    const body = { pipeline_id: pipelineId, input_data: input };
    try {
      const answer = await this.session.sendPatiently('test/execute', body, signal);
      const { execution_id: id } = this.session.checked('POST /test/execute', answer, testResult);
      this.pipelineOfRun.set(id, pipelineId);
      this.inputOfRun.set(id, input);
      return id;
    } catch (error) {
      if (!isUnanswered(error)) {
        throw error;
      }
      // Results do not tell their input, so that nothing says which of them is this one.
      throw startUnknown();
    }
  }

  async targets(signal: AbortSignal): Promise<readonly TargetRecord[]> {
    try {
      const known = (await this.allDeployments(signal)).flatMap(({ environment }) => environment ?? []);
      return [...new Set([...ENVIRONMENTS, ...known])].map((name) => ({
        id: ENVIRONMENT + name,
        name,
        environment: name,
      }));
    } catch (error) {
      if (isWithheld(error)) {
        return [];
      }
      throw error;
    }
  }

  async deployments(targetId: string, signal: AbortSignal): ReturnType<StudioCalls['deployments']> {
    const all = await this.allDeployments(signal);
    return { rows: all.filter((row) => row.targetId === targetId), isCut: false };
  }

  async deployment(id: string, signal: AbortSignal): Promise<DeploymentRecord> {
    return toDeployment(await readDeployment(this.session, id, signal));
  }

  deploymentLog(id: string, signal: AbortSignal): ReturnType<StudioCalls['deploymentLog']> {
    return readDeploymentLog(this.session, id, signal);
  }

  readonly deleteDeployment = async (id: string, signal: AbortSignal): Promise<void> => {
    await this.session.send('DELETE', `deployments/${part(id)}`, undefined, signal);
  };

  async steps(target: TargetRecord, signal: AbortSignal): Promise<readonly DeploymentStep[]> {
    const [pipelines, all] = await Promise.all([this.pipelines(signal), this.allDeployments(signal)]);
    const names = new Map(pipelines.map(({ id, name }) => [id, name]));
    const nameOf = ({ pipelineId = '' }: DeploymentRecord): string => names.get(pipelineId) ?? pipelineId;
    const active = all.filter(({ status }) => status === 'active');
    return [
      ...pipelines
        .filter(({ status }) => status !== 'archived')
        .map(({ id, name }) => {
          const body = { pipeline_id: id, environment: target.name };
          return this.step(target, `deploy:${id}`, `Deploy ${name}`, 'deployments', body);
        }),
      ...active
        .filter(({ targetId }) => targetId !== target.id)
        .map((row) => {
          const title = `Promote ${nameOf(row)} from ${row.environment ?? 'another environment'}`;
          const path = `deployments/${part(row.id)}/promote`;
          return this.step(target, `promote:${row.id}`, title, path, { target_environment: target.name });
        }),
      ...active
        .filter(({ targetId }) => targetId === target.id)
        .map((row) => {
          const path = `deployments/${part(row.id)}/rollback`;
          return this.step(target, `rollback:${row.id}`, `Roll back ${nameOf(row)}`, path, {});
        }),
    ];
  }

  promotions(): ReturnType<StudioCalls['promotions']> {
    return Promise.resolve([]);
  }

  async metrics(deploymentId: string, signal: AbortSignal): Promise<readonly MetricSeries[]> {
    const path = `metrics/${part(deploymentId)}/timeseries`;
    const answer = await this.session.read(path, { range: METRIC_RANGE }, bucketsAnswer, signal);
    return [
      seriesOf('requests', 'requests', answer.requests),
      seriesOf('latency (ms)', 'p50', answer.latency_p50),
      seriesOf('latency (ms)', 'p95', answer.latency_p95),
      seriesOf('latency (ms)', 'p99', answer.latency_p99),
      seriesOf('errors', 'errors', answer.errors),
    ].filter(({ points }) => points.length > 0);
  }

  summaries(deploymentId: string, signal: AbortSignal): ReturnType<StudioCalls['summaries']> {
    const path = `metrics/${part(deploymentId)}/summary`;
    return readSummaries(this.session, ({ name }) => ({ path, query: { range: name } }), signal);
  }

  async agents(signal: AbortSignal): ReturnType<StudioCalls['agents']> {
    const rows = await allOrNone(this.session, { path: 'agents', schema: agentRow, paging: 'page' }, signal);
    return rows.map(toAgent);
  }

  agent(id: string, signal: AbortSignal): ReturnType<StudioCalls['agent']> {
    return readAgent(this.session, id, signal);
  }

  agentVersions(id: string, signal: AbortSignal): ReturnType<StudioCalls['agentVersions']> {
    return readAgentVersions(this.session, id, signal);
  }

  keepVersion(id: string, changelog: string, signal: AbortSignal): Promise<void> {
    return keepAgentVersion(this.session, id, changelog, signal);
  }

  /** The document has a type for connections and no call that reads them. */
  private async links(
    { config }: WirePipeline,
    path: string,
    signal: AbortSignal,
  ): Promise<readonly LinkRecord[] | undefined> {
    const kept =
      typeof config === 'object' && config !== null && 'edges' in config ? config.edges : undefined;
    if (Array.isArray(kept)) {
      return readLinks(kept);
    }
    try {
      return (await this.session.rows(`${path}/connections`, {}, linkRow, signal)).map(toLink);
    } catch (error) {
      if (isAbsent(error)) {
        return undefined;
      }
      throw error;
    }
  }

  private async allDeployments(signal: AbortSignal): Promise<readonly DeploymentRecord[]> {
    return (
      await this.session.all({ path: 'deployments', schema: deploymentRow, paging: 'page' }, signal)
    ).map(toDeployment);
  }

  private step(target: TargetRecord, id: string, name: string, path: string, body: object): DeploymentStep {
    return {
      template: { id, name, projectId: target.id, inputs: [], takesDocument: false, isUnnamed: true },
      run: async (_inputs, signal): Promise<StartedDeployment> => {
        const answer = await this.session.sendPatiently(path, body, signal);
        const { id: deploymentId, status } = this.session.checked(`POST /${path}`, answer, deploymentRow);
        return { deploymentId, ...(status === 'failed' ? { note: 'The deployment failed.' } : {}) };
      },
    };
  }

  private toRun(wire: WireTestResult): RunRecord {
    const id = wire.execution_id;
    const log = logOf(wire);
    return {
      id,
      pipelineId: wire.pipeline_id ?? this.pipelineOfRun.get(id),
      status: wire.status ?? '',
      input: wire.input_data ?? this.inputOfRun.get(id),
      output: wire.output,
      error: errorOf(wire),
      createdAt: wire.created_at ?? log.find(({ at }) => at !== undefined)?.at,
      durationMs: wire.duration_ms,
      steps: stepsOf(wire),
      log,
    };
  }
}

function stepsOf({ node_results: results }: WireTestResult): StepOutcome[] {
  return Object.entries(results ?? {}).map(([stepId, { status, duration_ms, output, error }]) => ({
    stepId,
    status: status ?? '',
    durationMs: duration_ms,
    output,
    error,
  }));
}

function logOf({ logs }: WireTestResult): LogRecord[] {
  return (logs ?? []).map(({ timestamp, level, node_id, message }) => ({
    at: timestamp,
    level,
    stepId: node_id,
    message: message ?? '',
  }));
}

function errorOf(wire: WireTestResult): string | undefined {
  const failed = stepsOf(wire).find(({ error }) => error !== undefined)?.error;
  return wire.error ?? failed ?? (wire.status === 'timeout' ? 'It took too long.' : undefined);
}

function toDeployment(wire: WireDeployment): DeploymentRecord {
  return {
    ...toDeploymentRecord(wire, ENVIRONMENT + (wire.environment ?? '')),
    pipelineId: wire.pipeline_id,
    pipelineVersion: wire.pipeline_version,
    environment: wire.environment,
    createdAt: wire.created_at,
    startedAt: wire.created_at,
  };
}

/** Sums and percentiles of stretches of time, whose length the document does not tell. */
function seriesOf(
  metric: string,
  variant: string,
  buckets: readonly WireBucket[] | null | undefined,
): MetricSeries {
  const points = (buckets ?? [])
    .flatMap(({ timestamp: at, value }) => (at === undefined || value === undefined ? [] : [{ at, value }]))
    .sort((a, b) => a.at - b.at);
  return { name: { metric, variant }, fidelity: { kind: 'means', buckets: points.length }, points };
}
