import type { TaskAction, TaskActionOutcome, TaskActionRequest } from '../../core/actions';
import { copyName } from '../../core/copy-name';
import { isCancelled, toTracksideError, TracksideError } from '../../core/errors';
import type { ActionAbility, ActionPlan } from '../contract';
import { readProject } from './dependency-graph';
import { knownDefect } from './failure-reading';
import { blockersOf, dependentsOf, named, type GraphJob } from './job-graph';
import { dependsOf, statusOf } from './job-states';
import { requireNumber, type Jobs } from './jobs';
import { valueOf } from './parameters';
import type { WireJob } from './schema';
import type { WhatsNextSession } from './session';
import { isPending } from './statuses';
import type { Templates } from './templates';

type CloneRequest = Extract<TaskActionRequest, { readonly action: 'clone' }>;
type EnqueueRequest = Extract<TaskActionRequest, { readonly action: 'enqueue' }>;

/** Names listed in a sentence. */
const MOST_NAMED = 5;

/** Changes jobs. Nothing here is ever sent twice. */
export class Actions implements ActionAbility {
  private isDefective = false;

  constructor(
    private readonly session: WhatsNextSession,
    private readonly jobs: Jobs,
    private readonly templates: Templates,
    private readonly onLearned: () => void,
  ) {}

  /** False once the server has shown that it refuses every change of a job. */
  get canChange(): boolean {
    return !this.isDefective;
  }

  async act(taskId: string, request: TaskActionRequest, signal: AbortSignal): Promise<TaskActionOutcome> {
    const id = requireNumber(taskId, 'task');
    switch (request.action) {
      case 'enqueue':
        return this.enqueue(id, request, signal);
      case 'fail':
        return { ...(await this.put(id, 'FAILED', request.priority, signal)), ...this.touched(id) };
      case 'clone':
        return this.clone(id, request, signal);
      case 'delete': {
        const projectId = this.jobs.get(id)?.project_id;
        await this.session.change('DELETE', `jobs/${id}`, undefined, signal);
        this.jobs.forget(id);
        this.outdate(projectId);
        return {};
      }
      default:
        throw new TracksideError(
          'invalid',
          'WhatsNext cannot do this.',
          'The menu of a task shows what can be done with it.',
        );
    }
  }

  readonly plan = async (
    taskIds: readonly string[],
    action: TaskAction,
    signal: AbortSignal,
  ): Promise<ActionPlan | undefined> => {
    const ids = taskIds.map((id) => requireNumber(id, 'task'));
    switch (action) {
      case 'enqueue':
        return this.planEnqueue(ids, signal);
      case 'fail':
        return this.planFail(ids, signal);
      case 'delete':
        return this.planDelete(ids, signal);
      case 'clone':
        return {
          verb: 'Clone',
          says: 'The copy is pending at once, with priority 0: a worker of this server will run its command.',
          asksPriority: false,
          blockedCount: 0,
        };
      default:
        return undefined;
    }
  };

  private async planEnqueue(ids: readonly number[], signal: AbortSignal): Promise<ActionPlan> {
    const { all, own } = await this.around(ids, signal);
    const isTaken = own.some(({ state }) => (state?.word ?? '').toLowerCase() === 'queued');
    const blockedCount = blockedBy(ids, all).length;
    return {
      verb: 'Enqueue',
      says: [
        'It becomes pending again, and a worker of this server will run it.',
        ...(isTaken ? ['A worker has taken it already; if that one still runs it, it runs twice.'] : []),
        ...(own.some(({ state }) => state?.links?.hasLost)
          ? ['What it waited for and is gone is dropped.']
          : []),
        ...priorityWords(this.tellsPriority(ids)),
      ].join(' '),
      asksPriority: !this.tellsPriority(ids),
      blockedCount,
    };
  }

