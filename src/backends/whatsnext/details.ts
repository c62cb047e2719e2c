import type { TaskDetails } from '../../core/task-details';
import { toTracksideError } from '../../core/errors';
import { requireNumber, type Jobs } from './jobs';
import { textOf } from './parameters';
import type { WireTemplate } from './schema';
import type { Templates } from './templates';

/** A job's parameters, and the command of the template that it is a run of. */
export async function readDetails(
  jobs: Jobs,
  templates: Templates,
  taskId: string,
  signal: AbortSignal,
): Promise<TaskDetails> {
  const job = await jobs.read(requireNumber(taskId, 'task'), signal);
  const template = await templateOf(templates, job.task_id, signal);
  const command = template?.command_template ?? '';
  return {
    code: {},
    parameters: Object.entries(job.parameters ?? {}).map(([name, value]) => ({
      section: 'Parameters',
      name,
      value: textOf(value),
    })),
    configurations: command === '' ? [] : [{ name: 'Command template', text: command }],
    artifacts: [],
    models: [],
  };
}

async function templateOf(
  templates: Templates,
  id: number,
  signal: AbortSignal,
): Promise<WireTemplate | undefined> {
  try {
    return await templates.read(id, signal);
  } catch (error) {
    if (toTracksideError(error).kind === 'notFound') {
      return undefined;
    }
    throw error;
  }
}
