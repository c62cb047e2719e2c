import type { Clock } from '../../core/clock';
import type { Task } from '../../core/entities';
import { isTracksideError } from '../../core/errors';
import type { Logger } from '../../core/logger';
import type { Page, PageRequest, TaskQuery } from '../contract';
import { inTurns, isMatch, orderOf, WholeListings } from '../whole-listings';
import { placeName, type Place, type Places } from './places';
import type { DeploymentRecord, RunRecord } from './records';
import type { Studio } from './studio';
import type { StudioCalls } from './studio-calls';
import { deploymentIdOf, deploymentTask, runTask } from './task-mapping';

/** No call lists the runs of all pipelines, so that a list of everything is put together of lists up to this old. */
const KEPT_RUNS_MS = 300_000;

/** What is told of tasks that are read, before anybody sees them. */
export type RunWatcher = (run: RunRecord) => void;

/**
 * Runs and deployments as tasks. The server orders by random ids and counts pages only, so that lists are read whole
 * and put in order here; further pages come from what was read.
 */
export class Tasks {
  private readonly listings = new WholeListings();
  private readonly runs = new Map<string, { readonly readAt: number; readonly rows: readonly RunRecord[] }>();
  private readonly agentNames = new Map<string, string>();

  constructor(
    private readonly studio: Studio,
    private readonly places: Places,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly onRun: RunWatcher,
  ) {}

  list(query: TaskQuery, page: PageRequest, signal: AbortSignal): Promise<Page<Task>> {
    return this.listings.page(query, page, () => this.readListing(query, signal));
  }

  async byIds(ids: readonly string[], signal: AbortSignal): Promise<readonly Task[]> {
    const tasks = await inTurns(ids, (id) => this.byId(id, signal));
    return tasks.filter((task) => task !== undefined);
  }

  /** Throws `notFound`. */
  async readRun(runId: string, signal: AbortSignal): Promise<RunRecord> {
    const run = await (await this.studio.calls(signal)).run(runId, signal);
    this.onRun(run);
    return run;
  }

  /** Throws `notFound`. */
  async readDeployment(deploymentId: string, signal: AbortSignal): Promise<DeploymentRecord> {
    return (await this.studio.calls(signal)).deployment(deploymentId, signal);
  }

  /** What a deployment is of, in words. */
  async nameOf(row: DeploymentRecord, signal: AbortSignal): Promise<string | undefined> {
    const pipeline = this.places.peek(row.pipelineId);
    return row.agentId === undefined ? pipeline && placeName(pipeline) : this.agentName(row.agentId, signal);
  }

  /** Its runs have changed, by us or as it was told. */
  outdate(pipelineId: string | undefined): void {
    if (pipelineId !== undefined) {
      this.runs.delete(pipelineId);
    }
  }

  private async byId(id: string, signal: AbortSignal): Promise<Task | undefined> {
    try {
      const calls = await this.studio.calls(signal);
      const places = await this.places.all(signal);
      const deploymentId = deploymentIdOf(id);
      if (deploymentId !== undefined) {
        const row = await calls.deployment(deploymentId, signal);
        return deploymentTask(row, await this.nameOf(row, signal), places.get(row.targetId), calls);
      }
      const run = await this.readRun(id, signal);
      return runTask(run, places.get(run.pipelineId ?? ''), calls);
    } catch (error) {
      if (isTracksideError(error) && error.kind === 'notFound') {
        return undefined;
      }
      throw error;
    }
  }

  private async readListing(query: TaskQuery, signal: AbortSignal): Promise<readonly Task[]> {
    if (query.isArchived === true) {
      return [];
    }
    const calls = await this.studio.calls(signal);
    const places = await this.wanted(query, signal);
    const isAll = query.projectId === undefined;
    const found = await inTurns(places, ([id, place]) =>
      place.kind === 'target'
        ? this.deploymentsOf(id, place, calls, signal)
        : this.runsOf(id, place, calls, isAll, signal),
    );
    return found
      .flat()
      .filter((task) => isMatch(task, query))
      .sort(orderOf(query, newest));
  }

  private async wanted(
    query: TaskQuery,
    signal: AbortSignal,
  ): Promise<readonly (readonly [string, Place])[]> {
    if (query.projectId === undefined) {
      return [...(await this.places.all(signal))];
    }
    return [[query.projectId, await this.places.require(query.projectId, signal)]];
  }

  private async runsOf(
    pipelineId: string,
    place: Place,
    calls: StudioCalls,
    mayBeKept: boolean,
    signal: AbortSignal,
  ): Promise<readonly Task[]> {
    const now = this.clock.now();
    const kept = mayBeKept ? this.runs.get(pipelineId) : undefined;
    const isFresh = kept !== undefined && now - kept.readAt < KEPT_RUNS_MS;
    const rows = isFresh ? kept.rows : await calls.runs(pipelineId, signal);
    if (!isFresh) {
      this.runs.set(pipelineId, { readAt: now, rows });
      rows.forEach((run) => this.onRun(run));
    }
    return rows.map((run) => runTask({ ...run, pipelineId: run.pipelineId ?? pipelineId }, place, calls));
  }

  private async deploymentsOf(
    targetId: string,
    place: Place,
    calls: StudioCalls,
    signal: AbortSignal,
  ): Promise<readonly Task[]> {
    const { rows, isCut } = await calls.deployments(targetId, signal);
    if (isCut) {
      this.logger.warn(
        `${place.path}: the server lists at most ten deployments of a status, so there may be more.`,
      );
    }
    return inTurns(rows, async (row) => deploymentTask(row, await this.nameOf(row, signal), place, calls));
  }

  private async agentName(agentId: string, signal: AbortSignal): Promise<string> {
    const known = this.agentNames.get(agentId);
    if (known !== undefined) {
      return known;
    }
    const name = await this.readAgentName(agentId, signal);
    this.agentNames.set(agentId, name);
    return name;
  }

  /** An agent that is gone is a 500 on some servers; its deployments are listed all the same. */
  private async readAgentName(agentId: string, signal: AbortSignal): Promise<string> {
    try {
      return (await (await this.studio.calls(signal)).agent(agentId, signal)).name;
    } catch (error) {
      const isGone = isTracksideError(error) && ['notFound', 'server', 'forbidden'].includes(error.kind);
      if (isGone) {
        return 'Agent';
      }
      throw error;
    }
  }
}

/** Ids are random: they only keep what was made at the same time in one order. */
const newest = (a: Task, b: Task): number =>
  (b.createdAt ?? 0) - (a.createdAt ?? 0) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