  private async planFail(ids: readonly number[], signal: AbortSignal): Promise<ActionPlan> {
    const { all } = await this.around(ids, signal);
    const waiting = this.waitingFor(ids, all);
    return {
      verb: 'Mark as Failed',
      says: [
        'Only the status changes: no process is ended, and a worker that runs it may set another status later.',
        ...(waiting.length === 0 ? [] : [`${listed(waiting)} cannot run then and will be blocked.`]),
        ...priorityWords(this.tellsPriority(ids)),
      ].join(' '),
      asksPriority: !this.tellsPriority(ids),
      blockedCount: 0,
    };
  }

  private async planDelete(ids: readonly number[], signal: AbortSignal): Promise<ActionPlan> {
    const { all } = await this.around(ids, signal);
    const waiting = this.waitingFor(ids, all);
    return {
      verb: 'Delete',
      says: [
        'This cannot be undone, and no process is ended.',
        ...(waiting.length === 0
          ? []
          : [`${listed(waiting)} can never run then: the server never counts a deleted task as completed.`]),
      ].join(' '),
      asksPriority: false,
      blockedCount: 0,
    };
  }

  private tellsPriority(ids: readonly number[]): boolean {
    return ids.every((id) => typeof this.jobs.get(id)?.priority === 'number');
  }

  /** The jobs themselves and all that share their projects. */
  private async around(
    ids: readonly number[],
    signal: AbortSignal,
  ): Promise<{ readonly all: readonly GraphJob[]; readonly own: readonly GraphJob[] }> {
    const jobs: WireJob[] = [];
    for (const id of ids) {
      jobs.push(this.jobs.get(id) ?? (await this.jobs.read(id, signal)));
    }
    const all: GraphJob[] = [];
    for (const projectId of new Set(jobs.map(({ project_id }) => project_id))) {
      all.push(...(await readProject(this.jobs, projectId, signal)));
    }
    return { all, own: all.filter(({ id }) => ids.includes(id)) };
  }

  private waitingFor(ids: readonly number[], all: readonly GraphJob[]): GraphJob[] {
    const dependents = dependentsOf(ids, all);
    return all.filter(
      ({ id, state }) => dependents.has(id) && !ids.includes(id) && isPending(state?.word ?? ''),
    );
  }

  private async enqueue(
    id: number,
    { priority, freesBlocked = false }: EnqueueRequest,
    signal: AbortSignal,
  ): Promise<TaskActionOutcome> {
    const blocked = freesBlocked ? blockedBy([id], (await this.around([id], signal)).all) : [];
    const outcome = await this.put(id, 'PENDING', priority, signal);
    const notes = outcome.note === undefined ? [] : [outcome.note];
    const freed: string[] = [];
    for (const job of blocked) {
      try {
        await this.put(job.id, 'PENDING', priority, signal);
        freed.push(String(job.id));
      } catch (error) {
        const why = isCancelled(error) ? 'It was cancelled.' : toTracksideError(error).message;
        notes.push(`${named(job)} and what follows it stay blocked: ${why}`);
        break;
      }
    }
    if (blocked.length > 0) {
      notes.unshift(`${freed.length} of ${blocked.length} blocked tasks were enqueued too.`);
    }
    return {
      ...(notes.length === 0 ? {} : { note: notes.join(' ') }),
      ...(freed.length === 0 ? {} : { touchedTaskIds: freed }),
    };
  }

  /** What waits for it as far as that is known. */
  private touched(id: number): Pick<TaskActionOutcome, 'touchedTaskIds'> {
    const known = [...this.jobs.states.entries()].map(([on, state]): GraphJob => ({
      id: on,
      name: '',
      state,
    }));
    return { touchedTaskIds: [...dependentsOf([id], known)].map(String) };
  }

