import { LAUNCH_CONFIGURATION_NAME } from '../core/launch-configuration';
import type { Clock } from '../core/clock';
import type { Event } from '../core/emitter';
import { stringIn, type JsonObject } from './json';
import type { TaskRecord } from './storage/task-store';
import { ensureDefaultQueue } from './tasks/default-queue';
import { TaskCommands } from './tasks/task-commands';
import { configurationText } from './tasks/task-documents';
import type { TrackerContext } from './tracker-context';
import type {
  MachineFigures,
  RunnableTask,
  RunOutcome,
  WorkerRegistry,
  WorkerReport,
  WorkerTasks,
  WorkerTaskState,
} from './worker/contract';

/** The tracker's tasks as the local worker uses them, in its own process. */
export class LocalWorkerTasks implements WorkerTasks {
  readonly onQueueChanged: Event<void>;
  readonly onStopRequested: Event<string>;
  private readonly commands: TaskCommands;

  constructor(private readonly context: TrackerContext) {
    this.commands = new TaskCommands(context);
    this.onQueueChanged = context.queueChanges.event;
    this.onStopRequested = context.stopRequests.event;
  }

  takeNext(workerId: string): RunnableTask | undefined {
    const { storage, clock } = this.context;
    const task = storage.transaction(() =>
      this.commands.takeForWorker(ensureDefaultQueue(storage, clock.now()), workerId),
    );
    return task === undefined ? undefined : this.runnable(task);
  }

  runningBy(workerId: string): readonly string[] {
    return this.context.storage.tasks.idsByWorker('in_progress', workerId);
  }

  read(taskId: string): WorkerTaskState | undefined {
    const task = this.context.storage.tasks.find(taskId);
    return task === undefined
      ? undefined
      : {
          status: task.status,
          statusMessage: task.statusMessage,
          isStopRequested: task.status === 'in_progress' && task.statusMessage.includes('stopping'),
        };
  }

  end(taskId: string, outcome: RunOutcome): void {
    if (this.read(taskId)?.status === 'in_progress') {
      const options = { reason: outcome.reason, message: '', isForced: false };
      this.context.storage.transaction(() => this.commands.move(taskId, outcome.kind, options));
    }
  }

  revokeRun(runName: string): void {
    this.context.revokedRuns.revoke(runName);
  }

  appendConsole(taskId: string, text: string): void {
    const { storage, clock, live } = this.context;
    const task = storage.tasks.find(taskId);
    if (task !== undefined) {
      const entry = { at: clock.now(), level: 'info', worker: task.lastWorker ?? '', text };
      storage.transaction(() => storage.logs.append(task.key, entry));
      live.consoleChanged(taskId);
    }
  }

  private runnable(task: TaskRecord): RunnableTask {
    const { storage } = this.context;
    const projectName = storage.projects.find(task.project ?? '')?.name;
    const launch = configurationText(
      storage.tasks.section(task.key, 'configuration'),
      LAUNCH_CONFIGURATION_NAME,
    );
    return {
      id: task.id,
      name: task.name,
      script: scriptOf(storage.tasks.section(task.key, 'script')),
      ...(projectName !== undefined && { projectName }),
      ...(launch !== undefined && { launchConfigurationText: launch }),
    };
  }
}

/** The local worker's row among all workers. */
export class LocalWorkerRegistry implements WorkerRegistry {
  readonly onAsked: Event<void>;
  /** What those who show workers were told last. */
  private told = '';

  constructor(
    private readonly context: TrackerContext,
    private readonly clock: Clock,
  ) {
    this.onAsked = context.workersAsked.event;
  }

  report({ workerId, taskIds, figures }: WorkerReport): void {
    const { storage, workers, live } = this.context;
    const queueId = storage.transaction(() => ensureDefaultQueue(storage, this.clock.now()));
    workers.report(workerId, this.clock.now(), {
      isInProcess: true,
      queues: [queueId],
      queueId,
      taskId: taskIds[0],
      tags: ['trackside-local'],
      lastReportAt: this.clock.now(),
      ...(figures && { machineStats: toMachineStats(figures) }),
    });
    // A worker reports whenever workers are read: a push each time would have them read again for ever.
    const told = JSON.stringify([workerId, taskIds, figures?.measuredAt]);
    if (told !== this.told) {
      this.told = told;
      live.changed('workers');
    }
  }

  unregister(workerId: string): void {
    this.context.workers.remove(workerId);
    this.told = '';
    this.context.live.changed('workers');
  }
}

function scriptOf(section: JsonObject): NonNullable<RunnableTask['script']> {
  const named = {
    entryPoint: stringIn(section, 'entry_point'),
    workingDirectory: stringIn(section, 'working_dir'),
    repository: stringIn(section, 'repository'),
    diff: stringIn(section, 'diff'),
    binary: stringIn(section, 'binary'),
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined && value !== ''));
}

/** In the names and units that ClearML agents report. */
function toMachineStats(figures: MachineFigures): JsonObject {
  const named = {
    cpu_usage: figures.cpuPercent,
    memory_used: figures.memoryUsedMb,
    memory_free: figures.memoryFreeMb,
    gpu_usage: figures.gpuPercents,
    gpu_memory_used: figures.gpuMemoryUsedMb,
    gpu_memory_free: figures.gpuMemoryFreeMb,
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
}
