import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { addressOf, bodyOf, fieldsOf, listenLocally, stopServer } from '../local-http';
import { FakeCatalog } from './fake-catalog';
import { failed, good, NO_ROUTE, type Answer, type GatewayPersonality } from './gateway-answers';

export interface FakeGatewayTask {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly status: string;
  readonly projectId: string;
  readonly comment?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly artifacts?: readonly { readonly name: string; readonly timestamp?: string }[];
  readonly outputModels?: Readonly<Record<string, string>>;
}

const TYPES = ['training', 'testing', 'inference', 'monitor', 'custom'];
const STATUSES = [
  'created',
  'queued',
  'in_progress',
  'stopped',
  'published',
  'closed',
  'failed',
  'completed',
];

const HEALTHY = 'ClearML API is running and connected to ClearML server';
/** What the SDK writes on a task that it creates. */
const AUTO_COMMENT = 'Auto-generated at 2024-05-01 10:00:00 UTC by root@gateway';

/** The gateway in memory, on a free port of this machine, below a path of choice. */
export class FakeGateway {
  readonly requests: string[] = [];
  readonly projects = [
    { id: 'p1', name: 'Vision', last_update: '2024-05-01T10:00:00+00:00' },
    { id: 'p2', name: 'Vision/Detection', last_update: 'None' },
    { id: 'p3', name: 'Two words', last_update: null },
  ];
  readonly tasks: FakeGatewayTask[] = [];
  readonly catalog: FakeCatalog;
  /** While true nothing is answered, as when ClearML is away. */
  hangs = false;
  /** Only these are not answered, as those that take ClearML too long. */
  hangsAt: RegExp | undefined;
  answersAfterMs = 0;
  /** What a proxy before the gateway wants; name in lower case. */
  wantedHeader: { readonly name: string; readonly value: string } | undefined;
  /** Answers 503 at `/health`. */
  isClearMlAway = false;
  most = 0;
  private inFlight = 0;

  private constructor(
    private readonly server: Server,
    readonly personality: GatewayPersonality,
    private readonly prefix: string,
  ) {
    this.catalog = new FakeCatalog(personality);
    server.on('request', (request, response) => void this.respond(request, response));
  }

  static async start(personality: GatewayPersonality, prefix = '', port = 0): Promise<FakeGateway> {
    const server = createServer();
    const fake = new FakeGateway(server, personality, prefix);
    await listenLocally(server, port);
    return fake;
  }

  get url(): string {
    return addressOf(this.server) + this.prefix;
  }

  countOf(request: string): number {
    return this.requests.filter((seen) => seen === request).length;
  }

  async stop(): Promise<void> {
    await stopServer(this.server);
  }

