import type { FakeJob, FakeProject, FakeTemplate, FakeWorld, Personality } from './fake-world';

/** An answer that is not 200 with JSON. Text bodies are plain text, as the real server's are. */
export class FakeRefusal extends Error {
  constructor(
    readonly status: number,
    readonly body: string | object,
  ) {
    super(`status ${status}`);
  }
}

export interface FakeCall {
  readonly method: string;
  /** With its slashes, without query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown>;
}

export interface FakeTraits {
  readonly personality: Personality;
  /** Whether creating and changing projects and jobs one by one always fails, as in one released version. */
  readonly isDefective: boolean;
}

const CREATED = '2024-01-15T10:30:00';
const STATUS_500 = new FakeRefusal(500, 'Internal Server Error');
const notFound = (what: string): FakeRefusal => new FakeRefusal(404, { detail: `${what} not found.` });

/** The calls that Trackside makes, and those that it must never make. */
export class FakeCalls {
  constructor(
    private readonly world: FakeWorld,
    private readonly traits: FakeTraits,
  ) {}

  /** The JSON of a good answer; undefined for 204. */
  answer(call: FakeCall): unknown {
    const { method, path } = call;
    const parts = path.split('/').filter((part) => part !== '');
    const key = `${method} /${parts.map((part, index) => (index > 0 && /^\d+$/.test(part) ? ':id' : part)).join('/')}`;
    const id = Number(parts[1]);
    switch (key) {
      case 'GET /checkdb':
        return this.isReal ? { status: 'healthy', database: 'connected' } : { message: 'DB is working' };
      case 'GET /openapi.json':
        return this.openApi();
      case 'GET /projects':
        return this.projects(call);
      case 'GET /projects/:id':
        return this.projectRow(this.projectOf(id));
      case 'PUT /projects/:id':
        return this.putProject(id, call.body);
      case 'DELETE /projects/:id/queue':
        return this.clear(id);
      case 'POST /projects/:id/jobs/batch':
        return this.batch(id, call.body);
      case 'GET /tasks':
        return this.templates(call);
      case 'GET /tasks/:id':
        return this.templateRow(id);
      case 'GET /jobs':
        return this.jobs(call);
      default:
        return this.jobAnswer(key, id, call, parts);
    }
  }

  private jobAnswer(key: string, id: number, call: FakeCall, parts: readonly string[]): unknown {
    switch (key) {
      case 'GET /jobs/:id':
        return this.jobRow(this.jobOf(id));
      case 'GET /jobs/:id/dependencies':
        return this.dependencies(this.jobOf(id));
      case 'PUT /jobs/:id':
        return this.putJob(this.jobOf(id), call.body);
      case 'DELETE /jobs/:id':
        this.jobOf(id);
        this.world.jobs.delete(id);
        return undefined;
      case 'GET /clients':
        return this.page(
          call,
          [...this.world.clients.values()].filter(({ is_active }) => is_active === 1),
        );
      default:
        return this.clientAnswer(call, parts);
    }
  }

  private clientAnswer({ method, path }: FakeCall, parts: readonly string[]): unknown {
    const client = this.world.clients.get(parts[1] ?? '');
    if (method === 'POST' && parts[0] === 'clients' && parts[2] === 'deactivate' && client !== undefined) {
      client.is_active = 0;
      return { status: 'deactivated' };
    }
    throw notFound(path);
  }

  private get isReal(): boolean {
    return this.traits.personality === 'real';
  }

  private openApi(): unknown {
    if (!this.isReal) {
      throw notFound('openapi.json');
    }
    return { info: { title: 'WhatsNext API', version: '0.1.0' } };
  }

  /** Times of the real server have a zone. */
  private times(created = CREATED): object {
    const at = this.isReal ? `${created}.123456Z` : created;
    return { created_at: at, updated_at: at };
  }

  private word(status: string): string {
    return this.isReal ? status.toLowerCase() : status;
  }

  /** A page in an order of the server's own. */
  private page<T>({ query }: FakeCall, rows: readonly T[]): T[] {
    const limit = Number(query.get('limit') ?? '10');
    if (limit > 1_000) {
      throw new FakeRefusal(422, {
        detail: [{ type: 'less_than_equal', loc: ['query', 'limit'], msg: 'too big', input: String(limit) }],
      });
    }
    const skip = Number(query.get('skip') ?? '0');
    const shuffled = this.isReal ? [...rows].reverse() : rows;
    return shuffled.slice(skip, skip + limit);
  }

  private projects(call: FakeCall): unknown {
    const wanted = call.query.get(this.isReal ? 'status_filter' : 'status') ?? (this.isReal ? 'ACTIVE' : '');
    if (wanted !== '' && wanted !== 'ACTIVE' && wanted !== 'ARCHIVED') {
      throw new FakeRefusal(400, { detail: `Invalid status '${wanted}'` });
    }
    const rows = [...this.world.projects.values()].filter(({ status }) => wanted === '' || status === wanted);
    return this.page(call, rows).map((project) => this.projectRow(project));
  }

