import * as z from 'zod';
import { Emitter } from '../../core/emitter';
import type { Project, Task } from '../../core/entities';
import { toTracksideError } from '../../core/errors';
import type {
  Backend,
  DependencyAbility,
  DetailAbility,
  Page,
  PageRequest,
  ProjectAbility,
  ServerDescription,
  TaskQuery,
} from '../contract';
import { Actions } from './actions';
import { readGraph } from './dependency-graph';
import { readDetails } from './details';
import { Jobs } from './jobs';
import { Projects } from './projects';
import { Queues } from './queues';
import { WhatsNextSession, type WhatsNextOptions } from './session';
import { Tasks } from './tasks';
import { Templates } from './templates';
import { Workers } from './workers';

const apiPage = z.object({ info: z.object({ title: z.string(), version: z.string() }) });

/** A WhatsNext server: jobs as tasks, its "tasks" as templates, a project's pending jobs as its queue. */
export class WhatsNextBackend implements Backend {
  readonly kind = 'whatsnext';
  readonly queues: Queues;
  readonly workers: Workers;
  readonly actions: Actions;
  readonly templates: Templates;
  readonly projects: Required<Pick<ProjectAbility, 'setArchived'>>;
  readonly dependencies: DependencyAbility;
  readonly details: DetailAbility;
  private readonly learned = new Emitter<void>();
  readonly onDidLearn = this.learned.event;
  private readonly session: WhatsNextSession;
  private readonly projectList: Projects;
  private readonly tasks: Tasks;
  private version: string | undefined;
  private isProbed = false;

  constructor(options: WhatsNextOptions) {
    const session = new WhatsNextSession(options);
    const jobs = new Jobs(session);
    const projects = new Projects(session);
    const templates = new Templates(session, jobs);
    const actions = new Actions(session, jobs, templates, () => this.learned.fire());
    this.session = session;
    this.projectList = projects;
    this.templates = templates;
    this.actions = actions;
    this.queues = new Queues(session, jobs, projects);
    this.workers = new Workers(session);
    this.projects = {
      setArchived: (id, isArchived, signal) => projects.setArchived(id, isArchived, signal),
    };
    this.details = { read: (taskId, signal) => readDetails(jobs, templates, taskId, signal) };
    this.dependencies = {
      scopes: ['task', 'project'],
      read: (scope, signal, onPart) => readGraph(jobs, projects, scope, signal, onPart),
    };
    this.tasks = new Tasks(jobs, projects, {
      canChange: () => actions.canChange,
      templateName: (id) => templates.nameOf(id),
    });
  }

  /** Asks for a project, because a server that is well says nothing about the key. */
  async describe(signal: AbortSignal): Promise<ServerDescription> {
    if (!this.isProbed) {
      await this.session.get('projects/', { limit: 1 }, z.array(z.unknown()), signal);
      this.version = await this.readVersion(signal);
      this.isProbed = true;
    }
    const { version } = this;
    return {
      product: version === undefined ? 'WhatsNext' : `WhatsNext (API ${version})`,
      ...(version === undefined ? {} : { version }),
      abilities: abilitiesOf(this.actions.canChange),
    };
  }

  listProjects(signal: AbortSignal): Promise<readonly Project[]> {
    return this.projectList.list(signal);
  }

  listTasks(query: TaskQuery, page: PageRequest, signal: AbortSignal): Promise<Page<Task>> {
    return this.tasks.list(query, page, signal);
  }

  getTasks(ids: readonly string[], signal: AbortSignal): Promise<readonly Task[]> {
    return this.tasks.byIds(ids, signal);
  }

  dispose(): void {
    this.learned.dispose();
    this.session.dispose();
  }

  private async readVersion(signal: AbortSignal): Promise<string | undefined> {
    try {
      return (await this.session.get('openapi.json', {}, apiPage, signal)).info.version;
    } catch (error) {
      if (toTracksideError(error).kind === 'cancelled') {
        throw error;
      }
      return undefined;
    }
  }
}

function abilitiesOf(canChange: boolean): ServerDescription['abilities'] {
  const absent = (name: string, reason: string): ServerDescription['abilities'][number] => ({
    name,
    isAvailable: false,
    reason,
  });
  return [
    { name: 'templates', isAvailable: true },
    { name: 'dependencies', isAvailable: true },
    { name: 'queues', isAvailable: true, reason: 'One per project; the order in it is not told' },
    { name: 'workers', isAvailable: true, reason: 'What a worker runs is not told' },
    canChange
      ? { name: 'status changes', isAvailable: true, reason: 'Priorities must be given anew' }
      : absent('status changes', 'This version of the server fails at every change of a task'),
    absent('series', 'WhatsNext keeps no metrics'),
    absent('console', 'WhatsNext keeps no output'),
    absent('stop', 'WhatsNext cannot end a process; a task can be marked as failed'),
    absent('live', 'WhatsNext pushes nothing'),
  ];
}
