import type { Clock } from '../../core/clock';
import type { DependencyGraph, DependencyNode, DependencyScope } from '../../core/dependency-graph';
import { TracksideError } from '../../core/errors';
import { isEnded, isLive, type TaskStatus } from '../../core/status';
import { isVersionId } from './agents';
import type { StreamedRuns } from './execution-stream';
import { placeName, type Place, type Places } from './places';
import {
  deploymentStatus,
  runStatus,
  type DeploymentRecord,
  type PipelineGraph,
  type RunRecord,
  type StepOutcome,
} from './records';
import type { Studio } from './studio';
import type { StudioCalls } from './studio-calls';
import { deploymentIdOf, deploymentTaskId, runTask, testedStepOf } from './task-mapping';
import type { Tasks } from './tasks';

/** Graphs of runs that are over: their panels ask again as long as the state of a step is not known. */
const KEPT_MS = 300_000;
const MOST_KEPT = 16;

/** Steps of a pipeline as they are connected, with how they went in one run where the server tells it. */
export class RunGraphs {
  private readonly kept = new Map<string, { readonly readAt: number; readonly graph: DependencyGraph }>();

  constructor(
    private readonly studio: Studio,
    private readonly places: Places,
    private readonly tasks: Tasks,
    private readonly streams: StreamedRuns,
    private readonly clock: Clock,
  ) {}

  async read(scope: DependencyScope, signal: AbortSignal): Promise<DependencyGraph> {
    const calls = await this.studio.calls(signal);
    if (scope.kind === 'project') {
      const place = await this.places.find(scope.projectId, signal);
      if (place === undefined) {
        throw gone('project');
      }
      return place.kind === 'target'
        ? this.ofTarget(scope.projectId, place, calls, signal)
        : planGraph(await calls.graph(scope.projectId, signal), placeName(place));
    }
    if (isVersionId(scope.taskId)) {
      throw new TracksideError(
        'invalid',
        'A version of an agent waits for nothing and has no steps.',
        'Compare it with another version instead.',
      );
    }
    const deploymentId = deploymentIdOf(scope.taskId);
    if (deploymentId !== undefined) {
      return this.ofDeployment(await calls.deployment(deploymentId, signal), calls, signal);
    }
    return this.ofRunOrKept(scope.taskId, calls, signal);
  }

  private async ofRunOrKept(
    runId: string,
    calls: StudioCalls,
    signal: AbortSignal,
  ): Promise<DependencyGraph> {
    const now = this.clock.now();
    const kept = this.kept.get(runId);
    if (kept !== undefined && now - kept.readAt < KEPT_MS) {
      return kept.graph;
    }
    const run = await this.tasks.readRun(runId, signal);
    const graph = await this.ofRun(run, calls, signal);
    this.kept.delete(runId);
    if (isEnded(runStatus(run.status))) {
      this.kept.set(runId, { readAt: now, graph });
    }
    const [oldest] = this.kept.keys();
    if (this.kept.size > MOST_KEPT && oldest !== undefined) {
      this.kept.delete(oldest);
    }
    return graph;
  }

  private async ofRun(run: RunRecord, calls: StudioCalls, signal: AbortSignal): Promise<DependencyGraph> {
    if (run.pipelineId === undefined) {
      throw new TracksideError(
        'notFound',
        'The server does not tell which pipeline this run is of.',
        'Open it from its pipeline in Projects.',
      );
    }
    const [graph, place] = [
      await calls.graph(run.pipelineId, signal),
      await this.places.find(run.pipelineId, signal),
    ];
    return runGraph(graph, run, runTask(run, place, calls).name, this.streams.stepsOf(run.id));
  }

  private async ofTarget(
    targetId: string,
    place: Place,
    calls: StudioCalls,
    signal: AbortSignal,
  ): Promise<DependencyGraph> {
    const { rows } = await calls.deployments(targetId, signal);
    return this.ofDeployments(rows, { title: placeName(place) }, calls, signal);
  }

  private async ofDeployment(
    row: DeploymentRecord,
    calls: StudioCalls,
    signal: AbortSignal,
  ): Promise<DependencyGraph> {
    const title = (await this.tasks.nameOf(row, signal)) ?? 'a deployment';
    return this.ofDeployments([row], { title, focusId: row.id }, calls, signal);
  }

  /** Which deployment was promoted from which, over all that these lead to. */
  private async ofDeployments(
    rows: readonly DeploymentRecord[],
    about: Pick<DependencyGraph, 'title' | 'focusId'>,
    calls: StudioCalls,
    signal: AbortSignal,
  ): Promise<DependencyGraph> {
    const promotions = await calls.promotions(signal);
    const known = new Map(rows.map((row) => [row.id, row]));
    const related = connected(new Set(known.keys()), promotions);
    const nodes: DependencyNode[] = [];
    for (const id of related) {
      const row = known.get(id) ?? (await this.deploymentOrNone(id, calls, signal));
      nodes.push(await this.deploymentNode(id, row, signal));
    }
    const edges = promotions
      .filter(({ from, to }) => related.has(from) && related.has(to))
      .map((edge) => ({ ...edge, label: 'promoted' }));
    const notes =
      calls.dialect === 'document' ? ['The server does not tell which deployment came from which.'] : [];
    return { ...about, nodes, edges, notes };
  }

