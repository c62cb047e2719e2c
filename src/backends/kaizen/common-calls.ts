import { TracksideError } from '../../core/errors';
import { isWithheld } from './failure-reading';
import type {
  AgentRecord,
  AgentVersionRecord,
  DeploymentRecord,
  LinkRecord,
  LogRecord,
  PipelineRecord,
  StepRecord,
} from './records';
import type { KaizenSession, ListCall } from './session';
import {
  agentRow,
  agentVersionRow,
  deploymentEvent,
  deploymentRow,
  linkRow,
  type WireDeployment,
  type WireLink,
  type WirePipeline,
  type WireStep,
} from './wire';
import type * as z from 'zod';

/** What both dialects spell alike, beside the envelopes that {@link KaizenSession} takes off. */

export const part = (id: string): string => encodeURIComponent(id);

/** A list that belongs to the rest but is not needed for it: empty where the account may not see it. */
export async function allOrNone<T extends { readonly id: string | undefined }>(
  session: KaizenSession,
  list: ListCall<T>,
  signal: AbortSignal,
): Promise<T[]> {
  try {
    return await session.all(list, signal);
  } catch (error) {
    if (isWithheld(error)) {
      session.logger.debug(`GET /${list.path} is not offered to this account.`);
      return [];
    }
    throw error;
  }
}

export async function readAgent(
  session: KaizenSession,
  id: string,
  signal: AbortSignal,
): Promise<AgentRecord> {
  return toAgent(await session.read(`agents/${part(id)}`, {}, agentRow, signal));
}

export function toAgent(wire: z.infer<typeof agentRow>): AgentRecord {
  const { id, name, description, status, is_active: isActive, model_id, model } = wire;
  const told = typeof isActive === 'boolean' ? (isActive ? 'active' : 'inactive') : undefined;
  return { id, name: name ?? id, description, status: status ?? told, model: model_id ?? model };
}

/** The released server refuses a call without a body. */
export async function keepAgentVersion(
  session: KaizenSession,
  id: string,
  changelog: string,
  signal: AbortSignal,
): Promise<void> {
  await session.send('POST', `agents/${part(id)}/versions`, changelog === '' ? {} : { changelog }, signal);
}

export async function readAgentVersions(
  session: KaizenSession,
  id: string,
  signal: AbortSignal,
): Promise<readonly AgentVersionRecord[]> {
  const rows = await session.rows(`agents/${part(id)}/versions`, {}, agentVersionRow, signal);
  return rows
    .map((row) => ({
      id: row.id,
      number: row.version_number ?? row.id,
      changelog: row.changelog,
      config: row.config_snapshot,
      createdAt: row.created_at,
    }))
    .sort((a, b) => a.number.localeCompare(b.number, 'en', { numeric: true }));
}

export async function readDeploymentLog(
  session: KaizenSession,
  id: string,
  signal: AbortSignal,
): Promise<readonly LogRecord[]> {
  const rows = await session.rows(`deployments/${part(id)}/logs`, {}, deploymentEvent, signal);
  return rows
    .map(({ event_type, level, message, created_at, timestamp }) => ({
      at: created_at ?? timestamp,
      level: level ?? (event_type === 'failed' ? 'error' : undefined),
      message: [event_type, message].filter((text) => text !== undefined).join(': '),
    }))
    .sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
}

export function toPipeline(wire: WirePipeline): PipelineRecord {
  const { id, name, description, status, pattern, workspace_id: workspaceId } = wire;
  return { id, name: name ?? id, description, status, pattern, workspaceId };
}

export function toStep({ id, label, node_type: type, agent_id: agentId, config }: WireStep): StepRecord {
  return { id, label: label ?? type ?? id, type, agentId, config };
}

export function toLink({ from, to, condition }: WireLink): LinkRecord {
  const label = conditionLabel(condition);
  return { from, to, ...(label === undefined ? {} : { label }) };
}

/** What is no connection is left out. */
export function readLinks(rows: readonly unknown[]): LinkRecord[] {
  return rows.flatMap((row) => {
    const parsed = linkRow.safeParse(row);
    return parsed.success ? [toLink(parsed.data)] : [];
  });
}

/** Throws `notFound`. */
export function readDeployment(
  session: KaizenSession,
  id: string,
  signal: AbortSignal,
): Promise<WireDeployment> {
  return session.read(`deployments/${part(id)}`, {}, deploymentRow, signal);
}

/** What a deployment is in both dialects; each adds what only it tells. */
export function toDeploymentRecord(
  wire: WireDeployment,
  targetId: string,
): Pick<DeploymentRecord, 'id' | 'targetId' | 'status' | 'agentId'> {
  return { id: wire.id, targetId, status: wire.status ?? '', agentId: wire.agent_id };
}

/** The answer to a start was lost, and nothing tells which run was begun, if any. */
export function startUnknown(): TracksideError {
  return new TracksideError(
    'unreachable',
    'The server did not answer, and whether the pipeline runs is not known.',
    'Refresh in a while: a run that was begun goes on and is listed. It was not sent again.',
  );
}

/** The web page keeps a condition as `{expression}`. */
function conditionLabel(condition: unknown): string | undefined {
  if (typeof condition === 'string') {
    return condition;
  }
  const isExpression = typeof condition === 'object' && condition !== null && 'expression' in condition;
  return isExpression && typeof condition.expression === 'string' ? condition.expression : undefined;
}
