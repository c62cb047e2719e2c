import * as z from 'zod';
import type {
  ParameterEdit,
  ProjectChoice,
  TaskAction,
  TaskActionOutcome,
  TaskActionRequest,
} from '../../core/actions';
import type { Clock } from '../../core/clock';
import { copyName } from '../../core/copy-name';
import { TracksideError } from '../../core/errors';
import type { ActionAbility, ActionPlan } from '../contract';
import { CONFIG_SECTION } from './run-details';
import type { AiManagerRuns } from './run-listing';
import type { AiManagerSession } from './session';
import { projectAnswer, runAnswer } from './wire';

type CloneRequest = Extract<TaskActionRequest, { readonly action: 'clone' }>;

const ASKS_NOTHING = { asksPriority: false, blockedCount: 0 };

/** What means something else here than on a server that runs things. */
const PLANS: Readonly<Partial<Record<TaskAction, ActionPlan>>> = {
  stop: {
    verb: 'Mark as Stopped',
    says: 'Only the status changes: AI Manager runs nothing, so the script goes on where it runs. One that Trackside launched on this machine is stopped.',
    ...ASKS_NOTHING,
  },
  reset: {
    verb: 'Reopen',
    says: 'The run counts as running again. Its metrics stay: AI Manager cannot remove them.',
    ...ASKS_NOTHING,
  },
  delete: {
    verb: 'Delete',
    says: 'The run goes for good. Its metrics stay in the database of the server, where nobody can reach them.',
    ...ASKS_NOTHING,
  },
};

/**
 * Changes one run. Ends are marks: the server runs nothing, so nothing is told to stop. Null is never written to name
 * or status, since one such row makes whole lists fail for everybody.
 */
export class AiManagerActions implements ActionAbility {
  constructor(
    private readonly session: AiManagerSession,
    private readonly runs: AiManagerRuns,
    private readonly clock: Clock,
  ) {}

  readonly plan = (_taskIds: readonly string[], action: TaskAction): Promise<ActionPlan | undefined> =>
    Promise.resolve(PLANS[action]);

  async act(taskId: string, request: TaskActionRequest, signal: AbortSignal): Promise<TaskActionOutcome> {
    switch (request.action) {
      case 'stop':
        await this.mark(taskId, 'stopped', signal);
        return {
          note: 'Marked as stopped: a script that Trackside launched here ends, any other goes on where it runs',
        };
      case 'complete':
        return this.mark(taskId, 'completed', signal);
      case 'fail':
        return this.mark(taskId, 'failed', signal);
      case 'reset':
        await this.update(taskId, { status: 'running', ended_at: null }, signal);
        return { note: 'Reopened: it counts as running, with all its metrics' };
      case 'clone':
        return this.clone(taskId, request, signal);
      case 'delete':
        await this.session.send('DELETE', pathOf(taskId), undefined, z.unknown(), signal);
        return { note: 'Deleted: its metrics stay on the server, where nobody can reach them' };
      case 'rename':
        return this.update(taskId, { name: checkedName(request.name) }, signal);
      case 'comment':
        return this.update(taskId, { notes: request.comment }, signal);
      case 'tag':
        return this.tag(taskId, request.add, request.remove, signal);
      case 'enqueue':
      case 'requeue':
      case 'dequeue':
      case 'rerun':
      case 'publish':
      case 'archive':
      case 'unarchive':
      case 'edit':
      case 'move':
        throw new TracksideError(
          'invalid',
          `AI Manager cannot ${request.action} a run.`,
          'Use what its menu offers.',
        );
    }
  }

  private mark(
    taskId: string,
    status: 'stopped' | 'completed' | 'failed',
    signal: AbortSignal,
  ): Promise<TaskActionOutcome> {
    // In UTC: the server drops an offset instead of converting by it.
    return this.update(taskId, { status, ended_at: new Date(this.clock.now()).toISOString() }, signal);
  }

  private async update(taskId: string, fields: object, signal: AbortSignal): Promise<TaskActionOutcome> {
    await this.session.send('PUT', pathOf(taskId), fields, z.unknown(), signal);
    return {};
  }

  private async tag(
    taskId: string,
    add: readonly string[],
    remove: readonly string[],
    signal: AbortSignal,
  ): Promise<TaskActionOutcome> {
    const { tags } = await this.runs.readRun(taskId, signal);
    const wanted = [...new Set([...tags, ...add])].filter((tag) => !remove.includes(tag));
    return this.update(taskId, { tags: wanted }, signal);
  }

  private async clone(
    taskId: string,
    request: CloneRequest,
    signal: AbortSignal,
  ): Promise<TaskActionOutcome> {
    const run = await this.runs.readRun(taskId, signal);
    const project = await this.projectId(request.project, run.project_id ?? undefined, signal);
    const body = {
      name: checkedName(request.name ?? copyName(run.name)),
      config: edited(run.config ?? {}, request.inputs?.parameters ?? []),
      tags: run.tags,
      ...(typeof run.notes === 'string' ? { notes: run.notes } : {}),
    };
    const created = await this.session.send('POST', `runs/?project_id=${project}`, body, runAnswer, signal);
    return {
      createdTaskId: String(created.id),
      note: 'Copied without metrics; the server calls the copy running until it is marked otherwise',
    };
  }

  private async projectId(
    choice: ProjectChoice | undefined,
    own: number | undefined,
    signal: AbortSignal,
  ): Promise<number> {
    if (choice !== undefined && 'newName' in choice) {
      const body = { name: checkedName(choice.newName) };
      return (await this.session.send('POST', 'projects/', body, projectAnswer, signal)).id;
    }
    const id = choice === undefined ? own : Number(choice.id);
    if (id === undefined) {
      throw new TracksideError('invalid', 'The run belongs to no project.', 'Choose a project for the copy.');
    }
    return id;
  }
}

const pathOf = (taskId: string): string => `runs/${encodeURIComponent(taskId)}`;

function checkedName(name: string): string {
  const trimmed = name.trim();
  if (trimmed === '') {
    throw new TracksideError('invalid', 'A name cannot be empty.', 'Give it a name.');
  }
  return trimmed;
}

/** A value stays of the type it had where its new text can be read so. */
function edited(
  config: Readonly<Record<string, unknown>>,
  edits: readonly ParameterEdit[],
): Record<string, unknown> {
  const result = { ...config };
  for (const { section, name, value } of edits) {
    if (section === CONFIG_SECTION) {
      result[name] = typeof config[name] === 'string' ? value : readValue(value);
    }
  }
  return result;
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
