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
  toPipeline,
  toStep,
} from './common-calls';
import { readSummaries } from './deployment-summary';
import type {
  DeploymentRecord,
  DeploymentStep,
  MetricSeries,
  RunRecord,
  StartedDeployment,
  TargetRecord,
} from './records';
import { deployed, GATEWAY, seriesOf, toDeployment, toRun } from './server-records';
import { isUnanswered, type KaizenSession } from './session';
import type { StudioCalls } from './studio-calls';
import * as z from 'zod';
import {
  agentRow,
  deploymentRow,
  executionRow,
  gatewayRow,
  metricRow,
  pipelineRow,
  promotionRow,
  startedAnswer,
  stepRow,
  userAnswer,
  workspaceRow,
  type WirePromotion,
} from './wire';

/** Deployments that the server gives at most, without a way to the next ones. */
const MOST_DEPLOYMENTS = 10;
const DEPLOYMENT_WORDS = ['active', 'deploying', 'pending', 'failed', 'stopped'] as const;
/** Executions of a deployment that the server gives at most. */
const MOST_METRICS = 1_000;
const HISTORY_ROWS = 500;
/** A run whose answer was lost is looked for this much before it was sent, since clocks differ. */
const CLOCK_SLACK_MS = 120_000;
const AGENTS = { path: 'agents', schema: agentRow, paging: 'offset' } as const;
const PROMOTIONS = { path: 'promotions', schema: promotionRow, paging: 'whole' } as const;

const graphAnswer = pipelineRow.extend({
  nodes: z.array(stepRow).nullish(),
  connections: z.array(z.unknown()).nullish(),
});

/** The calls as the released server has them (commit 36ae30d of Integrum-Global/kaizen-studio). */
export class ServerCalls implements StudioCalls {
  readonly dialect = 'server';
  private readonly agentNames = new Map<string, string>();

  constructor(private readonly session: KaizenSession) {}

  async workspaces(signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const rows = await allOrNone(
      this.session,
      { path: 'workspaces', schema: workspaceRow, paging: 'whole' },
      signal,
    );
    return new Map(rows.flatMap(({ id, name }) => (name === undefined ? [] : [[id, name] as const])));
  }

  /** The organisation must be named, and the server does not check that it is the account's own. */
  async pipelines(signal: AbortSignal): ReturnType<StudioCalls['pipelines']> {
    const { organization_id } = await this.session.read('users/me', {}, userAnswer, signal);
    const query = { organization_id: organization_id ?? '' };
    return (
      await this.session.all({ path: 'pipelines', query, schema: pipelineRow, paging: 'offset' }, signal)
    ).map(toPipeline);
  }

  async graph(pipelineId: string, signal: AbortSignal): ReturnType<StudioCalls['graph']> {
    const wire = await this.session.read(`pipelines/${part(pipelineId)}`, {}, graphAnswer, signal);
    const links = readLinks(wire.connections ?? []);
    return { pipeline: toPipeline(wire), steps: (wire.nodes ?? []).map(toStep), links };
  }

  /** `/executions/history` fails for every pipeline that has a run, so the history of tests is read: they are the same. */
  async runs(pipelineId: string, signal: AbortSignal): Promise<readonly RunRecord[]> {
    const path = `test/pipelines/${part(pipelineId)}/history`;
    const rows = await this.session.all(
      { path, schema: executionRow, paging: 'offset', pageRows: HISTORY_ROWS },
      signal,
    );
    return rows.map(toRun);
  }

  async run(runId: string, signal: AbortSignal): Promise<RunRecord> {
    return toRun(await this.session.read(`test/executions/${part(runId)}`, {}, executionRow, signal));
  }

  /** Checks the graph first, unlike the call that tests. A lost answer is looked for and never sent again. */
  async start(pipelineId: string, input: unknown, signal: AbortSignal): Promise<string> {
    const sentAt = this.session.clock.now();
    try {
      const answer = await this.session.sendPatiently(
        'executions/start',
        { pipelineId, inputs: input },
        signal,
      );
      return this.session.checked('POST /executions/start', answer, startedAnswer).executionId;
    } catch (error) {
      if (!isUnanswered(error)) {
        throw error;
      }
      return this.findLost(pipelineId, input, sentAt, signal);
    }
  }

  readonly stopRun = async (runId: string, signal: AbortSignal): Promise<void> => {
    await this.session.send('POST', `executions/${part(runId)}/stop`, undefined, signal);
  };

  readonly deleteRun = async (runId: string, signal: AbortSignal): Promise<void> => {
    await this.session.send('DELETE', `test/executions/${part(runId)}`, undefined, signal);
  };

