import * as z from 'zod';
import type { EpochMs } from '../../core/entities';

/**
 * What Kaizen Studio answers, read leniently: the planning document and the server differ, text that is absent comes as
 * null, as `""` or as the text `None`, and objects come as JSON text in some answers.
 */
const text = z.unknown().optional().transform(presentText);
const figure = z.unknown().optional().transform(presentNumber);
const json = z.unknown().optional().transform(presentJson);
const time = z
  .unknown()
  .optional()
  .transform((value) => timeOf(presentText(value)));
const id = z.union([z.string().min(1), z.number()]).transform(String);

export const tokensAnswer = z.object({
  access_token: z.string().min(1),
  refresh_token: text,
  /** Seconds. */
  expires_in: figure,
});
export type WireTokens = z.infer<typeof tokensAnswer>;

export const userAnswer = z.object({ id: text, email: text, organization_id: text });

export const workspaceRow = z.object({ id, name: text });

export const pipelineRow = z.object({
  id,
  name: text,
  description: text,
  status: text,
  pattern: text,
  workspace_id: text,
  config: json,
  created_at: time,
});
export type WirePipeline = z.infer<typeof pipelineRow>;

export const stepRow = z.object({ id, node_type: text, label: text, agent_id: text, config: json });
export type WireStep = z.infer<typeof stepRow>;

const link = z.object({
  source_node_id: text,
  target_node_id: text,
  source: text,
  target: text,
  condition: json,
});
/** The document has `source_node_id` in its type and says "edges" elsewhere, whose fields it leaves open. */
export const linkRow = link.transform((row, context) => {
  const from = row.source_node_id ?? row.source;
  const to = row.target_node_id ?? row.target;
  if (from === undefined || to === undefined) {
    context.addIssue({ code: 'custom', message: 'an edge without an end' });
    return z.NEVER;
  }
  return { from, to, condition: row.condition };
});
export type WireLink = z.infer<typeof linkRow>;

const tokenUsage = z
  .unknown()
  .optional()
  .transform((value) => {
    const parsed = z.object({ input: figure, output: figure, total: figure }).safeParse(presentJson(value));
    return parsed.success ? parsed.data : undefined;
  });

/** A run on the server: a test execution. */
export const executionRow = z.object({
  id,
  pipeline_id: text,
  agent_id: text,
  status: text,
  input_data: json,
  output_data: json,
  execution_time_ms: figure,
  token_usage: tokenUsage,
  error_message: text,
  created_at: time,
});
export type WireExecution = z.infer<typeof executionRow>;

const stepResult = z.object({ status: text, duration_ms: figure, output: json, error: text });
export const logLine = z.object({ timestamp: time, level: text, node_id: text, message: text });

/** A run as the document has it. Neither pipeline nor input nor a time is in it, but a server may add them. */
export const testResult = z.object({
  execution_id: id,
  pipeline_id: text,
  input_data: json,
  status: text,
  duration_ms: figure,
  output: json,
  error: text,
  created_at: time,
  node_results: z.record(z.string(), stepResult).nullish().catch(undefined),
  logs: z.array(logLine).nullish().catch(undefined),
});
export type WireTestResult = z.infer<typeof testResult>;

export const startedAnswer = z.object({ executionId: id });

export const gatewayRow = z.object({
  id,
  name: text,
  description: text,
  environment: text,
  status: text,
  last_health_status: text,
});

export const deploymentRow = z.object({
  id,
  status: text,
  agent_id: text,
  agent_version_id: text,
  gateway_id: text,
  pipeline_id: text,
  pipeline_version: text,
  environment: text,
  endpoint_url: text,
  error_message: text,
  deployed_at: time,
  stopped_at: time,
  created_at: time,
});
export type WireDeployment = z.infer<typeof deploymentRow>;

/** What happened to a deployment. The document leaves the type open; the level and the text are its best guess. */
export const deploymentEvent = z.object({
  event_type: text,
  level: text,
  message: text,
  created_at: time,
  timestamp: time,
});

