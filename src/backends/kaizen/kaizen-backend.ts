import { Emitter } from '../../core/emitter';
import type { Project, Task } from '../../core/entities';
import { isTracksideError } from '../../core/errors';
import type { ProjectGroup } from '../../core/project-groups';
import type {
  Ability,
  Backend,
  ConsoleAbility,
  DependencyAbility,
  DetailAbility,
  GroupAbility,
  LiveAbility,
  Page,
  PageRequest,
  ServerDescription,
  TaskQuery,
} from '../contract';
import type { SeriesAbility } from '../series-contract';
import { Actions } from './actions';
import { agentIdOf, Agents, isVersionId } from './agents';
import { DeploymentSeries } from './deployment-series';
import { StreamedRuns } from './execution-stream';
import { Places } from './places';
import type { PipelineGraph } from './records';
import { RunGraphs } from './run-graph';
import { KaizenSession, type KaizenOptions } from './session';
import { Studio } from './studio';
import type { StudioCalls } from './studio-calls';
import { readDeploymentContents, readRunContents } from './task-contents';
import { TaskConsole } from './task-console';
import { deploymentIdOf } from './task-mapping';
import { Tasks } from './tasks';
import { Templates } from './templates';
import { userAnswer } from './wire';

/** A Kaizen Studio: pipelines as projects, their runs and what is deployed as tasks. It has no queues and no workers. */
export class KaizenBackend implements Backend {
  readonly kind = 'kaizen';
  readonly signOut: (signal: AbortSignal) => Promise<void>;
  readonly details: DetailAbility;
  readonly series: SeriesAbility;
  readonly console: ConsoleAbility;
  readonly actions: Actions;
  readonly templates: Templates;
  readonly dependencies: DependencyAbility;
  readonly live: LiveAbility;
  readonly groups: GroupAbility;
  private readonly learned = new Emitter<void>();
  readonly onDidLearn = this.learned.event;
  private readonly session: KaizenSession;
  private readonly studio: Studio;
  private readonly places: Places;
  private readonly agents: Agents;
  private readonly tasks: Tasks;
  private readonly streams: StreamedRuns;

  constructor(options: KaizenOptions) {
    const session = new KaizenSession(options);
    const studio = new Studio(session);
    const places = new Places(studio);
    const streams = new StreamedRuns(session, () => this.learned.fire());
    const tasks = new Tasks(studio, places, session.clock, session.logger, (run) => streams.watch(run));
    const agents = new Agents(studio);
    const templates = new Templates(studio, places, tasks, agents);
    const graphs = new RunGraphs(studio, places, tasks, streams, session.clock);
    this.session = session;
    this.studio = studio;
    this.signOut = (signal) => session.signOut(signal);
    this.places = places;
    this.tasks = tasks;
    this.streams = streams;
    this.agents = agents;
    this.groups = { list: (signal) => listGroups(places, agents, signal) };
    this.live = streams;
    this.templates = templates;
    this.actions = new Actions(studio, tasks, templates);
    this.series = new DeploymentSeries(studio);
    this.console = new TaskConsole(studio, tasks, streams);
    this.dependencies = { scopes: ['task', 'project'], read: (scope, signal) => graphs.read(scope, signal) };
    this.details = { read: (taskId, signal) => this.contents(taskId, signal) };
  }

  /** Signs in, and says how much of the server is as documented. */
  async describe(signal: AbortSignal): Promise<ServerDescription> {
    const { email, id } = await this.session.read('users/me', {}, userAnswer, signal);
    const { version } = await this.session.shape(signal);
    const { dialect } = await this.studio.calls(signal);
    const user = email ?? id;
    const name = version === undefined ? 'Kaizen Studio' : `Kaizen Studio ${version}`;
    return {
      product: dialect === 'server' ? name : `${name} (API as planned)`,
      ...(version === undefined ? {} : { version }),
      ...(user === undefined ? {} : { user }),
      abilities: abilitiesOf(dialect, this.streams.mayStream),
    };
  }

  listProjects(signal: AbortSignal): Promise<readonly Project[]> {
    return this.places.list(signal);
  }

