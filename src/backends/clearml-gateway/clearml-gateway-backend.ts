import type { Project, Task } from '../../core/entities';
import { TracksideError } from '../../core/errors';
import type {
  Backend,
  DatasetAbility,
  DetailAbility,
  GroupAbility,
  ModelAbility,
  Page,
  PageRequest,
  ServerDescription,
  TaskQuery,
  TemplateAbility,
} from '../contract';
import { catalogGroups, datasetAbility, modelAbility } from './catalog';
import { draftAbility } from './drafts';
import { health, welcome, WELCOME_WORDS } from './schema';
import { GatewaySession, type GatewayOptions } from './session';
import { GatewayTasks } from './tasks';

/** The gateway between CVAT and ClearML: projects, tasks, models and datasets to look at, and empty drafts to make. */
export class ClearMlGatewayBackend implements Backend {
  readonly kind = 'clearml-gateway';
  readonly details: DetailAbility;
  readonly templates: TemplateAbility;
  readonly groups: GroupAbility = catalogGroups;
  readonly models: ModelAbility;
  readonly datasets: DatasetAbility;
  private readonly session: GatewaySession;
  private readonly tasks: GatewayTasks;
  private description: ServerDescription | undefined;

  constructor(options: GatewayOptions) {
    const session = new GatewaySession(options);
    const tasks = new GatewayTasks(session, options.taskListTimeoutMs);
    this.session = session;
    this.tasks = tasks;
    this.details = { read: (taskId, signal) => tasks.details(taskId, signal) };
    this.templates = draftAbility(session, tasks);
    this.models = modelAbility(session, tasks, options.catalogTimeoutMs);
    this.datasets = datasetAbility(session, options.catalogTimeoutMs);
  }

  async describe(signal: AbortSignal): Promise<ServerDescription> {
    this.description ??= await this.ask(signal);
    return this.description;
  }

  listProjects(signal: AbortSignal): Promise<readonly Project[]> {
    return this.tasks.projects(signal);
  }

  listTasks(query: TaskQuery, page: PageRequest, signal: AbortSignal): Promise<Page<Task>> {
    return this.tasks.list(query, page, signal);
  }

  getTasks(ids: readonly string[], signal: AbortSignal): Promise<readonly Task[]> {
    return this.tasks.byIds(ids, signal);
  }

  dispose(): void {
    this.session.dispose();
  }

  private async ask(signal: AbortSignal): Promise<ServerDescription> {
    const { message } = await this.session.get('', welcome, signal);
    if (!WELCOME_WORDS.test(message)) {
      throw new TracksideError(
        'malformed',
        `${this.session.server} is no ClearML gateway.`,
        'Check the address, with its path, and the kind of server.',
      );
    }
    await this.session.get('health', health, signal);
    return { product: 'ClearML gateway for CVAT', abilities: ABILITIES };
  }
}

const ABILITIES: ServerDescription['abilities'] = [
  { name: 'projects', isAvailable: true },
  {
    name: 'tasks',
    isAvailable: true,
    reason: 'By project, the 500 oldest at most, without dates; not for projects with "/" in their name.',
  },
  { name: 'details', isAvailable: true },
  { name: 'create drafts', isAvailable: true, reason: 'Empty ones, which the gateway cannot start.' },
  {
    name: 'models',
    isAvailable: true,
    reason: 'Read when they are opened: the gateway asks ClearML for each of them.',
  },
  {
    name: 'datasets',
    isAvailable: true,
    reason: 'Read when they are opened, where this gateway lists them; without their other versions.',
  },
  { name: 'actions', isAvailable: false, reason: 'The gateway only reads.' },
  { name: 'queues', isAvailable: false, reason: 'The gateway does not offer them.' },
  { name: 'workers', isAvailable: false, reason: 'The gateway does not offer them.' },
  { name: 'series', isAvailable: false, reason: 'The gateway does not offer them.' },
  { name: 'console', isAvailable: false, reason: 'The gateway does not offer it.' },
];
