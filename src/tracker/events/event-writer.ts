import { ApiError } from '../api-error';
import type { Call } from '../http/call';
import type { JsonObject } from '../json';
import type { ReportedTask } from '../storage/task-store';
import type { TrackerContext } from '../tracker-context';
import type { OwnerBatch, ReportedBatch } from './event-batch';
import { writeModelEvents } from './model-writer';

/** Tasks in these statuses take no events unless the batch says `allow_locked`. */
const LOCKED: ReadonlySet<string> = new Set(['published', 'publishing']);

/** Puts batches into storage. Each call belongs inside a transaction, and nothing is acknowledged before it ends. */
export class EventWriter {
  constructor(private readonly context: TrackerContext) {}

  /** Answers `{added, errors, errors_info}`; throws 400/131 when nothing could be added, 400/101 for a revoked run. */
  write(batch: ReportedBatch, call: Pick<Call, 'isSdk' | 'runName'>): JsonObject {
    this.context.revokedRuns.check(call.runName);
    const errors = new Map(batch.errors);
    const refuse = (reason: string, count: number): void =>
      void errors.set(reason, (errors.get(reason) ?? 0) + count);
    let added = 0;
    for (const [id, owned] of batch.byTask) {
      const task = this.context.storage.tasks.findReported(id);
      if (task === undefined) {
        refuse('Invalid task id', owned.eventCount);
      } else if (LOCKED.has(task.status) && !batch.allowsLocked) {
        refuse('Task is published and takes no more events', owned.eventCount);
      } else {
        this.writeTask(task, owned, call);
        added += owned.eventCount;
      }
    }
    for (const [id, owned] of batch.byModel) {
      const model = this.context.storage.models.find(id);
      if (model === undefined) {
        refuse('Invalid model id', owned.eventCount);
      } else {
        writeModelEvents(this.context, model, owned);
        added += owned.eventCount;
      }
    }
    return answer(added, errors);
  }

  private writeTask(task: ReportedTask, batch: OwnerBatch, call: Pick<Call, 'isSdk' | 'runName'>): void {
    const { storage, live } = this.context;
    // The SDK reports the same figures that the runner reads from the console; only one of both may count.
    const isDropped = call.runName !== undefined && task.isSdkAttached;
    const series = isDropped ? [] : batch.series;
    series.forEach(({ metric, variant, points }) =>
      storage.series.write(task.key, { metric, variant }, points),
    );
    batch.singleValues.forEach((value) => storage.singleValues.put(task.key, value));
    if (series.length > 0 || batch.singleValues.length > 0) {
      live.seriesChanged(task.id);
    }
    batch.samples.forEach((sample) => storage.samples.put(task.id, sample));
    if (batch.logs.length > 0) {
      batch.logs.forEach((entry) => storage.logs.append(task.key, entry));
      live.consoleChanged(task.id);
    }
    this.progress(task, isDropped ? -1 : batch.highestIteration, call.isSdk);
  }

  private progress(task: ReportedTask, iteration: number, isSdk: boolean): void {
    const now = this.context.clock.now();
    const isAttaching = isSdk && !task.isSdkAttached && task.status === 'in_progress';
    this.context.storage.tasks.change(task.key, {
      last_change: now,
      ...(task.status === 'in_progress' ? { last_update: now } : {}),
      ...(iteration > task.lastIteration ? { last_iteration: iteration } : {}),
      ...(isAttaching ? { is_sdk_attached: 1 } : {}),
    });
    this.context.live.taskProgressed(task.id);
  }
}

function answer(added: number, errors: ReadonlyMap<string, number>): JsonObject {
  const errorCount = [...errors.values()].reduce((sum, count) => sum + count, 0);
  const info = Object.fromEntries(errors);
  if (added === 0) {
    throw new ApiError(400, 131, `Events not added: ${JSON.stringify(info)}`);
  }
  return { added, errors: errorCount, errors_info: info };
}