  private projectOf(id: number): FakeProject {
    const project = this.world.projects.get(id);
    if (project === undefined) {
      throw notFound(`Project with id ${id}`);
    }
    return project;
  }

  private projectRow(project: FakeProject): object {
    return { ...project, status: this.word(project.status), ...this.times() };
  }

  private putProject(id: number, body: Record<string, unknown>): unknown {
    const project = this.projectOf(id);
    this.requireFields(body, ['name', 'description', 'status']);
    if (this.traits.isDefective) {
      throw STATUS_500;
    }
    project.status = String(body['status']);
    return this.isReal ? { data: this.projectRow(project) } : this.projectRow(project);
  }

  private requireFields(body: Record<string, unknown>, names: readonly string[]): void {
    const missing = names.find((name) => body[name] === undefined);
    if (missing !== undefined) {
      throw new FakeRefusal(422, {
        detail: [{ type: 'missing', loc: ['body', missing], msg: 'Field required' }],
      });
    }
    if (typeof body['status'] === 'string' && body['status'] !== body['status'].toUpperCase()) {
      throw STATUS_500;
    }
  }

  private clear(projectId: number): unknown {
    this.projectOf(projectId);
    const pending = [...this.world.jobs.values()].filter(
      (job) => job.project_id === projectId && job.status === 'PENDING',
    );
    pending.forEach(({ id }) => this.world.jobs.delete(id));
    return { deleted: pending.length };
  }

  private batch(projectId: number, body: Record<string, unknown>): unknown {
    this.projectOf(projectId);
    const jobs = body['jobs'] as readonly Partial<FakeJob>[];
    if (jobs.some((job) => !this.world.templates.has(Number(job.task_id)))) {
      throw STATUS_500;
    }
    const ids = jobs.map((job) =>
      this.world.job({
        ...job,
        name: String(job.name),
        task_id: Number(job.task_id),
        project_id: projectId,
        status: 'PENDING',
      }),
    );
    return { created: ids.length, job_ids: ids };
  }

  private templates(call: FakeCall): unknown {
    const projectId = Number(call.query.get('project_id'));
    const project = this.world.projects.get(projectId);
    if (this.isReal && project?.status === 'ARCHIVED') {
      throw new FakeRefusal(400, { detail: `Project with project_id=${projectId} is archived.` });
    }
    const rows = [...this.world.templates.values()].filter(({ project_id }) => project_id === projectId);
    return this.page(call, rows).map(({ id }) => this.templateRow(id));
  }

  private templateRow(id: number): FakeTemplate & object {
    const template = this.world.templates.get(id);
    if (template === undefined) {
      throw notFound(`Task with id ${id}`);
    }
    return { ...template, ...this.times() };
  }

  private jobs(call: FakeCall): unknown {
    const projectId = call.query.get('project_id');
    const rows = [...this.world.jobs.values()].filter(
      ({ project_id }) => projectId === null || project_id === Number(projectId),
    );
    return this.page(call, rows).map((job) => this.jobRow(job));
  }

  private jobOf(id: number): FakeJob {
    const job = this.world.jobs.get(id);
    if (job === undefined) {
      throw notFound(`Job with id ${id}`);
    }
    return job;
  }

  /** No row of the real server tells status, priority or dependencies. */
  private jobRow(job: FakeJob): object {
    const { id, name, project_id, task_id, parameters, createdAt } = job;
    const said = { id, name, project_id, task_id, parameters, ...this.times(createdAt) };
    return this.isReal ? said : { ...said, status: job.status, priority: job.priority, depends: job.depends };
  }

  private dependencies(job: FakeJob): unknown {
    const keys = Object.keys(job.depends);
    if (keys.some((key) => !/^\d+$/.test(key))) {
      throw STATUS_500;
    }
    const found = keys.flatMap((key) => this.world.jobs.get(Number(key)) ?? []);
    const isEachCompleted =
      found.length === keys.length && found.every(({ status }) => status === 'COMPLETED');
    const dependencies = found.map(({ id, name, status }) =>
      this.isReal ? { job_id: id, job_name: name, status: this.word(status) } : { id, name, status },
    );
    return {
      job_id: job.id,
      dependencies,
      all_completed: isEachCompleted,
      ...(this.isReal
        ? {
            job_name: job.name,
            status: this.word(job.status),
            has_failed: found.some(({ status }) => status === 'FAILED'),
          }
        : {}),
    };
  }

  private putJob(job: FakeJob, body: Record<string, unknown>): unknown {
    this.requireFields(body, [
      'name',
      'project_id',
      'task_id',
      'parameters',
      'status',
      'priority',
      'depends',
    ]);
    if (this.traits.isDefective) {
      throw STATUS_500;
    }
    Object.assign(job, body);
    if (job.status === 'FAILED') {
      this.world.block(job.id);
      return { data: {} };
    }
    return this.isReal ? { data: this.jobRow(job) } : this.jobRow(job);
  }
}
