import type { TaskAction, TaskActionOutcome, TaskActionRequest } from '../../core/actions';
import { TracksideError } from '../../core/errors';
import type { ActionAbility, ActionPlan } from '../contract';
import type { Studio } from './studio';
import { deploymentIdOf, deploymentTaskId } from './task-mapping';
import type { Tasks } from './tasks';
import type { Templates } from './templates';

const ASKS_NOTHING = { asksPriority: false, blockedCount: 0 };

/** Changes runs and deployments. Nothing is sent twice. */
export class Actions implements ActionAbility {
  constructor(
    private readonly studio: Studio,
    private readonly tasks: Tasks,
    private readonly templates: Templates,
  ) {}

  async act(taskId: string, request: TaskActionRequest, signal: AbortSignal): Promise<TaskActionOutcome> {
    const deploymentId = deploymentIdOf(taskId);
    switch (request.action) {
      case 'rerun':
        return deploymentId === undefined ? this.rerun(taskId, signal) : this.redeploy(deploymentId, signal);
      case 'stop':
        return deploymentId === undefined
          ? this.markStopped(taskId, signal)
          : this.stopDeployment(deploymentId, signal);
      case 'delete':
        return deploymentId === undefined
          ? this.deleteRun(taskId, signal)
          : this.deleteDeployment(deploymentId, signal);
      default:
        throw cannot();
    }
  }

  readonly plan = (taskIds: readonly string[], action: TaskAction): Promise<ActionPlan | undefined> => {
    switch (action) {
      case 'rerun':
        return Promise.resolve(planOf(taskIds, RUN_AGAIN, REDEPLOY));
      case 'stop':
        return Promise.resolve(planOf(taskIds, STOP_RUN, STOP_DEPLOYMENT));
      case 'delete':
        return Promise.resolve(planOf(taskIds, DELETE_RUN, DELETE_DEPLOYMENT));
      default:
        return Promise.resolve(undefined);
    }
  };

  private async rerun(taskId: string, signal: AbortSignal): Promise<TaskActionOutcome> {
    const { pipelineId, input } = await this.tasks.readRun(taskId, signal);
    if (pipelineId === undefined || input === undefined) {
      throw new TracksideError(
        'invalid',
        'The server does not tell what this run was given.',
        'Run its pipeline with a document instead.',
      );
    }
    const { id, note } = await this.templates.start(pipelineId, input, signal);
    return { createdTaskId: id, ...(note === undefined ? {} : { note }) };
  }

  private async redeploy(id: string, signal: AbortSignal): Promise<TaskActionOutcome> {
    const { redeploy } = await this.studio.calls(signal);
    const { deploymentId, note } = await required(redeploy)(id, signal);
    return {
      ...(deploymentId === undefined ? {} : { createdTaskId: deploymentTaskId(deploymentId) }),
      ...(note === undefined ? {} : { note }),
    };
  }

  private async markStopped(runId: string, signal: AbortSignal): Promise<TaskActionOutcome> {
    const { stopRun } = await this.studio.calls(signal);
    await required(stopRun)(runId, signal);
    return {
      note: 'Marked as stopped: if the server still works on it, it goes on and marks it again at its end',
    };
  }

  private async deleteRun(runId: string, signal: AbortSignal): Promise<TaskActionOutcome> {
    const { deleteRun } = await this.studio.calls(signal);
    const { pipelineId } = await this.tasks.readRun(runId, signal);
    await required(deleteRun)(runId, signal);
    this.tasks.outdate(pipelineId);
    return {};
  }

  private async stopDeployment(id: string, signal: AbortSignal): Promise<TaskActionOutcome> {
    const { stopDeployment } = await this.studio.calls(signal);
    await required(stopDeployment)(id, signal);
    return {};
  }

  private async deleteDeployment(id: string, signal: AbortSignal): Promise<TaskActionOutcome> {
    const { deleteDeployment } = await this.studio.calls(signal);
    await required(deleteDeployment)(id, signal);
    return {};
  }
}

const RUN_AGAIN: ActionPlan = {
  verb: 'Run Again',
  says: 'A new run of the pipeline as it is now, with the same input. The server answers when it is over.',
  ...ASKS_NOTHING,
};
const REDEPLOY: ActionPlan = {
  verb: 'Redeploy',
  says: 'It is stopped, and the same agent is deployed to the same gateway as a new deployment. Nobody is answered meanwhile.',
  ...ASKS_NOTHING,
};
const STOP_RUN: ActionPlan = {
  verb: 'Mark as Stopped',
  says: 'Only the status changes: the server cannot end a run. One that is still at work marks it again at its end.',
  ...ASKS_NOTHING,
};
const STOP_DEPLOYMENT: ActionPlan = {
  verb: 'Stop',
  says: 'It no longer answers anybody. A stopped deployment cannot be started again, only deployed anew.',
  ...ASKS_NOTHING,
};
const DELETE_RUN: ActionPlan = {
  verb: 'Delete',
  says: 'Input, output and error of the run go for good.',
  ...ASKS_NOTHING,
};
const DELETE_DEPLOYMENT: ActionPlan = {
  verb: 'Delete',
  says: 'It no longer answers anybody, and is gone from the server.',
  ...ASKS_NOTHING,
};

/** What will happen to these, in both words where there are runs and deployments among them. */
function planOf(taskIds: readonly string[], ofRuns: ActionPlan, ofDeployments: ActionPlan): ActionPlan {
  const count = taskIds.filter((id) => deploymentIdOf(id) !== undefined).length;
  if (count === 0) {
    return ofRuns;
  }
  return count === taskIds.length
    ? ofDeployments
    : { ...ofRuns, says: `Runs: ${ofRuns.says}\nDeployments: ${ofDeployments.says}` };
}

function required<T>(call: T | undefined): T {
  if (call === undefined) {
    throw cannot();
  }
  return call;
}

function cannot(): TracksideError {
  return new TracksideError(
    'invalid',
    'Kaizen Studio cannot do this.',
    'The menu of a task shows what can be done with it.',
  );
}