export const promotionRow = z.object({
  id,
  agent_id: text,
  status: text,
  source_deployment_id: text,
  target_deployment_id: text,
  target_gateway_id: text,
  source_environment: text,
  target_environment: text,
});
export type WirePromotion = z.infer<typeof promotionRow>;

export const agentRow = z.object({
  id,
  name: text,
  description: text,
  status: text,
  /** The document's in the place of `status`. */
  is_active: z.boolean().nullish().catch(undefined),
  model_id: text,
  model: text,
});
export const agentVersionRow = z.object({
  id,
  version_number: text,
  changelog: text,
  config_snapshot: json,
  created_at: time,
});

/** One execution that a gateway reported for a deployment. */
export const metricRow = z.object({
  id: text,
  status: text,
  latency_ms: figure,
  total_tokens: figure,
  cost_usd: figure,
  created_at: time,
});
export type WireMetric = z.infer<typeof metricRow>;

/** The document speaks of requests and errors, the server of executions and failures. */
export const summaryAnswer = z.object({
  total_executions: figure,
  total_requests: figure,
  failure_count: figure,
  error_count: figure,
  avg_latency_ms: figure,
  p95_latency_ms: figure,
  p99_latency_ms: figure,
  total_tokens: figure,
  total_cost_usd: figure,
});

const bucket = z.object({ timestamp: time, value: figure });
const buckets = z.array(bucket).nullish().catch(undefined);
/** The document's five series of a deployment. */
export const bucketsAnswer = z.object({
  requests: buckets,
  latency_p50: buckets,
  latency_p95: buckets,
  latency_p99: buckets,
  errors: buckets,
});
export type WireBuckets = z.infer<typeof bucketsAnswer>;
export type WireBucket = z.infer<typeof bucket>;

const LIST_KEYS = [
  'items',
  'data',
  'records',
  'executions',
  'deployments',
  'gateways',
  'logs',
  'nodes',
  'connections',
  'edges',
];
const list = z.array(z.unknown());
const envelope = z.record(z.string(), z.unknown());

/** The rows of a list in whichever envelope it comes; undefined when there is none. */
export function rowsOf(answer: unknown): readonly unknown[] | undefined {
  const bare = list.safeParse(answer);
  if (bare.success) {
    return bare.data;
  }
  const parsed = envelope.safeParse(answer);
  if (!parsed.success) {
    return undefined;
  }
  for (const key of LIST_KEYS) {
    const rows = list.safeParse(parsed.data[key]);
    if (rows.success) {
      return rows.data;
    }
  }
  return undefined;
}

/** The object of an answer, taken out of `data` where it is in one. */
export function objectOf(answer: unknown): unknown {
  const parsed = envelope.safeParse(answer);
  if (!parsed.success || 'id' in parsed.data) {
    return answer;
  }
  const inner = envelope.safeParse(parsed.data['data']);
  return inner.success ? inner.data : answer;
}

/** Missing, null, `""` and `None` all mean that there is nothing. */
function presentText(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') {
    return String(value);
  }
  return typeof value !== 'string' || value.trim() === '' || value === 'None' ? undefined : value;
}

function presentNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** An object that may come as its JSON text. Text that is no JSON stays text. */
function presentJson(value: unknown): unknown {
  if (typeof value !== 'string') {
    return value ?? undefined;
  }
  const given = presentText(value);
  if (given === undefined) {
    return undefined;
  }
  try {
    return JSON.parse(given);
  } catch {
    return given;
  }
}

/** Times without a zone are UTC, as the shipped containers stamp them; SQLite writes a space for the T. */
export function timeOf(given: string | undefined): EpochMs | undefined {
  if (given === undefined) {
    return undefined;
  }
  const iso = given.trim().replace(' ', 'T');
  const isZoned = /(z|[+-]\d{2}:?\d{2})$/i.test(iso);
  const parsed = Date.parse(isZoned ? iso : `${iso}Z`);
  return Number.isNaN(parsed) ? undefined : parsed;
}
