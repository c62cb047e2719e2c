import type { ConsoleAbility, ConsoleChunk } from '../contract';
import { isLive } from '../../core/status';
import type { StreamedRuns } from './execution-stream';
import { isVersionId } from './agents';
import { runStatus, type LogRecord, type RunRecord } from './records';
import type { Studio } from './studio';
import { deploymentIdOf } from './task-mapping';
import type { Tasks } from './tasks';

/** Lines of a run's log, or of what happened to a deployment. Where no log is kept, what is kept is shown as such. */
export class TaskConsole implements ConsoleAbility {
  constructor(
    private readonly studio: Studio,
    private readonly tasks: Tasks,
    private readonly streams: StreamedRuns,
  ) {}

  async read(
    taskId: string,
    cursor: string | undefined,
    limit: number,
    signal: AbortSignal,
  ): ReturnType<ConsoleAbility['read']> {
    const lines = await this.lines(taskId, signal);
    const from = cursor === undefined ? 0 : Number(cursor);
    const chunks = lines.slice(from, from + limit);
    const end = from + chunks.length;
    return { chunks, cursor: String(end), hasMore: end < lines.length };
  }

  private async lines(taskId: string, signal: AbortSignal): Promise<readonly ConsoleChunk[]> {
    if (isVersionId(taskId)) {
      return [];
    }
    const deploymentId = deploymentIdOf(taskId);
    if (deploymentId !== undefined) {
      const events = await (await this.studio.calls(signal)).deploymentLog(deploymentId, signal);
      return events.map((line) => toChunk(line));
    }
    const run = await this.tasks.readRun(taskId, signal);
    if (run.log === undefined) {
      return substitute(run);
    }
    const streamed = this.streams.logOf(taskId);
    // A run under way may push lines before they can be asked for.
    const lines = streamed.length > run.log.length ? streamed : run.log;
    return lines.map((line) => toChunk(line));
  }
}

function toChunk({ at, level, stepId, message }: LogRecord): ConsoleChunk {
  const text = `${stepId === undefined ? '' : `[${stepId}] `}${message}\n`;
  return { text, ...(at === undefined ? {} : { at }), ...(level === undefined ? {} : { level }) };
}

/** Once it is over, so that what was shown never has to be taken back. */
function substitute(run: RunRecord): readonly ConsoleChunk[] {
  if (isLive(runStatus(run.status))) {
    return [];
  }
  const parts: ConsoleChunk[] = [{ text: 'Kaizen Studio keeps no log of a run. This is what it keeps:\n' }];
  const add = (name: string, value: unknown, level?: string): void => {
    if (value !== undefined && value !== null) {
      const text = typeof value === 'string' ? value : JSON.stringify(value, undefined, 2);
      parts.push({ text: `\n${name}\n${text}\n`, ...(level === undefined ? {} : { level }) });
    }
  };
  add('Input', run.input);
  add('Output', run.output);
  add('Error', run.error, 'error');
  return parts;
}
