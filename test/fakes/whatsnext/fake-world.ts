/** `document`: as its reference describes it. `real`: as the released server behaves, every quirk included. */
export type Personality = 'document' | 'real';

export interface FakeJob {
  readonly id: number;
  name: string;
  project_id: number;
  task_id: number;
  parameters: Record<string, unknown>;
  /** Upper case. */
  status: string;
  priority: number;
  depends: Record<string, string>;
  /** Without a zone; absent: when all others were made. */
  readonly createdAt?: string;
}

export interface FakeProject {
  readonly id: number;
  name: string;
  description: string;
  status: string;
}

export interface FakeTemplate {
  readonly id: number;
  readonly name: string;
  readonly project_id: number;
  readonly command_template: string | null;
  readonly required_cpu: number;
  readonly required_accelerators: number;
}

export interface FakeClient {
  readonly id: string;
  readonly name: string;
  readonly available_cpu?: number;
  readonly available_accelerators?: number;
  readonly last_heartbeat?: string;
  is_active: number;
}

/** What a server holds. */
export class FakeWorld {
  readonly projects = new Map<number, FakeProject>();
  readonly templates = new Map<number, FakeTemplate>();
  readonly jobs = new Map<number, FakeJob>();
  readonly clients = new Map<string, FakeClient>();
  private lastId = 0;

  nextId(): number {
    this.lastId += 1;
    return this.lastId;
  }

  project(name: string, status = 'ACTIVE'): number {
    const id = this.nextId();
    this.projects.set(id, { id, name, status, description: '' });
    return id;
  }

  template(projectId: number, name: string, command: string | null): number {
    const id = this.nextId();
    this.templates.set(id, {
      id,
      name,
      project_id: projectId,
      command_template: command,
      required_cpu: 8,
      required_accelerators: 0,
    });
    return id;
  }

  job(
    over: Partial<FakeJob> & { readonly name: string; readonly project_id: number; readonly task_id: number },
  ): number {
    const id = this.nextId();
    this.jobs.set(id, { parameters: {}, status: 'PENDING', priority: 0, depends: {}, ...over, id });
    return id;
  }

  /** What a failure does to pending jobs of the same project. */
  block(id: number): void {
    for (const job of this.jobs.values()) {
      if (job.status === 'PENDING' && String(id) in job.depends) {
        job.status = 'BLOCKED';
        this.block(job.id);
      }
    }
  }
}
