import { createHash } from 'node:crypto';
import { FakeError, type Row } from './fake-error';

/**
 * `real` = as a ClearML server answers; `document` = as the widely copied integration page describes it: opaque
 * tokens, counts beside lists, `Z` dates, fewer fields and fewer calls.
 */
export type Personality = 'real' | 'document';

export interface FakeTask {
  id: string;
  name: string;
  type: string;
  status: string;
  statusReason: string;
  statusMessage: string;
  statusChanged: number;
  comment: string;
  report?: string;
  created: number;
  started?: number;
  completed?: number;
  lastUpdate: number;
  lastIteration: number;
  lastWorker?: string;
  project?: string;
  parent?: string;
  queue?: string;
  beforeQueue?: string;
  tags: string[];
  systemTags: string[];
  isPublicExample: boolean;
  script: Row;
  configuration: Row;
  hyperparams: Row;
  runtime: Row;
  container?: Row;
  output?: Row;
  artifacts?: unknown;
}

export interface FakeScalar {
  readonly metric: string;
  readonly variant: string;
  readonly iter: number;
  readonly value: number;
}

/** A plot or an image, as the event it came as. */
export interface FakeOutput {
  readonly type: 'plot' | 'training_debug_image';
  readonly metric: string;
  readonly variant: string;
  readonly iter: number;
  readonly event: Row;
}

export interface FakeLog {
  readonly timestamp: number;
  readonly worker: string;
  readonly msg: string;
  readonly level: string;
}

export interface FakeWorker {
  readonly id: string;
  readonly queues: string[];
  task?: string;
  readonly figures: Row;
  /** How many steps its history has, the unmeasured first and last included; absent: 4. */
  readonly buckets?: number;
  lastReport: number;
}

export interface FakeProject {
  readonly id: string;
  name: string;
  readonly created: number;
  systemTags: string[];
}

export interface FakeModel {
  readonly id: string;
  name: string;
  uri: string;
  framework: string;
  isReady: boolean;
  readonly created: number;
  lastUpdate: number;
  tags: string[];
  systemTags: string[];
  comment: string;
  project?: string;
  task?: string;
  lastMetrics?: Row;
}

/** Everything a fake server knows, in plain arrays. Time moves by itself, a millisecond per second created task. */
export class FakeWorld {
  readonly tasks: FakeTask[] = [];
  readonly projects: FakeProject[] = [];
  readonly models: FakeModel[] = [];
  readonly queues: {
    id: string;
    name: string;
    isDefault: boolean;
    entries: { task: string; added: number }[];
  }[] = [];
  readonly workers = new Map<string, FakeWorker>();
  readonly scalars = new Map<string, FakeScalar[]>();
  readonly logs = new Map<string, FakeLog[]>();
  readonly outputs = new Map<string, FakeOutput[]>();
  /** Whether points lose digits as in a real server, which keeps them in 32 bits, but its totals in 64. */
  hasShortFloats = false;
  private ids = 0;
  private ticks = 0;

  constructor() {
    this.queues.push({ id: this.newId(), name: 'default', isDefault: true, entries: [] });
  }

  newId(): string {
    this.ids += 1;
    return createHash('md5').update(`fake ${this.ids}`).digest('hex');
  }

  /** Two calls in a row give the same millisecond, so that ties happen. */
  now(): number {
    this.ticks += 1;
    return 1_760_000_000_000 + Math.floor(this.ticks / 2);
  }

  task(id: string): FakeTask {
    const task = this.tasks.find((candidate) => candidate.id === id);
    if (task === undefined) {
      throw new FakeError(400, 101, `Invalid task id: id=${id}, company=company`);
    }
    return task;
  }

  addTask(fields: Partial<FakeTask> & { readonly name: string }): FakeTask {
    const now = this.now();
    const task: FakeTask = {
      id: this.newId(),
      type: 'training',
      status: 'created',
      statusReason: '',
      statusMessage: '',
      statusChanged: now,
      comment: '',
      created: now,
      lastUpdate: now,
      lastIteration: 0,
      tags: [],
      systemTags: [],
      isPublicExample: false,
      script: {},
      configuration: {},
      hyperparams: {},
      runtime: {},
      ...fields,
    };
    this.tasks.push(task);
    return task;
  }

  /** The project of this path, made with its parents when it is missing. */
  project(name: string, systemTags: string[] = []): FakeProject {
    const known = this.projects.find((candidate) => candidate.name === name);
    if (known !== undefined) {
      return known;
    }
    const parent = name.split('/').slice(0, -1).join('/');
    if (parent !== '') {
      this.project(parent);
    }
    const project: FakeProject = { id: this.newId(), name, created: this.now(), systemTags };
    this.projects.push(project);
    return project;
  }

  addModel(fields: Partial<FakeModel> & { readonly name: string }): FakeModel {
    const now = this.now();
    const model: FakeModel = {
      id: this.newId(),
      uri: 'http://127.0.0.1/model.pt',
      framework: 'PyTorch',
      isReady: false,
      created: now,
      lastUpdate: now,
      tags: [],
      systemTags: [],
      comment: '',
      ...fields,
    };
    this.models.push(model);
    return model;
  }

  addQueue(name: string): { id: string } {
    const queue = { id: this.newId(), name, isDefault: false, entries: [] };
    this.queues.push(queue);
    return queue;
  }

  queue(id: string): FakeWorld['queues'][number] {
    const queue = this.queues.find((candidate) => candidate.id === id);
    if (queue === undefined) {
      throw new FakeError(400, 701, `Invalid queue id: id=${id}, company=company`);
    }
    return queue;
  }
}