  private async deploymentOrNone(
    id: string,
    calls: StudioCalls,
    signal: AbortSignal,
  ): Promise<DeploymentRecord | undefined> {
    try {
      return await calls.deployment(id, signal);
    } catch (error) {
      if (error instanceof TracksideError && (error.kind === 'notFound' || error.kind === 'server')) {
        return undefined;
      }
      throw error;
    }
  }

  private async deploymentNode(
    id: string,
    row: DeploymentRecord | undefined,
    signal: AbortSignal,
  ): Promise<DependencyNode> {
    if (row === undefined) {
      return { id, label: 'Deleted deployment', status: 'unknown', isMissing: true };
    }
    const place = this.places.peek(row.targetId);
    const what = (await this.tasks.nameOf(row, signal)) ?? 'Deployment';
    return {
      id,
      label: place === undefined ? what : `${what} on ${placeName(place)}`,
      taskId: deploymentTaskId(id),
      status: deploymentStatus(row.status),
      type: 'deployment',
      ...(row.error === undefined ? {} : { reason: row.error }),
    };
  }
}

/** A pipeline as it is drawn, which has not run as such. */
export function planGraph(graph: PipelineGraph, title: string): DependencyGraph {
  const nodes = graph.steps.map(({ id, label, type }) => ({
    id,
    label,
    status: 'draft' as const,
    ...(type === undefined ? {} : { type }),
  }));
  const notes = ['Open the graph of a run for how its steps went.', ...linkNotes(graph)];
  return { title, nodes, edges: edgesOf(graph), notes };
}

/** `streamed`: what the run has pushed, which is ahead of what it is asked for. */
export function runGraph(
  graph: PipelineGraph,
  run: RunRecord,
  title: string,
  streamed: ReadonlyMap<string, StepOutcome>,
): DependencyGraph {
  const outcomes = new Map((run.steps ?? []).map((outcome) => [outcome.stepId, outcome]));
  streamed.forEach((outcome, id) => outcomes.set(id, outcomes.get(id) ?? outcome));
  const status = runStatus(run.status);
  const isTold = run.steps !== undefined || outcomes.size > 0;
  const nodes = graph.steps.map(({ id, label, type }): DependencyNode => {
    const outcome = outcomes.get(id);
    const reason = reasonOf(outcome);
    return {
      id,
      label,
      status: outcome === undefined ? untold(status, isTold) : runStatus(outcome.status),
      ...(type === undefined ? {} : { type }),
      ...(reason === undefined ? {} : { reason }),
    };
  });
  const tested = testedStepOf(run);
  const notes = [
    ...(isTold ? [] : [`The server tells how the run went (${run.status}), and nothing about its steps.`]),
    ...(tested === undefined ? [] : ['This run tests one step alone.']),
    ...linkNotes(graph),
  ];
  return { title, nodes, edges: edgesOf(graph), notes, ...(tested === undefined ? {} : { focusId: tested }) };
}

/** Where steps are told of, one that is not has not begun; where they are not, nothing is known. */
function untold(run: TaskStatus, isTold: boolean): TaskStatus {
  if (!isTold) {
    return 'unknown';
  }
  return isLive(run) ? 'queued' : 'draft';
}

function reasonOf(outcome: StepOutcome | undefined): string | undefined {
  return outcome?.error ?? (outcome?.status.toLowerCase() === 'skipped' ? 'skipped' : undefined);
}

function edgesOf({ links }: PipelineGraph): DependencyGraph['edges'] {
  return links ?? [];
}

function linkNotes({ links }: PipelineGraph): string[] {
  return links === undefined ? ['The server does not tell how the steps are connected.'] : [];
}

/** These and everything that edges lead to from them, in either direction. */
function connected(
  ids: ReadonlySet<string>,
  edges: readonly { readonly from: string; readonly to: string }[],
): Set<string> {
  const neighbours = new Map<string, string[]>();
  for (const { from, to } of edges) {
    neighbours.set(from, [...(neighbours.get(from) ?? []), to]);
    neighbours.set(to, [...(neighbours.get(to) ?? []), from]);
  }
  const found = new Set(ids);
  const open = [...ids];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const next of neighbours.get(id) ?? []) {
      if (!found.has(next)) {
        found.add(next);
        open.push(next);
      }
    }
  }
  return found;
}

function gone(what: string): TracksideError {
  return new TracksideError('notFound', `This ${what} no longer exists on the server.`, 'Refresh.');
}