  /** The server takes a job as a whole only, so everything it tells is read first; it does not tell priorities. */
  private async put(
    id: number,
    status: 'PENDING' | 'FAILED',
    priority: number | undefined,
    signal: AbortSignal,
  ): Promise<TaskActionOutcome> {
    const job = await this.jobs.read(id, signal);
    this.jobs.states.outdate([id]);
    await this.jobs.states.ensure([id], 'links', signal);
    const state = this.jobs.states.get(id);
    const hasLost = state?.links?.hasLost === true;
    const sent = priority ?? job.priority ?? 0;
    const body = {
      name: job.name,
      project_id: job.project_id,
      task_id: job.task_id,
      parameters: job.parameters ?? {},
      status,
      priority: sent,
      depends: dependsOf(state),
    };
    try {
      await this.session.change('PUT', `jobs/${id}`, body, signal);
    } catch (thrown) {
      throw this.changeFailure(toTracksideError(thrown));
    } finally {
      this.outdate(job.project_id);
    }
    const isTold = typeof job.priority === 'number';
    const words = [
      ...(isTold || priority !== undefined ? [] : [`Its priority is ${sent} now.`]),
      ...(hasLost ? ['It waits no longer for what was deleted.'] : []),
    ];
    return words.length === 0 ? {} : { note: words.join(' ') };
  }

  private changeFailure(error: TracksideError): TracksideError {
    if (error.detail.status !== 500) {
      return error;
    }
    if (!this.isDefective) {
      this.isDefective = true;
      this.onLearned();
    }
    return knownDefect(
      'change a task',
      'Nothing was changed. Clone the task instead to run it again.',
      error,
    );
  }

  /** As a batch of one, which works on every version. */
  private async clone(id: number, request: CloneRequest, signal: AbortSignal): Promise<TaskActionOutcome> {
    const job = await this.jobs.read(id, signal);
    const { project, name = copyName(job.name), inputs } = request;
    if (project !== undefined && !('id' in project && project.id === String(job.project_id))) {
      throw new TracksideError(
        'invalid',
        'A copy must stay in its project: the template of a task belongs to it.',
        'Clone it without changing the project.',
      );
    }
    this.jobs.states.outdate([id]);
    await this.jobs.states.ensure([id], 'links', signal);
    const state = this.jobs.states.get(id);
    const hasLost = state?.links?.hasLost === true;
    const edits = Object.fromEntries(
      (inputs?.parameters ?? []).map((edit) => [edit.name, valueOf(edit.value)]),
    );
    const [createdTaskId] = await this.templates.create(
      job.project_id,
      [
        {
          name,
          task_id: job.task_id,
          parameters: { ...job.parameters, ...edits },
          priority: job.priority ?? 0,
          depends: dependsOf(state),
        },
      ],
      signal,
    );
    return {
      ...(createdTaskId === undefined ? {} : { createdTaskId }),
      ...(hasLost ? { note: 'The copy does not wait for what was deleted.' } : {}),
    };
  }

  private outdate(projectId: number | undefined): void {
    if (projectId !== undefined) {
      this.jobs.outdateProject(projectId);
    }
  }
}

/** Blocked jobs that only these keep blocked, those nearest to them first. */
function blockedBy(ids: readonly number[], all: readonly GraphJob[]): GraphJob[] {
  const freed = all.map((job): GraphJob =>
    job.state && ids.includes(job.id) ? { ...job, state: { ...job.state, word: 'pending' } } : job,
  );
  const byId = new Map(freed.map((job) => [job.id, job]));
  const stillBlocked = blockersOf(freed);
  return [...dependentsOf(ids, all)].flatMap((id) => {
    const job = byId.get(id);
    const isBlocked = statusOf(job?.state) === 'blocked';
    return job && isBlocked && !ids.includes(id) && !stillBlocked.has(id) ? [job] : [];
  });
}

function priorityWords(isTold: boolean): string[] {
  return isTold ? [] : ['The server does not tell priorities, so it must be given again.'];
}

function listed(jobs: readonly GraphJob[]): string {
  const rest = jobs.length - MOST_NAMED;
  const names = [...jobs.slice(0, MOST_NAMED).map(named), ...(rest > 0 ? [`${rest} more`] : [])];
  return `${jobs.length === 1 ? '1 task that waits' : `${jobs.length} tasks that wait`} for it (${names.join(', ')})`;
}