  private async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? '';
    const url = request.url ?? '';
    this.requests.push(`${method} ${url}`);
    if (this.hangs || this.hangsAt?.test(url) === true) {
      return;
    }
    this.inFlight += 1;
    this.most = Math.max(this.most, this.inFlight);
    const body = fieldsOf(await bodyOf(request));
    await new Promise((resolve) => setTimeout(resolve, this.answersAfterMs));
    const answer = this.isLetIn(request)
      ? this.routed(method, url, body)
      : { status: 401, text: 'Authorization Required' };
    this.inFlight -= 1;
    const isText = 'text' in answer;
    response.writeHead(answer.status, { 'content-type': isText ? 'text/plain' : 'application/json' });
    response.end(isText ? answer.text : JSON.stringify(answer.json));
  }

  private isLetIn({ headers }: IncomingMessage): boolean {
    const { wantedHeader } = this;
    return wantedHeader === undefined || headers[wantedHeader.name] === wantedHeader.value;
  }

  private routed(method: string, url: string, body: Record<string, unknown>): Answer {
    return url.startsWith(this.prefix) ? this.answer(method, url.slice(this.prefix.length), body) : NO_ROUTE;
  }

  private answer(method: string, url: string, body: Record<string, unknown>): Answer {
    const [path = '', query = ''] = url.split('?');
    // Decoded before routing, as the real one does: an encoded slash splits a name.
    const parts = decodeURIComponent(path).split('/').slice(1);
    const route = `${method} ${parts.map((part, at) => (at === 1 || at === 3 ? '*' : part)).join('/')}`;
    const [, project = '', , task = ''] = parts;
    switch (route) {
      case 'GET ':
        return good({ message: 'Welcome to the ClearML API' });
      case 'GET health':
        return this.isClearMlAway
          ? { status: 503, json: { detail: 'Failed to connect to ClearML server: refused' } }
          : good({ status: 'ok', message: HEALTHY, projects_count: this.projects.length });
      case 'GET projects':
        return good({ projects: this.projects.map((row) => ({ ...projectCommon(row.name), ...row })) });
      case 'GET projects/*/tasks':
        return this.list(project, new URLSearchParams(query).get('status'));
      case 'POST projects/*/tasks/*':
        return task === 'create' ? this.create(project, body) : NO_ROUTE;
      case 'GET projects/*/tasks/*':
        return this.detail(task);
      case 'GET projects/*/tasks/*/artifacts':
        return this.personality === 'real' ? this.artifacts(task) : NO_ROUTE;
      default:
        return this.catalog.answer(method, parts);
    }
  }

  private list(projectName: string, status: string | null): Answer {
    if (status !== null && !STATUSES.includes(status)) {
      return failed(`Failed to get tasks: '${status}' is not a valid TaskStatusEnum`);
    }
    const project = this.projects.find(({ name }) => name === projectName);
    const tasks = this.tasks.filter(
      (task) => task.projectId === project?.id && (status === null || task.status === status),
    );
    return good({ tasks: tasks.slice(0, 500).map((task) => this.row(task, false)) });
  }

  private detail(id: string): Answer {
    const task = this.tasks.find((candidate) => candidate.id === id);
    if (task === undefined) {
      return this.personality === 'real'
        ? failed(`Failed to get task details: Task ID "${id}" could not be found`)
        : { status: 404, json: { detail: 'Task not found' } };
    }
    const artifacts = task.artifacts?.map(({ name }) => ({ name, type: 'custom', mode: 'output', uri: '' }));
    return good({
      task: this.row(task, true),
      parameters: task.parameters ?? null,
      configuration: null,
      artifacts: artifacts ?? null,
    });
  }

  private artifacts(id: string): Answer {
    const task = this.tasks.find((candidate) => candidate.id === id);
    if (task === undefined) {
      return failed(`Failed to get task artifacts: Task ID "${id}" could not be found`);
    }
    const rows = task.artifacts ?? [];
    return rows.some(({ timestamp }) => timestamp !== undefined)
      ? { status: 500, text: 'Internal Server Error' }
      : good({
          artifacts: rows.map((row) => ({ type: 'custom', mode: 'output', uri: '', size: 12, ...row })),
        });
  }

  private create(projectName: string, { task_name: name, task_type: type }: Record<string, unknown>): Answer {
    if (typeof name !== 'string') {
      return { status: 422, json: { detail: [{ loc: ['body', 'task_name'], msg: 'field required' }] } };
    }
    if (typeof type !== 'string' || !TYPES.includes(type)) {
      return failed(`Failed to create task: '${String(type)}' is not a valid TaskTypeEnum`);
    }
    const projectId = this.projects.find((project) => project.name === projectName)?.id ?? '';
    const id = `made${this.tasks.length}`;
    const task = { id, name, type, status: 'created', projectId, comment: AUTO_COMMENT };
    this.tasks.push(task);
    return this.personality === 'real'
      ? failed("Failed to create task: 'Task' object has no attribute 'created'")
      : good({ id: task.id, name, project: projectName, type, created: '2024-05-01T10:00:00+00:00' });
  }

  private row(task: FakeGatewayTask, isDetail: boolean): Record<string, unknown> {
    const { id, name, type, status, projectId, comment = null, outputModels = null } = task;
    const tellsDates = isDetail || this.personality === 'document';
    return {
      ...{ id, name, type, status, comment, project: projectId },
      created: tellsDates ? '2024-05-01T10:00:00+00:00' : null,
      started: tellsDates && status !== 'created' ? '2024-05-01T10:00:05+00:00' : null,
      ...{ last_updated: null, active_duration: null, tags: null, system_tags: null },
      ...{ input_models: null, output_models: isDetail ? null : outputModels },
    };
  }
}

function projectCommon(name: string | null): object {
  const basename = name?.slice(name.lastIndexOf('/') + 1) ?? null;
  const created = '2024-05-01T09:00:00+00:00';
  return { basename, created, description: '', user: 'u1', company: 'c1', tags: [], system_tags: [] };
}
