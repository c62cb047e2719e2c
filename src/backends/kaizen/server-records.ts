import { toDeploymentRecord } from './common-calls';
import type { DeploymentRecord, MetricSeries, RunRecord, StartedDeployment } from './records';
import type { WireDeployment, WireExecution, WireMetric } from './wire';

/** Begins the id of a gateway among the targets. */
export const GATEWAY = 'gateway:';

/** The server answers 200 to a deployment that failed. */
export function deployed({ id, status, error }: DeploymentRecord): StartedDeployment {
  return status === 'failed'
    ? { deploymentId: id, note: `The deployment failed: ${error ?? 'the server gives no reason'}.` }
    : { deploymentId: id };
}

export function toRun(wire: WireExecution): RunRecord {
  return {
    id: wire.id,
    pipelineId: wire.pipeline_id,
    status: wire.status ?? '',
    input: wire.input_data,
    output: wire.output_data,
    error: wire.error_message,
    createdAt: wire.created_at,
    durationMs: wire.execution_time_ms,
    tokens: wire.token_usage,
    steps: undefined,
    log: undefined,
  };
}

export function toDeployment(wire: WireDeployment): DeploymentRecord {
  return {
    ...toDeploymentRecord(wire, GATEWAY + (wire.gateway_id ?? '')),
    agentVersionId: wire.agent_version_id,
    endpointUrl: wire.endpoint_url,
    error: wire.error_message,
    createdAt: wire.created_at ?? wire.deployed_at,
    startedAt: wire.deployed_at,
    endedAt: wire.stopped_at,
  };
}

const FIGURES: readonly { readonly name: string; readonly of: (row: WireMetric) => number | undefined }[] = [
  { name: 'latency (ms)', of: ({ latency_ms }) => latency_ms },
  { name: 'tokens', of: ({ total_tokens }) => total_tokens },
  { name: 'cost (USD)', of: ({ cost_usd }) => rounded(cost_usd) },
  { name: 'failed', of: ({ status }) => (status === 'success' ? 0 : 1) },
];

/** The server keeps single precision: 0.1 comes as 0.10000000149011612. */
function rounded(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Number(value.toPrecision(7));
}

export function seriesOf(rows: readonly WireMetric[]): MetricSeries[] {
  const inTime = rows
    .flatMap((row) => (row.created_at === undefined ? [] : [{ row, at: row.created_at }]))
    .sort((a, b) => a.at - b.at);
  return FIGURES.map(({ name, of }) => ({
    name: { metric: name, variant: name },
    fidelity: { kind: 'exact' as const },
    points: inTime.flatMap(({ row, at }) => {
      const value = of(row);
      return value === undefined ? [] : [{ at, value }];
    }),
  })).filter(({ points }) => points.length > 0);
}
