import { toTracksideError, TracksideError } from '../../core/errors';
import type { RunTemplate, TemplateRun, TemplateRunOutcome } from '../../core/run-template';
import type { TemplateAbility } from '../contract';
import { neverRunning, readProject } from './dependency-graph';
import { goneError, requireNumber, type Jobs } from './jobs';
import { parametersOf, placeholdersOf, valueOf } from './parameters';
import { archivedError } from './projects';
import { batchReply, wireTemplate, type WireTemplate } from './schema';
import type { WhatsNextSession } from './session';

/** One job as the batch call takes it. */
export interface NewJob {
  readonly name: string;
  readonly task_id: number;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly priority: number;
  readonly depends: Readonly<Record<string, string>>;
}

/** The server's "tasks": what a job runs and what it needs. */
export class Templates implements TemplateAbility {
  readonly noun = 'template';
  readonly caution =
    'A worker of this server will run the command with these values. Everybody with access to the server can read them.';
  readonly takesDependencies = true;
  readonly takesPriority = true;
  private readonly names = new Map<number, string>();

  constructor(
    private readonly session: WhatsNextSession,
    private readonly jobs: Jobs,
  ) {}

  /** Known after the first list of its project. */
  nameOf(id: number): string | undefined {
    return this.names.get(id);
  }

  async list(projectId: string, signal: AbortSignal): Promise<readonly RunTemplate[]> {
    const query = { project_id: requireNumber(projectId, 'project') };
    try {
      const templates = await this.session.all('tasks/', query, wireTemplate, signal);
      templates.forEach(({ id, name }) => this.names.set(id, name));
      return templates.map(toTemplate);
    } catch (thrown) {
      const error = toTracksideError(thrown);
      throw /is archived/i.test(error.message) ? archivedError() : error;
    }
  }

  async read(id: number, signal: AbortSignal): Promise<WireTemplate> {
    const template = await this.session.get(`tasks/${id}`, {}, wireTemplate, signal);
    this.names.set(template.id, template.name);
    return template;
  }

  /** In one batch: all of them or none. */
  async run(
    template: RunTemplate,
    runs: readonly TemplateRun[],
    signal: AbortSignal,
  ): Promise<TemplateRunOutcome> {
    const projectId = requireNumber(template.projectId, 'project');
    const wire = await this.check(template, projectId, signal);
    const depends = await this.dependencies(
      projectId,
      runs.flatMap(({ dependsOn = [] }) => dependsOn),
      signal,
    );
    const jobs = runs.map((run): NewJob => ({
      name: run.name,
      task_id: wire.id,
      parameters:
        run.document === undefined
          ? Object.fromEntries(Object.entries(run.inputs).map(([name, text]) => [name, valueOf(text)]))
          : parametersOf(run.document),
      priority: run.priority ?? 0,
      depends: Object.fromEntries((run.dependsOn ?? []).map((id) => [id, depends.get(Number(id)) ?? ''])),
    }));
    return { createdTaskIds: await this.create(projectId, jobs, signal) };
  }

  /** The one way to create jobs that every version of the server has. It checks nothing by itself. */
  async create(projectId: number, jobs: readonly NewJob[], signal: AbortSignal): Promise<string[]> {
    const path = `projects/${projectId}/jobs/batch`;
    try {
      const json = await this.session.change('POST', path, { jobs }, signal);
      return this.session.checked(`POST /${path}`, json, batchReply).job_ids.map(String);
    } catch (thrown) {
      const error = toTracksideError(thrown);
      throw error.detail.status === 500
        ? new TracksideError(
            'server',
            'The server failed while it created the tasks; none of them exists.',
            'Refresh, look whether the template still exists, and try again.',
            error.detail,
          )
        : error;
    }
  }

  /** Reads the template again: one that is gone would fail the whole batch, one of another project would not. */
  private async check(template: RunTemplate, projectId: number, signal: AbortSignal): Promise<WireTemplate> {
    const gone = new TracksideError('notFound', 'This template no longer exists on the server.', 'Refresh.');
    try {
      const wire = await this.read(requireNumber(template.id, 'task'), signal);
      if (wire.project_id === projectId) {
        return wire;
      }
    } catch (error) {
      if (toTracksideError(error).kind !== 'notFound') {
        throw error;
      }
    }
    throw gone;
  }

  /** Names by id of the jobs to wait for. Throws when one is gone or can never be completed. */
  private async dependencies(
    projectId: number,
    ids: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<number, string>> {
    const wanted = new Set(ids.map((id) => requireNumber(id, 'task')));
    if (wanted.size === 0) {
      return new Map();
    }
    const all = await readProject(this.jobs, projectId, signal);
    const names = new Map(all.map(({ id, name }) => [id, name]));
    const stuck = neverRunning(all);
    for (const id of wanted) {
      if (!names.has(id)) {
        throw goneError();
      }
      const reason = stuck.get(id);
      if (reason !== undefined) {
        throw new TracksideError(
          'conflict',
          `“${names.get(id) ?? id}” ${reason}, so nothing that waits for it could run.`,
          'Choose other dependencies.',
        );
      }
    }
    return names;
  }
}

function toTemplate(wire: WireTemplate): RunTemplate {
  const command = wire.command_template ?? '';
  const needs = [
    wire.required_cpu ? `${wire.required_cpu} CPUs` : undefined,
    wire.required_accelerators ? `${wire.required_accelerators} accelerators` : undefined,
  ].filter((part) => part !== undefined);
  return {
    id: String(wire.id),
    name: wire.name,
    projectId: String(wire.project_id),
    inputs: placeholdersOf(command),
    // Without a command nobody knows which parameters its workers want.
    takesDocument: command === '',
    ...(command === '' ? { documentSchema: { type: 'object' } } : { command }),
    ...(needs.length === 0 ? {} : { description: `needs ${needs.join(' and ')}` }),
  };
}