  async targets(signal: AbortSignal): Promise<readonly TargetRecord[]> {
    const rows = await allOrNone(
      this.session,
      { path: 'gateways', schema: gatewayRow, paging: 'whole' },
      signal,
    );
    return rows.map((row) => ({
      id: GATEWAY + row.id,
      name: row.name ?? row.id,
      description: row.description,
      environment: row.environment,
      ...(row.status === undefined || row.status === 'active' ? {} : { note: row.status }),
    }));
  }

  /** Ten at most come, in no useful order: where it is ten, each status is asked for by itself. */
  async deployments(targetId: string, signal: AbortSignal): ReturnType<StudioCalls['deployments']> {
    const gateway = { gateway_id: targetId.slice(GATEWAY.length) };
    const found = await this.session.rows('deployments', gateway, deploymentRow, signal);
    let isCut = false;
    if (found.length >= MOST_DEPLOYMENTS) {
      for (const status of DEPLOYMENT_WORDS) {
        const some = await this.session.rows('deployments', { ...gateway, status }, deploymentRow, signal);
        isCut ||= some.length >= MOST_DEPLOYMENTS;
        found.push(...some);
      }
    }
    return { rows: [...new Map(found.map((row) => [row.id, toDeployment(row)])).values()], isCut };
  }

  async deployment(id: string, signal: AbortSignal): Promise<DeploymentRecord> {
    return toDeployment(await readDeployment(this.session, id, signal));
  }

  deploymentLog(id: string, signal: AbortSignal): ReturnType<StudioCalls['deploymentLog']> {
    return readDeploymentLog(this.session, id, signal);
  }

  readonly stopDeployment = async (id: string, signal: AbortSignal): Promise<void> => {
    await this.session.send('POST', `deployments/${part(id)}/stop`, undefined, signal);
  };

  readonly redeploy = async (id: string, signal: AbortSignal): Promise<StartedDeployment> => {
    const path = `deployments/${part(id)}/redeploy`;
    const answer = await this.session.sendPatiently(path, {}, signal);
    return deployed(toDeployment(this.session.checked(`POST /${path}`, answer, deploymentRow)));
  };

  async steps(target: TargetRecord, signal: AbortSignal): Promise<readonly DeploymentStep[]> {
    const [agents, others, waiting] = await Promise.all([
      this.session.all(AGENTS, signal),
      this.activeElsewhere(target, signal),
      allOrNone(this.session, PROMOTIONS, signal),
    ]);
    agents.forEach(({ id, name }) => this.agentNames.set(id, name ?? id));
    return [
      ...agents
        .filter(({ status }) => status !== 'archived')
        .map(toAgent)
        .map(({ id, name }) => this.deployStep(target, id, name)),
      ...others.map(([from, row]) => this.promoteStep(target, from, row)),
      ...waiting
        .filter((row) => row.status === 'pending' && `${GATEWAY}${row.target_gateway_id ?? ''}` === target.id)
        .flatMap((row) => this.decisionSteps(target, row)),
    ];
  }

  async promotions(signal: AbortSignal): ReturnType<StudioCalls['promotions']> {
    const rows = await allOrNone(this.session, PROMOTIONS, signal);
    return rows.flatMap(({ source_deployment_id: from, target_deployment_id: to }) =>
      from === undefined || to === undefined ? [] : [{ from, to }],
    );
  }

  /** The server's own time series are of the whole organisation, so those of a deployment are made of its executions. */
  async metrics(deploymentId: string, signal: AbortSignal): Promise<readonly MetricSeries[]> {
    const query = { deployment_id: deploymentId, limit: MOST_METRICS };
    const rows = await this.session.rows('metrics/executions', query, metricRow, signal);
    if (rows.length >= MOST_METRICS) {
      this.session.logger.warn(
        `Of deployment ${deploymentId} the server gives no more than ${MOST_METRICS} executions.`,
      );
    }
    return seriesOf(rows);
  }

  summaries(deploymentId: string, signal: AbortSignal): ReturnType<StudioCalls['summaries']> {
    const now = this.session.clock.now();
    const isoTime = (at: number): string => new Date(at).toISOString();
    return readSummaries(
      this.session,
      ({ lastsMs }) => ({
        path: 'metrics/summary',
        query: { deployment_id: deploymentId, start_date: isoTime(now - lastsMs), end_date: isoTime(now) },
      }),
      signal,
    );
  }

