import { TracksideError } from '../../core/errors';
import type { SeriesDelta } from '../../core/series';
import type {
  ActionAbility,
  Backend,
  DetailAbility,
  ConsoleAbility,
  DependencyAbility,
  FileAbility,
  GroupAbility,
  ImageAbility,
  LiveAbility,
  ModelAbility,
  Page,
  PageRequest,
  PipelineAbility,
  PlotAbility,
  ProjectAbility,
  QueueAbility,
  ServerDescription,
  TableAbility,
  TaskQuery,
  WorkerAbility,
} from '../contract';
import type { SeriesAbility } from '../series-contract';
import type { DraftAbility, LaunchAbility } from '../launch-contract';
import { isByPlace, listByPlace } from '../listing-by-place';
import type { Project, Task } from '../../core/entities';
import { ClearMlActions } from './actions';
import { readConsoleEnd, readEventConsole, readTracksideConsole } from './console';
import { readDependencies, readStepTasks } from './dependencies';
import { readDetails } from './details';
import { draftAbility } from './drafts';
import { EventSeries } from './event-series';
import { openTaskFile } from './files';
import { listGroups } from './groups';
import { createTask } from './launch';
import { subscribeLive } from './live';
import { readMetricFigures, toSummary } from './metric-figures';
import { ClearMlModels } from './models';
import { changeProject, listProjects } from './projects';
import { ClearMlQueues } from './queues';
import { describeServer, ServerProbe } from './server-facts';
import { ClearMlSession, type ClearMlOptions } from './session';
import { ClearMlTable } from './table';
import { ClearMlTasks } from './tasks';
import { readImages, readPlots } from './task-output';
import { listTracksideSeries, readTracksideOverview, readTracksideSeries } from './trackside-series';
import { ClearMlWorkers } from './workers';

/**
 * A ClearML server, or Trackside's own tracker, which speaks the same language and adds exact differences and
 * pushes. Which of the two it is shows in `server.info`, asked once.
 */
export class ClearMlBackend implements Backend {
  readonly kind = 'clearml';
  readonly signOut: (signal: AbortSignal) => Promise<void>;
  readonly details: DetailAbility;
  readonly plots: PlotAbility;
  readonly images: ImageAbility;
  readonly files: FileAbility;
  readonly queues: QueueAbility;
  readonly workers: WorkerAbility;
  readonly series: SeriesAbility;
  readonly console: ConsoleAbility;
  readonly actions: ActionAbility;
  readonly launch: LaunchAbility;
  readonly drafts: DraftAbility;
  readonly dependencies: DependencyAbility;
  readonly pipelines: PipelineAbility;
  readonly table: TableAbility;
  readonly projects: ProjectAbility;
  readonly groups: GroupAbility;
  readonly models: ModelAbility;
  private readonly session: ClearMlSession;
  private readonly probe: ServerProbe;
  private readonly tasks: ClearMlTasks;
  private readonly pushes: LiveAbility;

  constructor(options: ClearMlOptions) {
    const session = new ClearMlSession(options);
    const probe = new ServerProbe(session);
    this.session = session;
    this.probe = probe;
    this.signOut = (signal) => session.signOut(signal);
    this.tasks = new ClearMlTasks(session, probe);
    this.workers = new ClearMlWorkers(session, probe);
    this.actions = new ClearMlActions(session);
    this.series = seriesAbility(session, probe);
    this.console = consoleAbility(session, probe);
    this.details = { read: (taskId, signal) => readDetails(session, taskId, signal) };
    this.plots = {
      list: (taskId, iterations, signal) => readPlots(session, taskId, iterations, signal),
    };
    this.images = {
      list: (taskId, iterations, signal) => readImages(session, taskId, iterations, signal),
    };
    this.files = { download: (uri, signal, options) => openTaskFile(session, uri, signal, options) };
    this.queues = new ClearMlQueues(session, probe);
    this.launch = { create: (request, signal) => createTask(session, probe, request, signal) };
    this.drafts = draftAbility(session);
    this.dependencies = dependencyAbility(session);
    this.pipelines = { stepTasks: (taskId, signal) => readStepTasks(session, taskId, signal) };
    this.table = new ClearMlTable(session, probe);
    this.projects = { change: (request, signal) => changeProject(session, request, signal) };
    this.models = new ClearMlModels(session, probe);
    this.groups = { list: (signal) => listGroups(session, signal) };
    this.pushes = { subscribe: (onChange, onState) => subscribeLive(session, probe, onChange, onState) };
  }

  /** Absent once `describe` has found a server that pushes nothing. */
  get live(): LiveAbility | undefined {
    return this.probe.known?.isTrackside === false ? undefined : this.pushes;
  }

  async describe(signal: AbortSignal): Promise<ServerDescription> {
    return describeServer(await this.probe.facts(signal));
  }

  async listProjects(signal: AbortSignal): Promise<readonly Project[]> {
    const { apiVersion } = await this.probe.facts(signal);
    return listProjects(this.session, apiVersion, signal);
  }

  listTasks(query: TaskQuery, page: PageRequest, signal: AbortSignal): Promise<Page<Task>> {
    return isByPlace(query)
      ? listByPlace(this.table, query, page, this.session.clock.now(), signal)
      : this.tasks.list(query, page, signal);
  }

  getTasks(ids: readonly string[], signal: AbortSignal): Promise<readonly Task[]> {
    return this.tasks.byIds(ids, signal);
  }

  dispose(): void {
    this.session.dispose();
  }
}

function dependencyAbility(session: ClearMlSession): DependencyAbility {
  return {
    scopes: ['task'],
    read: (scope, signal) => {
      switch (scope.kind) {
        case 'task':
          return readDependencies(session, scope.taskId, signal);
        case 'project':
          throw new TracksideError('invalid', 'ClearML has no graph of a project.', 'Open that of a task.');
      }
    },
  };
}

function seriesAbility(session: ClearMlSession, probe: ServerProbe): SeriesAbility {
  const events = new EventSeries(session);
  return {
    list: async (taskId, signal) => {
      if ((await probe.facts(signal)).isTrackside) {
        return listTracksideSeries(session, taskId, signal);
      }
      return (await readMetricFigures(session, taskId, signal)).map(toSummary);
    },
    read: async function* (taskId, cursor, signal): AsyncGenerator<SeriesDelta, string> {
      const { isTrackside } = await probe.facts(signal);
      return isTrackside
        ? yield* readTracksideSeries(session, taskId, cursor, signal)
        : yield* events.read(taskId, cursor, signal);
    },
    overview: async (taskId, request, signal) =>
      (await probe.facts(signal)).isTrackside ? readTracksideOverview(session, taskId, request, signal) : [],
  };
}

function consoleAbility(session: ClearMlSession, probe: ServerProbe): ConsoleAbility {
  return {
    read: async (taskId, cursor, limit, signal) => {
      const read = (await probe.facts(signal)).isTrackside ? readTracksideConsole : readEventConsole;
      return read(session, taskId, cursor, limit, signal);
    },
    readEnd: (taskId, limit, signal) => readConsoleEnd(session, taskId, limit, signal),
  };
}