  listTasks(query: TaskQuery, page: PageRequest, signal: AbortSignal): Promise<Page<Task>> {
    const agentId = agentIdOf(query.projectId);
    return agentId === undefined
      ? this.tasks.list(query, page, signal)
      : this.agents.versions(agentId, query, page, signal);
  }

  async getTasks(ids: readonly string[], signal: AbortSignal): Promise<readonly Task[]> {
    const versions = ids.filter(isVersionId);
    const others = ids.filter((id) => !isVersionId(id));
    return [
      ...(await this.tasks.byIds(others, signal)),
      ...(versions.length === 0 ? [] : await this.agents.byIds(versions, signal)),
    ];
  }

  dispose(): void {
    this.learned.dispose();
    this.streams.dispose();
    this.session.dispose();
  }

  private async contents(taskId: string, signal: AbortSignal): ReturnType<DetailAbility['read']> {
    if (isVersionId(taskId)) {
      return this.agents.details(taskId, signal);
    }
    const calls = await this.studio.calls(signal);
    const deploymentId = deploymentIdOf(taskId);
    if (deploymentId !== undefined) {
      return readDeploymentContents(calls, await calls.deployment(deploymentId, signal), signal);
    }
    const run = await this.tasks.readRun(taskId, signal);
    return readRunContents(calls, run, await graphOrNone(calls, run.pipelineId, signal), signal);
  }
}

async function listGroups(
  places: Places,
  agents: Agents,
  signal: AbortSignal,
): Promise<readonly ProjectGroup[]> {
  const [deployable, known] = await Promise.all([places.deployable(signal), agents.places(signal)]);
  const groups: readonly ProjectGroup[] = [
    { id: 'deployments', places: deployable },
    { id: 'agents', places: known },
  ];
  return groups.filter((group) => group.places.length > 0);
}

/** The pipeline of a run may be gone; the run can be looked at all the same. */
async function graphOrNone(
  calls: StudioCalls,
  pipelineId: string | undefined,
  signal: AbortSignal,
): Promise<PipelineGraph | undefined> {
  if (pipelineId === undefined) {
    return undefined;
  }
  try {
    return await calls.graph(pipelineId, signal);
  } catch (error) {
    if (isTracksideError(error) && (error.kind === 'notFound' || error.kind === 'forbidden')) {
      return undefined;
    }
    throw error;
  }
}

function abilitiesOf(dialect: StudioCalls['dialect'], mayStream: boolean): readonly Ability[] {
  const has = (name: string, reason?: string): Ability => ({
    name,
    isAvailable: true,
    ...(reason === undefined ? {} : { reason }),
  });
  const missing = (name: string, reason: string): Ability => ({ name, isAvailable: false, reason });
  const shared = [
    missing('queues', 'Kaizen Studio has none'),
    missing('workers', 'Kaizen Studio has none; gateways are where things are deployed to'),
    missing('launch', 'Kaizen Studio runs pipelines, not scripts'),
  ];
  if (dialect === 'document') {
    return [
      has('templates', 'Pipelines run with a document; they can be deployed, promoted and rolled back'),
      has('agents', 'Their versions can be kept; an agent cannot be rolled back'),
      has('dependencies', 'Steps of a pipeline, with how each went'),
      has('console'),
      has('series', 'Of deployments, in stretches of time'),
      mayStream
        ? has('live', 'Runs under way push their steps')
        : missing('live', 'The server refuses streams'),
      missing('stop', 'A run cannot be stopped'),
      ...shared,
    ];
  }
  return [
    has('templates', 'Pipelines run with a document; agents can be deployed and promoted'),
    has('agents', 'Rolling one back changes nothing that is deployed'),
    has('dependencies', 'Steps of a pipeline; how each went is not told'),
    has('console', 'Of deployments; of a run, input, output and error, since no log is kept'),
    has('series', 'Of deployments, from at most 1,000 executions'),
    has('deployments', 'At most ten of each status are listed for a gateway'),
    missing('rollback', 'The server has none for deployments'),
    missing('live', 'The server pushes nothing'),
    missing('stop', 'A run cannot be ended; one that hangs can be marked as stopped'),
    ...shared,
  ];
}