  async agents(signal: AbortSignal): ReturnType<StudioCalls['agents']> {
    return (await allOrNone(this.session, AGENTS, signal)).map(toAgent);
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

  readonly rollbackAgent = async (id: string, versionId: string, signal: AbortSignal): Promise<void> => {
    const path = `agents/${part(id)}/versions/${part(versionId)}/rollback`;
    await this.session.send('POST', path, {}, signal);
  };

  readonly deployAgent = async (
    agentId: string,
    targetId: string,
    versionId: string | undefined,
    signal: AbortSignal,
  ): Promise<StartedDeployment> => {
    const body = {
      agent_id: agentId,
      gateway_id: targetId.slice(GATEWAY.length),
      ...(versionId === undefined ? {} : { agent_version_id: versionId }),
    };
    const answer = await this.session.sendPatiently('deployments', body, signal);
    return deployed(toDeployment(this.session.checked('POST /deployments', answer, deploymentRow)));
  };

  private async findLost(
    pipelineId: string,
    input: unknown,
    sentAt: number,
    signal: AbortSignal,
  ): Promise<string> {
    const wanted = JSON.stringify(input);
    const found = (await this.runs(pipelineId, signal))
      .filter(({ createdAt = 0 }) => createdAt >= sentAt - CLOCK_SLACK_MS)
      .filter((run) => JSON.stringify(run.input) === wanted)
      .sort((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0));
    const [newest] = found;
    if (newest !== undefined) {
      return newest.id;
    }
    throw startUnknown();
  }

  private async activeElsewhere(
    target: TargetRecord,
    signal: AbortSignal,
  ): Promise<(readonly [TargetRecord, DeploymentRecord])[]> {
    const found: (readonly [TargetRecord, DeploymentRecord])[] = [];
    for (const other of await this.targets(signal)) {
      const { rows } = other.id === target.id ? { rows: [] } : await this.deployments(other.id, signal);
      found.push(...rows.filter(({ status }) => status === 'active').map((row) => [other, row] as const));
    }
    return found;
  }

  private deployStep(target: TargetRecord, agentId: string, name: string): DeploymentStep {
    return {
      template: step(target, `deploy:${agentId}`, `Deploy ${name}`, 'The agent as it is now'),
      run: (_inputs, signal) => this.deployAgent(agentId, target.id, undefined, signal),
    };
  }

  private promoteStep(target: TargetRecord, from: TargetRecord, row: DeploymentRecord): DeploymentStep {
    const name = this.agentNames.get(row.agentId ?? '') ?? row.agentId ?? row.id;
    const body = {
      agent_id: row.agentId,
      source_deployment_id: row.id,
      target_gateway_id: target.id.slice(GATEWAY.length),
      source_environment: from.environment,
      target_environment: target.environment,
    };
    return {
      template: step(
        target,
        `promote:${row.id}`,
        `Promote ${name} from ${from.name}`,
        'May need an approval first',
      ),
      run: async (_inputs, signal) =>
        this.promoted(await this.session.sendPatiently('promotions', body, signal), signal),
    };
  }

  private decisionSteps(target: TargetRecord, row: WirePromotion): DeploymentStep[] {
    const name = `promotion of ${this.agentNames.get(row.agent_id ?? '') ?? row.agent_id ?? row.id}`;
    const from = `From ${row.source_environment ?? 'another gateway'}`;
    const path = `promotions/${part(row.id)}`;
    return [
      {
        template: step(target, `approve:${row.id}`, `Approve ${name}`, `${from}; it is deployed at once`),
        run: async (_inputs, signal) =>
          this.promoted(await this.session.sendPatiently(`${path}/approve`, {}, signal), signal),
      },
      {
        template: {
          ...step(target, `reject:${row.id}`, `Reject ${name}`, from),
          inputs: [{ name: 'reason', isRequired: true, isSingle: true }],
        },
        run: async ({ reason = '' }, signal) => {
          await this.session.send('POST', `${path}/reject`, { reason }, signal);
          return { note: 'The promotion is rejected.' };
        },
      },
    ];
  }

  /** A promotion is called completed even when what it deployed has failed. */
  private async promoted(answer: unknown, signal: AbortSignal): Promise<StartedDeployment> {
    const row = this.session.checked('POST /promotions', answer, promotionRow);
    if (row.target_deployment_id === undefined) {
      return {
        note:
          row.status === 'pending'
            ? 'The promotion waits for an approval, which is among what this gateway offers to run.'
            : `The server calls the promotion ${row.status ?? 'unknown'}.`,
      };
    }
    return deployed(await this.deployment(row.target_deployment_id, signal));
  }
}

function step(
  target: TargetRecord,
  id: string,
  name: string,
  description: string,
): DeploymentStep['template'] {
  return { id, name, description, projectId: target.id, inputs: [], takesDocument: false, isUnnamed: true };
}
