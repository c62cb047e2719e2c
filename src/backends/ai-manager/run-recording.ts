import * as z from 'zod';
import type { Clock } from '../../core/clock';
import { TracksideError } from '../../core/errors';
import type { RecordedRun, StepReport } from '../../core/run-recording';
import type { RecordAbility, RecordedTask } from '../launch-contract';
import type { AiManagerRuns } from './run-listing';
import type { AiManagerSession } from './session';
import { projectAnswer, runAnswer, type WireRun } from './wire';

/** The document allows 100 requests a minute; the rest is left to reading. */
const REPORTS_PER_MINUTE = 80;

/** Runs of scripts on this machine, which the server only keeps. */
export class AiManagerRecording implements RecordAbility {
  readonly reportsPerMinute = REPORTS_PER_MINUTE;

  constructor(
    private readonly session: AiManagerSession,
    private readonly runs: AiManagerRuns,
    private readonly clock: Clock,
  ) {}

  async create(
    { name, projectName, parameters, tags }: RecordedRun,
    signal: AbortSignal,
  ): Promise<RecordedTask> {
    const project = await this.projectNamed(projectName, signal);
    const body = { name, config: parameters, tags };
    const run = await this.session.send('POST', `runs/?project_id=${project}`, body, runAnswer, signal);
    return { taskId: String(run.id), mark: markOf(run) };
  }

  /** On SQLite the next run gets the id of the newest one that was deleted. */
  async confirm({ taskId, mark }: RecordedTask, signal: AbortSignal): Promise<void> {
    const run = await this.runs.readRun(taskId, signal);
    if (mark !== undefined && markOf(run) !== mark) {
      throw new TracksideError(
        'notFound',
        'The run was deleted on the server, and another one has its number.',
        'What the script reports is on this machine.',
      );
    }
  }

  async report(taskId: string, { step, values }: StepReport, signal: AbortSignal): Promise<void> {
    const path = `metrics/${encodeURIComponent(taskId)}/batch`;
    await this.session.send('POST', path, { metrics: values, step }, z.unknown(), signal);
  }

  async finish(
    taskId: string,
    status: 'completed' | 'failed' | 'stopped',
    signal: AbortSignal,
  ): Promise<void> {
    // In UTC: the server drops an offset instead of converting by it.
    const fields = { status, ended_at: new Date(this.clock.now()).toISOString() };
    await this.session.send('PUT', `runs/${encodeURIComponent(taskId)}`, fields, z.unknown(), signal);
  }

  /** One of the person's own: another's public project of the same name takes runs, but not their ends. */
  private async projectNamed(name: string, signal: AbortSignal): Promise<number> {
    const own = await this.runs.ownProject(name, signal);
    if (own !== undefined) {
      return own;
    }
    if (name.trim() === '') {
      throw new TracksideError('invalid', 'A project needs a name.', 'Set trackside.launch.project.');
    }
    return (await this.session.send('POST', 'projects/', { name }, projectAnswer, signal)).id;
  }
}

/** When it began, which nobody can change. */
function markOf({ started_at: startedAt }: WireRun): string | undefined {
  return startedAt ?? undefined;
}
